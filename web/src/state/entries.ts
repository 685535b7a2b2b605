/** The rows of the list: General and the notes, channels and people with talk, and then everybody else. */
import { type Channel, type ChannelId, emptyChannel, GENERAL, isNamed } from "./channel";
import type { Client } from "./client";
import type { Person } from "./people";

interface Named {
  readonly name: string;
  readonly channel?: Channel;
}

export interface Entry {
  readonly id: ChannelId;
  readonly name: string;
  readonly channel: Channel;
  readonly online: boolean | undefined;
}

export function entries(client: Client): Entry[] {
  const talks = client.channels.sorted.value;
  const talking = new Set(talks.map(({ id }) => id));
  const [general, ...rest] = talking.has(GENERAL) ? talks : [emptyChannel(GENERAL), ...talks];
  const me = client.session.me.value?.uuid ?? "";
  const self = talking.has(me) ? [] : [emptyChannel(me)];
  const others = client.people.reachable.value.filter(
    ({ uuid }) => !talking.has(uuid) && uuid !== me,
  );
  return [general, ...self, ...rest, ...others.map(emptyOf)].flatMap((channel) =>
    channel === undefined ? [] : [entry(client, channel)],
  );
}

/** A word of the name begins with the query; case and accents don't count. After `#` come only named channels. */
export function matching<T extends Named>(all: readonly T[], query: string): T[] {
  const named = query.startsWith("#");
  const wanted = folded(named ? query.slice(1) : query);
  const kind = named ? all.filter(({ channel }) => channel !== undefined && isNamed(channel)) : all;
  if (wanted === "") return [...kind];
  return kind.filter(({ name }) => ` ${folded(name)}`.includes(` ${wanted}`));
}

const empties = new Map<string, Channel>();

/** The same object each time, so that a row that shows it needs no new look. */
function emptyOf({ uuid }: Person): Channel {
  let channel = empties.get(uuid);
  if (channel === undefined) {
    channel = emptyChannel(uuid);
    empties.set(uuid, channel);
  }
  return channel;
}

function entry(client: Client, channel: Channel): Entry {
  const { id } = channel;
  const shared = id === GENERAL || channel.details !== undefined;
  const online = shared ? undefined : (client.people.peek(id)?.online ?? false);
  return { id, name: client.name(id), channel, online };
}

function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
