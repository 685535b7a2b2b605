/** The last seen messages, small enough to keep: what a page shows before, or without, a connection. */
import type { Channel, ChannelId } from "./channel";
import type { Client } from "./client";
import type { Line } from "./line";
import type { People, Person } from "./people";
import type { Timeline } from "./timeline";

export interface Snapshot {
  readonly user: string;
  /** That of the messages; a server of 0.1 has none. */
  readonly epoch?: string | undefined;
  readonly channels: readonly Channel[];
  readonly people: readonly Person[];
  /** Each channel's newest, as they were at its `rev`; 0.1.0 kept none. */
  readonly lines: readonly (readonly [ChannelId, readonly Line[], rev?: number])[];
}

const KEPT_CHANNELS = 20;
const KEPT_LINES = 50;
/** A browser keeps some 5 MB a site; the newest talk is worth the most. */
const MOST_CHARACTERS = 500_000;

export function snapshotOf(client: Client): Snapshot | undefined {
  const user = client.session.me.value?.uuid;
  if (user === undefined || !client.channels.loaded.value) return undefined;
  const { channels, history, people } = client;
  return takeSnapshot(user, client.sync.epoch, channels.sorted.value, history.kept(), people);
}

/** `channels` come in the list's order, so what doesn't fit is what is oldest. */
function takeSnapshot(
  user: string,
  epoch: string | undefined,
  channels: readonly Channel[],
  timelines: ReadonlyMap<ChannelId, Timeline>,
  people: People,
): Snapshot {
  const kept = channels.slice(0, KEPT_CHANNELS);
  const known = new Set([user, ...kept.map(({ id }) => id)]);
  const lines: (readonly [ChannelId, readonly Line[], number])[] = [];
  let room = MOST_CHARACTERS;
  for (const { id } of kept) {
    const timeline = timelines.get(id);
    const newest = newestWithin(timeline?.lines ?? [], room);
    for (const line of newest) {
      known.add(line.sender).add(line.answered?.sender ?? user);
      room -= line.text.length;
    }
    if (newest.length > 0) lines.push([id, newest, timeline?.rev ?? 0]);
  }
  return {
    user,
    epoch,
    channels: kept,
    people: [...known].flatMap((uuid) => people.peek(uuid) ?? []),
    lines,
  };
}

/** Without a hole: a timeline that is restored must be one stretch. */
function newestWithin(lines: readonly Line[], room: number): readonly Line[] {
  let from = lines.length;
  let left = room;
  while (from > 0 && lines.length - from < KEPT_LINES) {
    left -= lines[from - 1]?.text.length ?? 0;
    if (left < 0) break;
    from--;
  }
  return lines.slice(from);
}
