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

export abstract class ReleasedClient {
  /** The frames and events that reached it. */
  readonly heard: string[] = [];
  /** Rejects with the first trouble: a lost connection, an error, a frame that 0.1.0 has not or about something hidden. */
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
  }
}
