/** What the list shows of a channel: what it is, its last message, how much is unread, and the user's preferences. */
import {
  type ChannelId,
  channelOf,
  type Channel as Details,
  GENERAL,
  type InboxChannel,
  type Level,
  type Message,
  type Prefs as PrefsOf,
} from "@chinwag/client";
import { saidIn } from "./files";
import { isFor, lineOf } from "./line";

export { type ChannelId, channelOf, type Details, GENERAL };

export interface LastMessage {
  readonly sender: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The `Rev` of its last change. */
  readonly rev?: number | undefined;
  readonly deleted?: boolean | undefined;
}

/** A server of 0.1 has none. */
export type Prefs = Omit<PrefsOf, "recipientUUID">;

export interface Channel {
  readonly id: ChannelId;
  /** How many messages it has, which is also its newest `Seq`. */
  readonly total: number;
  /** The `Seq` up to which this user has read. */
  readonly read: number;
  /** How many unread messages mention the user or all members, or answer the user. */
  readonly mentions?: number | undefined;
  /** The `Seq` of the first of these; absent where the server has to tell how many are left. */
  readonly firstMention?: number | undefined;
  readonly last?: LastMessage | undefined;
  /** Of General, a group or a named channel; absent in direct channels, and everywhere from a server of 0.1. */
  readonly details?: Details | undefined;
  readonly prefs?: Prefs | undefined;
}

/** The list shows one line; a long message needs not be kept twice. */
export const PREVIEW = 160;
/** All of it: a channel that the user isn't a member of, or has just become one of, has nothing unread. */
const ALL = Number.MAX_SAFE_INTEGER;

/** A message from which on the user marked it as unread counts as well, though it was read. */
export function unreadOf(channel: Channel): number {
  const marked = channel.prefs?.unreadFrom ?? Number.POSITIVE_INFINITY;
  return Math.max(0, channel.total - channel.read, channel.total - marked + 1);
}

/** How many of these the list counts: all where the user wants everything, else those that mention them. */
export function countOf(channel: Channel): number {
  const level = levelOf(channel);
  if (level === "none") return 0;
  return level === "all" ? unreadOf(channel) : (channel.mentions ?? 0);
}

/** Of what the user is notified. A server of 0.1 doesn't tell. */
export function levelOf(channel: Channel): Level {
  const many = channel.id === GENERAL || isNamed(channel);
  return channel.prefs?.level ?? (many ? "mentions" : "all");
}

/** The first `Seq` that is unread. */
export function firstUnread({ read, prefs }: Channel): number {
  return Math.min(read + 1, prefs?.unreadFrom ?? ALL);
}

export function emptyChannel(id: ChannelId): Channel {
  return { id, total: 0, read: 0 };
}

export function fromInbox(entry: InboxChannel, me: string): Channel {
  const { total, unread, Channel: details, lastMessage, recipientUUID: id } = entry;
  const { mentions, firstMention } = entry;
  return {
    id,
    total,
    read: lastMessage?.SenderUUID === me ? total : total - unread,
    ...(mentions && { mentions, firstMention }),
    last: lastMessage && preview(lastMessage),
    ...(details && { details }),
    ...(entry.level && { prefs: prefsOf(entry) }),
  };
}

export function prefsOf(told: PrefsOf): Prefs {
  const { level, mutedUntil, pinned, section, unreadFrom } = told;
  return { level, mutedUntil, pinned, section, unreadFrom } as Prefs;
}

/**
 * The channel with what a frame tells of it. News have neither `Member` nor `Owner` and come only to members, so
 * `details` of a reply say whether one is a member, and those of news leave what is known.
 */
export function withDetails(known: Channel | undefined, details: Details): Channel {
  const channel = known ?? { ...emptyChannel(details.UUID), read: ALL };
  return { ...channel, details };
}

