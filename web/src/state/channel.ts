/** What the list shows of a channel: its last message and how much of it is unread. */
import {
  type ChannelId,
  channelOf,
  GENERAL,
  type InboxChannel,
  type Message,
} from "@chinwag/client";

export { type ChannelId, channelOf, GENERAL };

export interface LastMessage {
  readonly sender: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Channel {
  readonly id: ChannelId;
  /** How many messages it has, which is also its newest `Seq`. */
  readonly total: number;
  /** The `Seq` up to which this user has read. */
  readonly read: number;
  readonly last?: LastMessage | undefined;
}

/** The list shows one line; a long message needs not be kept twice. */
export const PREVIEW = 160;

export function unreadOf(channel: Channel): number {
  return Math.max(0, channel.total - channel.read);
}

export function emptyChannel(id: ChannelId): Channel {
  return { id, total: 0, read: 0 };
}

export function fromInbox(entry: InboxChannel, me: string): Channel {
  const { total, unread } = entry;
  return {
    id: entry.recipientUUID,
    total,
    read: entry.lastMessage?.SenderUUID === me ? total : total - unread,
    last: entry.lastMessage && preview(entry.lastMessage),
  };
}

/** The channel after `message`; the same object when it told nothing new. */
export function withMessage(channel: Channel, message: Message, me: string): Channel {
  const mine = message.SenderUUID === me;
  if (message.Seq <= channel.total) return channel;
  // Whoever writes has seen what stands above.
  const read = mine ? message.Seq : channel.read;
  return { ...channel, total: message.Seq, read, last: preview(message) };
}

export function withRead(channel: Channel, seq: number): Channel {
  return seq > channel.read ? { ...channel, read: seq } : channel;
}

function preview(message: Message): LastMessage {
  const text = message.Message.slice(0, PREVIEW) + (message.Cut ? "…" : "");
  return { sender: message.SenderUUID, text, at: Date.parse(message.CreatedAt) };
}
