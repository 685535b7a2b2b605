/** The public channels, and one's own private ones: search, join, or read one first. */
import { useEffect, useState } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { explainFailure } from "../failure-strings";
import type { Details } from "../state/channel";
import { join } from "../state/joining";
import { strings } from "../strings";
import { useApp } from "./app";
import { Dialog } from "./Dialog";
import { FindField } from "./FindField";
import { FoundChannel, useOpening } from "./FoundChannel";
import "../styles/channel-dialogs.css";

const PAGE = 50;

interface Found {
  readonly channels: readonly Details[];
  readonly total: number;
}

export function BrowseDialog() {
  const { client, dialog } = useApp();
  const [query, setQuery] = useState("");
  const [archived, setArchived] = useState(false);
  const [found, setFound] = useState<Found | undefined>(undefined);
  const [failure, setFailure] = useState("");
  const name = query.trim().replace(/^#/, "");
  const fetchPage = async (offset: number) => {
    const page = { query: name, archived, offset, limit: PAGE };
    const reply = await client.socket.request({ type: "channels", channels: page });
    return reply.channels;
  };
  useEffect(() => {
    let asked = true;
    const show = ({ channels, total }: Found) => asked && setFound({ channels, total });
    const fail = (error: unknown) => asked && setFailure(explainFailure(error));
    const timer = setTimeout(() => fetchPage(0).then(show, fail), found === undefined ? 0 : 150);
    return () => {
      asked = false;
      clearTimeout(timer);
    };
  }, [name, archived]);
  const more = async () => {
    if (found === undefined) return;
    try {
      const { channels, total } = await fetchPage(found.channels.length);
      setFound({ channels: [...found.channels, ...channels], total });
    } catch (error) {
      setFailure(explainFailure(error));
    }
  };
  return (
    <Dialog title={strings.browse} class="browse">
      <FindField label={channelStrings.findChannel} value={query} onFind={setQuery} autofocus />
      <label class="switch">
        <input
          type="checkbox"
          checked={archived}
          onChange={(event) => setArchived(event.currentTarget.checked)}
        />
        <span>{channelStrings.withArchived}</span>
      </label>
      <p class="failure" role="alert">
        {failure}
      </p>
      {found !== undefined && found.channels.length > 0 && (
        <ul class="found" aria-label={strings.sections.channels}>
          {found.channels.map((details) => (
            <PublicChannel key={details.UUID} details={details} />
          ))}
        </ul>
      )}
      {found !== undefined && found.channels.length < found.total && (
        <button type="button" class="quiet" onClick={more}>
          {channelStrings.more}
        </button>
      )}
      {found?.channels.length === 0 && (
        <div class="nobody" role="status">
          <p>
            {name === "" ? channelStrings.noPublicChannels : channelStrings.noChannelFound(name)}
          </p>
          <button
            type="button"
            class="link"
            onClick={() => {
              dialog.value = "newChannel";
            }}
          >
            {strings.newChannel}
          </button>
        </div>
      )}
    </Dialog>
  );
}

function PublicChannel({ details }: { details: Details }) {
  const { client } = useApp();
  const [failure, setFailure] = useState("");
  const open = useOpening(details);
  const { UUID, Name, Topic, Member, Archived, usersTotal } = details;
  const joinIt = async () => {
    try {
      await join(client, UUID);
      open();
    } catch (error) {
      setFailure(explainFailure(error));
    }
  };
  const title = strings.channelTitle(Name);
  const about = [strings.members(usersTotal), Archived && strings.isArchived, Topic];
  return (
    <FoundChannel
      details={details}
      label={Member ? title : channelStrings.readFirst(title)}
      about={about}
    >
      {Member || Archived ? (
        <button type="button" class="quiet" onClick={open}>
          {channelStrings.openIt}
        </button>
      ) : (
        <button
          type="button"
          class="quiet"
          aria-label={channelStrings.joinIt(title)}
          onClick={joinIt}
        >
          {channelStrings.join}
        </button>
      )}
      {failure && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
    </FoundChannel>
  );
}