/** The channel after `message`; the same object when it told nothing new. */
export function withMessage(channel: Channel, message: Message, me: string): Channel {
  const { Seq: total } = message;
  if (total <= channel.total) return channel;
  const after = { ...channel, total, last: preview(message) };
  // Writers have seen what stands above.
  if (message.SenderUUID === me) return withRead(after, total);
  const { mentions = 0, firstMention = mentions ? undefined : total } = channel;
  // Those between may mention the user as well.
  if (total > channel.total + 1) return { ...after, mentions, firstMention: undefined };
  if (total <= channel.read || !isFor(me, lineOf(message))) return after;
  return { ...after, mentions: mentions + 1, firstMention };
}

/** The channel after a change to `message`, which may be its newest. */
export function withState(channel: Channel, message: Message, me: string): Channel {
  const { Seq, Rev = 0, EditedAt, DeletedAt, SenderUUID } = message;
  const isNews = Seq === channel.total && Rev > (channel.last?.rev ?? 0);
  const after = isNews ? { ...channel, last: preview(message) } : channel;
  const isUnread = Seq > channel.read && SenderUUID !== me && (EditedAt || DeletedAt);
  // Nobody knows here whether it was counted before.
  if (!isUnread || (!channel.mentions && !isFor(me, lineOf(message)))) return after;
  return { ...after, mentions: channel.mentions ?? 0, firstMention: undefined };
}

export function withRead(channel: Channel, seq: number): Channel {
  if (seq <= channel.read) return channel;
  const { mentions = 0, firstMention = 0, ...others } = channel;
  const after = { ...others, read: seq };
  if (mentions === 0 || seq >= channel.total || (mentions === 1 && seq >= firstMention))
    return after;
  return seq < firstMention ? { ...after, mentions, firstMention } : { ...after, mentions };
}

/** Whether only the server knows how many messages mention the user. */
export function isUncounted({ mentions, firstMention }: Channel): boolean {
  return mentions !== undefined && firstMention === undefined;
}

export function isGroup({ details }: Channel): boolean {
  return details !== undefined && details.Name === "";
}

export function isNamed({ id, details }: Channel): boolean {
  return id !== GENERAL && details !== undefined && details.Name !== "";
}

/** Whether the user only looks at it, as everybody may at a public channel. */
export function isLookedAt({ id, details }: Channel): boolean {
  return id !== GENERAL && details !== undefined && details.Member !== true;
}

export type Closed = "looking" | "archived" | "owners" | "deactivated" | "blocked";

/** Why the user can't write there; absent where they can. */
export function closedBy(channel: Channel, isAdmin = false): Closed | undefined {
  if (isLookedAt(channel)) return "looking";
  if (channel.details?.Archived) return "archived";
  const isForOwners = channel.details?.Posting === "owners";
  return isForOwners && !manages(channel, isAdmin) ? "owners" : undefined;
}

/** Whether the user may do what owners may: an admin in General, in public channels and in those they are in. */
export function manages({ id, details }: Channel, isAdmin: boolean): boolean {
  if (details?.Owner) return true;
  if (!isAdmin || !details?.Name) return false;
  return id === GENERAL || !details.Private || details.Member === true;
}

/** Whether nothing is notified of it at `now`, in milliseconds since 1970. */
export function isMuted({ prefs }: Channel, now: number): boolean {
  return prefs?.level === "none" || mutedUntil(prefs) > now;
}

/** When it stops being muted, in milliseconds since 1970; 0 where it isn't. */
export function mutedUntil(prefs: Prefs | undefined): number {
  return Date.parse(prefs?.mutedUntil ?? "") || 0;
}

function preview(message: Message): LastMessage {
  const said = saidIn(message.Message, message.Files);
  const text = said.slice(0, PREVIEW) + (message.Cut ? "…" : "");
  const { SenderUUID: sender, CreatedAt, DeletedAt, Rev: rev } = message;
  const at = Date.parse(CreatedAt);
  return { sender, text, at, ...(rev && { rev }), ...(DeletedAt && { deleted: true }) };
}
