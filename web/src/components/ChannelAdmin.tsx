/** The public channels, archived ones too, and the admin's own: open one, archive it, bring it back. */
import { useEffect, useState } from "preact/hooks";
import { adminStrings } from "../admin-strings";
import type { Details } from "../state/channel";
import { strings } from "../strings";
import { useApp } from "./app";
import { Failure } from "./Failure";
import { FindField } from "./FindField";
import { FoundChannel } from "./FoundChannel";
import { useWork } from "./working";
import "../styles/channel-dialogs.css";

const PAGE = 50;

export function ChannelAdmin() {
  const { client } = useApp();
  const work = useWork();
  const [query, setQuery] = useState("");
  const [channels, setChannels] = useState<readonly Details[]>();
  const [total, setTotal] = useState(0);
  const name = query.trim().replace(/^#/, "");
  const live = client.session.live.value;
  const load = (before: readonly Details[], wanted: () => boolean) =>
    work.run(async () => {
      const page = { query: name, archived: true, offset: before.length, limit: PAGE };
      const reply = await client.socket.request({ type: "channels", channels: page });
      if (!wanted()) return;
      setChannels([...before, ...reply.channels.channels]);
      setTotal(reply.channels.total);
    });
  useEffect(() => {
    if (!live) return;
    let wanted = true;
    const timer = setTimeout(() => void load([], () => wanted), channels ? 150 : 0);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [name, live]);
  const archive = ({ UUID, Archived = false }: Details) =>
    work.run(async () => {
      const channelEdit = { recipientUUID: UUID, archived: !Archived };
      const reply = await client.socket.request({ type: "channelEdit", channelEdit });
      setChannels((held) => held?.map((each) => (each.UUID === UUID ? reply.channelEdit : each)));
    });
  return (
    <>
      <FindField label={adminStrings.findChannel} value={query} onFind={setQuery} />
      {channels && channels.length > 0 && (
        <ul class="found" aria-label={adminStrings.topics.channels}>
          {channels.map((details) => (
            <ChannelRow
              key={details.UUID}
              details={details}
              busy={work.busy}
              archive={() => void archive(details)}
            />
          ))}
        </ul>
      )}
      {channels?.length === 0 && (
        <p class="aside" role="status">
          {name === "" ? adminStrings.noChannels : adminStrings.noChannelFound(name)}
        </p>
      )}
      {channels && channels.length < total && (
        <button type="button" class="quiet" onClick={() => void load(channels, () => true)}>
          {adminStrings.more}
        </button>
      )}
      <Failure work={work} />
    </>
  );
}

interface ChannelRowProps {
  details: Details;
  busy: boolean;
  archive: () => void;
}

function ChannelRow({ details, busy, archive }: ChannelRowProps) {
  const { Name, Archived, Private, Topic, usersTotal } = details;
  const title = strings.channelTitle(Name);
  const about = [
    Private && strings.isPrivate,
    Archived && strings.isArchived,
    strings.members(usersTotal),
    Topic,
  ];
  const change = Archived ? adminStrings.bringBack : adminStrings.archive;
  return (
    <FoundChannel details={details} label={`${adminStrings.open} ${title}`} about={about}>
      <button
        type="button"
        class="quiet"
        aria-label={`${change} ${title}`}
        disabled={busy}
        onClick={archive}
      >
        {change}
      </button>
    </FoundChannel>
  );
}
