/** The public channels, and one's own private ones: search, join, or read one first. */
import { useEffect, useState } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { explainFailure } from "../failure-strings";
import type { Details } from "../state/channel";
import { join } from "../state/joining";
import { strings } from "../strings";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Dialog } from "./Dialog";
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
      <input
        type="search"
        class="find"
        value={query}
        placeholder={channelStrings.findChannel}
        aria-label={channelStrings.findChannel}
        autocomplete="off"
        spellcheck={false}
        autofocus
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
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
            <FoundChannel key={details.UUID} details={details} />
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

function FoundChannel({ details }: { details: Details }) {
  const { client, dialog, route } = useApp();
  const [failure, setFailure] = useState("");
  const { UUID, Name, Topic, Member, Archived, usersTotal } = details;
  const open = () => {
    if (!client.channels.has(UUID)) client.channels.takeDetails(details);
    dialog.value = undefined;
    route.go(UUID);
  };
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
    <li>
      <button
        type="button"
        class="found-channel"
        aria-label={Member ? title : channelStrings.readFirst(title)}
        onClick={open}
      >
        <Avatar uuid={UUID} name={Name} details={details} />
        <span>
          <bdi>{Name}</bdi>
          <small>{about.filter(Boolean).join(" · ")}</small>
        </span>
      </button>
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
    </li>
  );
}
