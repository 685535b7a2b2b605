/** One field for channels, people and messages: the first of each while typing, and the way to the full view. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { today } from "../page/today";
import { searchStrings } from "../search-strings";
import { type Details, emptyChannel, isLookedAt } from "../state/channel";
import { type Entry, entries, matching } from "../state/entries";
import { keyOf } from "../state/hit";
import { Search } from "../state/search";
import { strings } from "../strings";
import { shortly } from "../text/dates";
import { looksFor, NOTHING, type Terms, typedFilter } from "../text/terms";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Dialog } from "./Dialog";
import { Excerpt } from "./Excerpt";
import { ClearRecent, useRecentOptions } from "./recent-options";
import { type Option, SearchField, useServerSearch } from "./SearchField";
import { SearchState } from "./SearchState";
import { filterOf } from "./search-filters";
import { goToHit, openFullView, titleOf, useAsking, useRecent } from "./searching";
import { ValueOption } from "./ValueOption";

/** The first hits. */
const HITS = 5;
const MOST_PLACES = 8;
/** Where messages are listed, too. */
const FEW_PLACES = 4;

export function SearchDialog() {
  const { query } = useApp();
  const text = query.peek().trim();
  return <FirstHits terms={{ ...NOTHING, text }} />;
}

/** In the open channel. */
export function SearchHere() {
  const { client } = useApp();
  const filters = [filterOf(client, client.open.peek())];
  return <FirstHits terms={{ ...NOTHING, filters }} />;
}

function FirstHits({ terms: begun }: { terms: Terms }) {
  const app = useApp();
  const { client } = app;
  const search = useMemo(() => new Search(client, begun, HITS), []);
  useEffect(() => () => search.stop(), [search]);
  const recent = useRecent();
  const terms = search.terms.value;
  const isAsked = client.channels.supported.value && looksFor(terms);
  useAsking(search);
  const open = () => {
    if (!isAsked) return;
    recent.add(terms);
    openFullView(app, terms);
  };
  const places = usePlaceOptions(terms, isAsked ? FEW_PLACES : MOST_PLACES);
  const recents = useRecentOptions(recent, terms, (again) => openFullView(app, again));
  const hits = useHitOptions(search, () => recent.add(terms));
  const all: Option = {
    key: "all",
    group: searchStrings.messages,
    shown: (
      <ValueOption name={searchStrings.all(terms.text.trim())} about={searchStrings.allAbout} />
    ),
    choose: open,
  };
  const options = [...places, ...recents, ...(isAsked ? [all, ...hits] : [])];
  return (
    <Dialog title={searchStrings.title} class="switcher">
      <SearchField
        label={begun.filters.length > 0 ? strings.searchMessages : searchStrings.placeholder}
        search={search}
        options={options}
        enter={open}
        below={recents.length > 0 && <ClearRecent recent={recent} />}
      />
      {isAsked && typedFilter(terms.text) === undefined && <SearchState search={search} />}
      {!isAsked && options.length === 0 && (
        <p class="nobody" role="status">
          {terms.text === "" ? searchStrings.begin : strings.nobodyFound(terms.text)}
        </p>
      )}
    </Dialog>
  );
}

/** Channels and people whose name is typed, while no filter stands before it. */
function usePlaceOptions({ text, filters }: Terms, most: number): Option[] {
  const app = useApp();
  const { client, dialog, query, route } = app;
  const others = usePublicChannels(text);
  useServerSearch(text);
  if (filters.length > 0) return [];
  const go = ({ id, channel }: Entry) => {
    dialog.value = undefined;
    query.value = "";
    if (channel.details && !client.channels.has(id)) client.channels.takeDetails(channel.details);
    route.go(id);
  };
  const listed = entries(client);
  const unlisted = others.filter(({ UUID }) => listed.every(({ id }) => id !== UUID));
  return matching([...listed, ...lookable(unlisted)], text.trim())
    .slice(0, most)
    .map((entry) => ({
      key: entry.id || "general",
      group: searchStrings.channelsAndPeople,
      shown: <ValueOption name={entry.name} about={marksOf(entry)} entry={entry} />,
      choose: () => go(entry),
    }));
}

function usePublicChannels(text: string): readonly Details[] {
  const { client } = useApp();
  const [found, setFound] = useState<readonly Details[]>([]);
  const query = text.trim().replace(/^#/, "");
  useEffect(() => {
    if (query === "" || !client.channels.supported.value) return;
    const timer = setTimeout(() => {
      client.socket.request({ type: "channels", channels: { query, limit: 20 } }).then(
        ({ channels }) => setFound(channels.channels.filter(({ Member }) => !Member)),
        () => undefined,
      );
    }, 150);
    return () => clearTimeout(timer);
  }, [client, query]);
  return found;
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

function marksOf({ channel }: Entry): string | undefined {
  const { details } = channel;
  const marks = [
    details?.Private && details.Name && strings.isPrivate,
    details?.Archived && strings.isArchived,
    isLookedAt(channel) && searchStrings.notJoined,
  ].filter(Boolean);
  return marks.join(", ") || undefined;
}

function useHitOptions(search: Search, remember: () => void): Option[] {
  const app = useApp();
  const { client, dialog, query } = app;
  const words = search.answered.value?.text ?? "";
  return search.hits.slice(0, HITS).map((hit) => {
    const { line } = hit;
    const sender = client.personName(line.sender);
    return {
      key: keyOf(hit),
      group: searchStrings.messages,
      shown: (
        <>
          <Avatar uuid={line.sender} name={sender} />
          <span class="hit-line">
            <Excerpt text={line.text} words={words} />
            <small>
              <bdi>{sender}</bdi> · <bdi>{titleOf(app, search, hit)}</bdi> ·{" "}
              {shortly(line.at, today.value)}
            </small>
          </span>
        </>
      ),
      choose: () => {
        remember();
        dialog.value = undefined;
        query.value = "";
        goToHit(app, search, hit);
      },
    };
  });
}
