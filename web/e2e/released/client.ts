/** A user who is signed in by a client of 0.1.0. */
import type { ChannelId } from "@chinwag/client";

/** Those of the frames and news of 0.1.0, without `error`. */
const TYPES = new Set(
  `authorized channelJoin channelLeave channelMessage channelMessages channelRead channelTyping inbox pong presence ready
  signIn signOut sys users`.split(/\s+/),
);

/** What a client shows: its list, and the messages of channels. */
export interface View {
  readonly list: readonly { channel: ChannelId; unread: number; last: string }[];
  readonly messages: Readonly<Record<ChannelId, readonly string[]>>;
}

/** The properties that each message has in 0.1.0. */
const OF_MESSAGE = ["UUID", "SenderUUID", "Sender", "RecipientUUID", "Message", "CreatedAt", "Seq"];

export abstract class ReleasedClient {
  /** The frames and events that reached it. */
  readonly heard: string[] = [];
  /**
   * Rejects with the first trouble: a lost connection, an error, or a frame that has a type unknown to 0.1.0, something hidden,
   * or a message without one of its properties.
   */
  readonly failed: Promise<never>;
  protected fail: (trouble: string) => void = () => {};

  protected constructor(readonly name: string) {
    this.failed = new Promise((_, reject) => {
      this.fail = (trouble) => reject(new Error(`${name}: ${trouble}`));
    });
    // Without this Node.js reports it where nobody waits.
    this.failed.catch(() => undefined);
  }

  /** Whether it shows General, and so has read it. */
  abstract readonly isAtGeneral: boolean;
  abstract say(channel: ChannelId, text: string): Promise<void>;
  /** Waits until this is the channel's last message. */
  abstract hears(channel: ChannelId, text: string): Promise<void>;
  /** What it shows, by the messages that came one by one. */
  abstract view(): Promise<View>;
  /** What it shows, by the history. */
  abstract read(): Promise<View>;
  abstract close(): Promise<void>;

  protected hear(frame: string): void {
    this.heard.push(frame);
    const types = [...frame.matchAll(/"type":"(\w+)"/g)].map(([, type = ""]) => type);
    if (/hidden/.test(frame) || !types.every((type) => TYPES.has(type))) this.fail(frame);
    else if (!messagesIn(frame).every(isWhole)) this.fail(`a message lacks a property: ${frame}`);
  }
}

function messagesIn(frame: string): unknown[] {
  const messages: unknown[] = [];
  JSON.parse(frame, (property, value) => {
    if (/^(channelMessage|lastMessage|message|messages)$/.test(property)) messages.push(value);
    return value;
  });
  return messages.flat();
}

function isWhole(message: unknown): boolean {
  return OF_MESSAGE.every((property) => Object.hasOwn(Object(message), property));
}
