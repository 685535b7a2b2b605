/** A channel whose messages and changes are read, and what an inbox says of it. */
import { ChangesInOrder } from "./changes-in-order.ts";
import { type ChannelId, type ChannelKind, kindOf } from "./channel.ts";
import { InOrder } from "./in-order.ts";
import type { InboxChannel, Message } from "./protocol.gen.ts";

export interface Followed {
  /** Unknown while only an earlier run knows it. */
  kind: ChannelKind | undefined;
  order: InOrder<Message>;
  /** Messages up to this `Seq` are not read. */
  first: number;
  /** The `Seq` of the newest message that waits for its turn, that was handled, and that is known of. */
  last: number;
  handled: number;
  total: number;
  changes: ChangesInOrder;
  /** Up to which `rev` the changes were handled, and will be once all turns are over. */
  handledRev: number | undefined;
  handingRev: number | undefined;
  /** Up to this `Seq` messages come from pages only, which are read after the `rev` from which the changes go on. */
  paged: number;
  /** Pages with a smaller `rev` are of before changes that were left out. */
  skippedTo: number;
  filling: boolean;
  /** Whether it began with a join, and no message has come since. */
  isViewed: boolean;
}

/** What to begin a channel with. */
export interface Start {
  seq: number;
  rev?: number | undefined;
  kind?: ChannelKind | undefined;
}

/** What is known of a channel when an inbox is requested. */
export type Held = Pick<Followed, "last" | "kind"> & { rev: number };

/** An inbox with fewer of General and private channels lists all that hold a message; groups and named ones it always lists. */
export const MOST_LISTED = 1000;

export function channelAt({ seq, rev, kind }: Start): Followed {
  const at = { first: seq, last: seq, handled: seq, total: seq, handledRev: rev, handingRev: rev };
  const order = new InOrder<Message>(seq);
  const changes = new ChangesInOrder(rev);
  return { kind, order, changes, ...at, paged: 0, skippedTo: 0, filling: false, isViewed: false };
}

/** Begins with the live message of this `Seq` if the channel began with a join whose answer has it already. */
export function beginLive(channel: Followed, seq: number): void {
  if (!channel.isViewed) return;
  channel.isViewed = false;
  const last = Math.min(channel.last, seq - 1);
  Object.assign(channel, { first: last, last, handled: last, order: new InOrder<Message>(last) });
  channel.changes.dropStates(last);
}

export function heldOf({ last, kind, changes }: Followed): Held {
  return { last, kind, rev: changes.rev ?? 0 };
}

/**
 * Where a channel begins that became known since the last inbox: a private channel with its first message, a group or a
 * named channel behind the read mark, which stood at its end when the user became a member.
 */
export function begin(entry: InboxChannel): number {
  return kindOf(entry) === "shared" ? Math.max(0, entry.total - entry.unread) : 0;
}

/** Whether the server has fewer messages or changes than were delivered. A channel of which the user is no member any more has none. */
export function isBeyond(
  held: ReadonlyMap<ChannelId, Held>,
  listed: ReadonlyMap<ChannelId, InboxChannel>,
): boolean {
  const otherwise = listsShared(listed) ? "shared" : "direct";
  return [...held].some(([id, { last, rev, kind = otherwise }]) => {
    const entry = listed.get(id);
    const total = entry?.total ?? (kind !== "shared" && listsAll(listed) ? 0 : last);
    return last > total || rev > (entry?.rev ?? rev);
  });
}

/** Whether every private channel is listed that holds a message. */
export function listsAll(listed: ReadonlyMap<ChannelId, InboxChannel>): boolean {
  return [...listed.values()].filter((entry) => kindOf(entry) !== "shared").length < MOST_LISTED;
}

/** Whether the server knows groups and named channels: then General has details, too. */
export function listsShared(listed: ReadonlyMap<ChannelId, InboxChannel>): boolean {
  return [...listed.values()].some(({ Channel }) => Channel !== undefined);
}
