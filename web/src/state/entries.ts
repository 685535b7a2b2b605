/** The rows of the list: General and the notes, who there is talk with, and then everybody else. */
import { type Channel, type ChannelId, emptyChannel, GENERAL } from "./channel";
import type { Client } from "./client";
import type { Person } from "./people";

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
  const others = client.people.sorted.value.filter(({ uuid }) => !talking.has(uuid) && uuid !== me);
  return [general, ...self, ...rest, ...others.map(emptyOf)].flatMap((channel) =>
    channel === undefined ? [] : [entry(client, channel)],
  );
}

/** Each word of the query must begin a word of the name; case and accents don't count. */
export function matching(all: readonly Entry[], query: string): Entry[] {
  const wanted = folded(query);
  if (wanted === "") return [...all];
  return all.filter(({ name }) => ` ${folded(name)}`.includes(` ${wanted}`));
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
  const online = id === GENERAL ? undefined : (client.people.peek(id)?.online ?? false);
  return { id, name: client.name(id), channel, online };
}

function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
