/** A chat whose server is the test. */
import { Chat, type ChatOptions } from "../chat.ts";
import type { Channel, InboxChannel, Message } from "../protocol.gen.ts";
import { Connections } from "./connection.ts";
import { ME } from "./messages.ts";

export class Conversation {
  readonly connections = new Connections();
  readonly chat: Chat;

  constructor(options: ChatOptions = {}) {
    const { connect } = this.connections;
    const WebSocket = class {
      constructor() {
        // biome-ignore lint/correctness/noConstructorReturn: the double is made elsewhere
        return connect();
      }
    } as unknown as NonNullable<ChatOptions["WebSocket"]>;
    this.chat = new Chat("ws://there/ws", { ...options, WebSocket });
  }

  /**
   * Answers a sign-in and an inbox, with this many messages in General and these other channels. Without an epoch it is a
   * server of 0.1; one with groups and named channels has details of General, too, and one that numbers changes its `rev`.
   */
  async admit(
    total: number,
    epoch?: string,
    others: InboxChannel[] = [],
    general?: Channel,
    rev?: number,
  ): Promise<void> {
    this.connections.last.ready();
    const since02 = epoch !== undefined && { epoch, messageLength: 4_000 };
    const authorized = { userUUID: ME, accessKey: "key", ...since02 };
    this.connections.last.answer({ type: "authorized", authorized }, "signIn");
    await settled();
    const details = { ...(general && { Channel: general }), ...(rev !== undefined && { rev }) };
    const channels = [{ recipientUUID: "", total, unread: 0, ...details }, ...others];
    this.connections.last.answer({ type: "inbox", inbox: { channels } });
    await settled();
  }

  /** The first sign-in, with this many messages in General. */
  async signIn(total = 0, epoch?: string): Promise<void> {
    const signedIn = this.chat.signIn({ username: "Ada", password: "secret" });
    await this.admit(total, epoch);
    await signedIn;
  }

  live(...messages: Message[]): void {
    for (const channelMessage of messages) {
      this.connections.last.say({ type: "channelMessage", channelMessage });
    }
  }

  /** A live frame, or with a `reply` the answer to the request for changes. */
  async changes(channel: string, after: number, rev: number, messages: Message[], reply = false) {
    const channelChanges = { recipientUUID: channel, after, rev, messages };
    const { last } = this.connections;
    if (reply) last.answer({ type: "channelChanges", channelChanges });
    else last.say({ type: "channelChanges", channelChanges });
    await settled();
  }

  /** Answers the request for a page of the history. */
  async page(...messages: Message[]): Promise<void> {
    const asked = this.connections.last.requests("channelMessages").at(-1);
    const recipientUUID = asked?.channelMessages.recipientUUID ?? "";
    const channelMessages = { recipientUUID, total: 9, received: messages.length, messages };
    this.connections.last.answer({ type: "channelMessages", channelMessages });
    await settled();
  }
}

/** Resolves after all promises that are due, without a clock. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
