/** What the composer suggests for an unfinished word: people, channels or emoji. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { mentionStrings } from "../mention-strings";
import { type ChannelId, type Details, GENERAL, isNamed } from "../state/channel";
import type { Client } from "../state/client";
import { type CompletionKind, inOrder, type Unfinished } from "../state/completing";
import { entries, matching } from "../state/entries";
import type { Person } from "../state/people";
import { useApp } from "./app";
import type { find } from "./emoji";

export interface Suggestion {
  readonly key: string;
  /** What takes the place of the word. */
  readonly text: string;
  readonly label: string;
  readonly about?: string | undefined;
  /** The user whom it mentions. */
  readonly uuid?: string | undefined;
  /** Of a named channel. */
  readonly details?: Details | undefined;
  readonly emoji?: string | undefined;
}

const MOST = 8;
/** The newest messages whose senders spoke lately. */
const LATELY = 100;
/** A request waits until the next letter may have come, in milliseconds. */
const WAIT = 120;
const PAGE = 20;

export function useSuggestions(id: ChannelId, word: Unfinished | undefined): Suggestion[] {
  const { client } = useApp();
  const { kind, query = "" } = word ?? {};
  const isMember = useMembers(id, kind, query);
  const channels = usePublicChannels(kind, query);
  const findEmoji = useEmoji(kind);
  if (kind === "@") return people(client, id, query, isMember).slice(0, MOST);
  if (kind === "#") return channelsOf(client, query, channels).slice(0, MOST);
  return kind === ":" && findEmoji ? emojiOf(findEmoji(query)).slice(0, MOST) : [];
}

function people(client: Client, id: ChannelId, query: string, isMember: IsMember): Suggestion[] {
  const me = client.session.me.value?.uuid;
  const { details } = client.channels.get(id);
  const lines = client.history.timeline(id).lines.slice(-LATELY).toReversed();
  const spoke = [...new Set(lines.map(({ sender }) => sender))];
  const known = matching(client.people.reachable.value, query).filter(
    ({ uuid }) => uuid !== me && isMember(uuid) !== undefined,
  );
  const found = inOrder(known, spoke, (uuid) => isMember(uuid) === true).map((person) =>
    ofPerson(person, isMember(person.uuid) ? undefined : client.title(id)),
  );
  const isShared = id === GENERAL || details !== undefined;
  if (!isShared || !mentionStrings.all.startsWith(query.toLowerCase())) return found;
  const about = aboutAll(details?.usersTotal ?? 0);
  const all = { key: "all", text: "@all ", label: mentionStrings.all, about };
  const before = query.length === mentionStrings.all.length ? 0 : MOST - 1;
  return [...found.slice(0, before), all, ...found.slice(before)];
}

function aboutAll(total: number): string | undefined {
  return total > 0 ? mentionStrings.allAbout(total) : undefined;
}

function ofPerson({ uuid, name }: Person, notIn: string | undefined): Suggestion {
  const about = notIn && mentionStrings.notIn(notIn);
  return { key: uuid, text: `@${name} `, label: name, uuid, about };
}

function channelsOf(client: Client, query: string, found: readonly Details[]): Suggestion[] {
  const own = entries(client).filter(({ channel }) => isNamed(channel));
  const others = found.filter(({ UUID }) => own.every(({ id }) => id !== UUID));
  const all = [...own.map(({ channel }) => channel.details as Details), ...others];
  return matching(
    all.map((details) => ({ name: details.Name, details })),
    query,
  ).map(({ name, details }) => ({
    ...{ key: details.UUID, text: `#${name} `, label: name, details },
    about: details.Topic || undefined,
  }));
}

function emojiOf(groups: ReturnType<typeof find>): Suggestion[] {
  return groups
    .flatMap(({ emoji }) => emoji)
    .map(([emoji, words]) => ({ key: emoji, text: `${emoji} `, label: words, emoji }));
}

/** Tells who is a member; `undefined` while the server hasn't said. Of a direct channel both are. */
type IsMember = (uuid: string) => boolean | undefined;

/** Asks for the members of a named channel; where it gets no answer everybody may be one. */
function useMembers(id: ChannelId, kind: CompletionKind | undefined, query: string): IsMember {
  const { client } = useApp();
  const members = useMemo(() => new Set<string>(), [id]);
  const [told, setTold] = useState<{ query: string; failed?: true }>();
  const channel = client.channels.get(id);
  const { details } = channel;
  const isAll = isNamed(channel) && members.size >= (details?.usersTotal ?? 0);
  useLater(kind === "@", [id, query], query === "" ? 0 : WAIT, async () => {
    const { people, socket } = client;
    if (query !== "" && people.total.value > people.sorted.value.length) await client.find(query);
    if (!isNamed(channel) || isAll) return;
    const channelMembers = { recipientUUID: id, query, limit: PAGE };
    const asked = socket.request({ type: "channelMembers", channelMembers });
    const reply = await asked.catch(() => undefined);
    for (const { UUID } of reply?.channelMembers.users ?? []) members.add(UUID);
    setTold(reply ? { query } : { query, failed: true });
  });
  if (id === GENERAL || told?.failed) return () => true;
  if (isNamed(channel)) {
    const isTold = isAll || told?.query === query;
    return (uuid) => members.has(uuid) || (isTold ? false : undefined);
  }
  const all = details?.Users?.map(({ UUID }) => UUID) ?? [id];
  return (uuid) => all.includes(uuid);
}

/** Public channels beside the user's own. */
function usePublicChannels(kind: CompletionKind | undefined, query: string) {
  const { client } = useApp();
  const [found, setFound] = useState<readonly Details[]>([]);
  useLater(kind === "#" && query !== "", [query], WAIT, async () => {
    const channels = { query, limit: PAGE };
    const reply = await client.socket.request({ type: "channels", channels });
    setFound(reply.channels.channels);
  });
  return found;
}

/** The table comes with the first emoji that is looked for. */
function useEmoji(kind: CompletionKind | undefined) {
  const [table, setTable] = useState<{ find: typeof find }>();
  useLater(kind === ":", [], 0, async () => setTable(await import("./emoji")));
  return table?.find;
}

/** Asks where something is wanted; without an answer there is less to choose from. */
function useLater(
  wanted: boolean,
  of: readonly unknown[],
  wait: number,
  ask: () => Promise<void>,
): void {
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => ask().catch(() => undefined), wait);
    return () => clearTimeout(timer);
  }, [wanted, ...of]);
}
