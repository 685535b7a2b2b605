/** The quick switcher: a few letters of a channel's or a person's name, Enter, and it is open. */
import { useEffect, useState } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { ofInputMethod } from "../page/input-method";
import { type ChannelId, type Details, emptyChannel, isLookedAt } from "../state/channel";
import { type Entry, entries, matching } from "../state/entries";
import { strings } from "../strings";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Dialog } from "./Dialog";
import { useSteadyRows } from "./steady";

const MOST_SHOWN = 8;

export function Switcher() {
  const { client, route, dialog } = useApp();
  const [query, setQuery] = useState("");
  const [chosenId, setChosenId] = useState<ChannelId | undefined>(undefined);
  const [publicOnes, setPublicOnes] = useState<readonly Details[]>([]);
  const listed = entries(client);
  const others = publicOnes.filter(({ UUID }) => listed.every(({ id }) => id !== UUID));
  const all = [...listed, ...lookable(others)];
  const best = matching(all, query.trim()).slice(0, MOST_SHOWN);
  const { rows: found, press } = useSteadyRows(best);
  const chosen = Math.max(
    0,
    found.findIndex(({ id }) => id === chosenId),
  );
  const me = client.session.me.value?.uuid;

  useEffect(() => {
    const name = query.trim().replace(/^#/, "");
    if (name === "" || !client.channels.supported.value) return;
    const timer = setTimeout(() => {
      client.socket.request({ type: "channels", channels: { query: name, limit: 20 } }).then(
        ({ channels }) => setPublicOnes(channels.channels.filter(({ Member }) => !Member)),
        () => undefined,
      );
    }, 150);
    return () => clearTimeout(timer);
  }, [client, query]);
  useEffect(() => {
    if (query.trim() === "" || client.people.total.value <= client.people.sorted.value.length)
      return;
    const timer = setTimeout(() => client.find(query.trim()).catch(() => undefined), 150);
    return () => clearTimeout(timer);
  }, [client, query]);

  const go = (index: number) => {
    const entry = found[index];
    if (entry === undefined) return;
    dialog.value = undefined;
    if (entry.channel.details && !client.channels.has(entry.id))
      client.channels.takeDetails(entry.channel.details);
    route.go(entry.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (ofInputMethod(event)) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Enter") go(chosen);
    else if (step !== 0) setChosenId(found[(chosen + step + found.length) % found.length]?.id);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title={channelStrings.switcherTitle} class="switcher">
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="switcher-found"
        aria-activedescendant={found.length > 0 ? `switcher-${chosen}` : undefined}
        aria-label={channelStrings.switcherPlaceholder}
        placeholder={channelStrings.switcherPlaceholder}
        autocomplete="off"
        spellcheck={false}
        autofocus
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setChosenId(undefined);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="switcher-found" role="listbox" aria-label={strings.channels} onPointerDown={press}>
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: The keys are the input's, as the combobox pattern has it.
          <div
            key={entry.id}
            id={`switcher-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            class="option"
            onClick={() => go(index)}
          >
            <Avatar
              uuid={entry.id}
              name={entry.name}
              online={entry.id === me ? undefined : entry.online}
              self={entry.id === me}
              details={entry.channel.details}
            />
            <bdi>{entry.name}</bdi>
            <EntryMarks entry={entry} />
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p class="nobody" role="status">
          {strings.nobodyFound(query)}
        </p>
      )}
    </Dialog>
  );
}

/** Public channels that the user may look at. */
function lookable(found: readonly Details[]): Entry[] {
  return found.map((details) => ({
    id: details.UUID,
    name: details.Name,
    channel: { ...emptyChannel(details.UUID), details },
    online: undefined,
  }));
}

function EntryMarks({ entry: { channel } }: { entry: Entry }) {
  const { details } = channel;
  const marks = [
    details?.Private && details.Name && strings.isPrivate,
    details?.Archived && strings.isArchived,
    isLookedAt(channel) && channelStrings.notJoined,
  ].filter(Boolean);
  return marks.length > 0 ? <small>{marks.join(", ")}</small> : null;
}
