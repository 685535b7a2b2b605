/** A signed-in user without a page: every message in order and once, whatever happens to the connection. */
import { type ChannelId, channelOf } from "./channel.ts";
import { catchUp, InOrder } from "./in-order.ts";
import type { Authorized, Message, NewMessage, Outgoing, SignIn } from "./protocol.gen.ts";
import { isTemporary, retryAfter, Sender, type SendQueue } from "./sender.ts";
import { Disconnected, Socket, type SocketListener, type WebSocketLike } from "./socket.ts";
import { newUuid } from "./uuid.ts";

export interface ChatOptions {
  /** For Node.js before 22, which has none of its own: that of the package `ws`. */
  WebSocket?: new (
    url: string,
  ) => WebSocketLike;
}

interface Waiting {
  readonly message: NewMessage & { clientUUID: string };
  resolve(stored: Message): void;
  reject(reason: unknown): void;
}

interface Followed {
  order: InOrder<Message>;
  /** The newest `Seq` that was handed on, and the newest that is known of. */
  last: number;
  total: number;
  filling: boolean;
}

const PAGE = 100;

export class Chat implements SocketListener, SendQueue {
  /** Called with each message of each of the user's channels that is stored after `signIn`, the user's own too. */
  onMessage: (message: Message) => void = () => undefined;
  /** Called when the user can't come back without a password, because the access key has ended. */
  onSignedOut: (reason: unknown) => void = () => undefined;
  readonly socket: Socket;
  readonly #sender: Sender;
  readonly #sends: Waiting[] = [];
  readonly #channels = new Map<ChannelId, Followed>();
  #signIn: SignIn | undefined;
  #settle: { resolve(): void; reject(reason: unknown): void } | undefined;
  #me = "";
  #epoch: string | undefined;
  /** What came before it was known where the channels stand. */
  #early: Message[] | undefined = [];

  constructor(url: string, options: ChatOptions = {}) {
    const Connection = options.WebSocket;
    this.socket = new Socket(url, Connection ? { connect: (to) => new Connection(to) } : {});
    this.#sender = new Sender(this.socket, this);
  }

  /** The UUID of the user, once signed in. */
  get me(): string {
    return this.#me;
  }

  /** Connects and signs in, by name and password or by an access key; comes back by itself from then on. */
  signIn(as: SignIn): Promise<void> {
    this.#signIn = as;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.socket.start(this);
    });
  }

  /** Resolves when the message is stored. A lost connection delays it; only the server's refusal fails it. */
  send(recipientUUID: ChannelId, message: string): Promise<Message> {
    return new Promise((resolve, reject) => {
      const clientUUID = newUuid();
      this.#sends.push({ message: { recipientUUID, message, clientUUID }, resolve, reject });
      this.#sender.wake();
    });
  }

  /** Answers in the channel from which the message came. */
  reply(to: Message, message: string): Promise<Message> {
    return this.send(channelOf(to, this.#me), message);
  }

  close(): void {
    this.#sender.stop();
    this.socket.stop();
  }

  ready(): void {
    void this.#begin();
  }

  lost(): void {
    this.#sender.stop();
  }

  frames(frames: Outgoing[]): void {
    for (const frame of frames) {
      if (frame.type === "channelMessage") this.#take(frame.channelMessage);
      if (frame.type === "channelMessages")
        frame.channelMessages.messages.map((m) => this.#take(m));
      if (frame.type === "changePassword") this.#takeKey(frame.changePassword);
      if (frame.type === "signOut") this.#signedOut(new Error("signed out elsewhere"));
    }
  }

  next(): Waiting["message"] | undefined {
    return this.#sends[0]?.message;
  }

  stored(message: Message): void {
    this.#sends.shift()?.resolve(message);
  }

  refused(_: string, reason: unknown): void {
    this.#sends.shift()?.reject(reason);
  }

  /** On each new connection: resume, learn where the channels stand, read what was missed, send what waits. */
  async #begin(): Promise<void> {
    if (this.#signIn === undefined) return;
    try {
      const { authorized } = await this.socket.request({ type: "signIn", signIn: this.#signIn });
      this.#me = authorized.userUUID;
      this.#takeKey(authorized);
      this.#takeEpoch(authorized);
      await this.#follow();
    } catch (error) {
      if (error instanceof Disconnected) return;
      if (isTemporary(error)) setTimeout(() => this.ready(), retryAfter(error));
      else this.#signedOut(error);
      return;
    }
    this.#sender.start();
    this.#settle?.resolve();
  }

  /** A new password ends all earlier keys; without a new one the old one stays. */
  #takeKey({ accessKey }: { accessKey?: string }): void {
    if (accessKey !== undefined) this.#signIn = { accessKey };
  }

  #takeEpoch({ epoch }: Authorized): void {
    if (epoch === undefined) return;
    if (this.#epoch !== undefined && epoch !== this.#epoch) this.#forget();
    this.#epoch = epoch;
  }

  async #follow(): Promise<void> {
    const held = new Map([...this.#channels].map(([id, { last }]) => [id, last]));
    const { inbox } = await this.socket.request({ type: "inbox" });
    const lost = inbox.channels.some(({ recipientUUID: id, total }) => total < (held.get(id) ?? 0));
    if (lost) this.#forget();
    const first = this.#early !== undefined;
    for (const { recipientUUID, total } of inbox.channels) {
      if (first) this.#channels.set(recipientUUID, followed(total));
      else this.#channel(recipientUUID).total = total;
    }
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const message of early) this.#take(message);
    await Promise.all([...this.#channels.keys()].map((id) => this.#fill(id)));
  }

  /** The server lost messages, so a `Seq` doesn't name the message that it did: begins anew, as the first time. */
  #forget(): void {
    this.#channels.clear();
    this.#early = [];
  }

  #take(message: Message): void {
    if (this.#early) {
      this.#early.push(message);
      return;
    }
    const id = channelOf(message, this.#me);
    const channel = this.#channel(id);
    channel.total = Math.max(channel.total, message.Seq);
    for (const next of channel.order.take(message.Seq, message)) {
      channel.last = next.Seq;
      this.onMessage(next);
    }
    if (channel.order.hasHole) this.#fill(id).catch(() => undefined);
  }

  /** Reads what lies between what was handed on and the newest. What comes is taken as every frame is. */
  async #fill(id: ChannelId): Promise<void> {
    const channel = this.#channel(id);
    if (channel.filling) return;
    channel.filling = true;
    const page = () => ({ recipientUUID: id, limit: PAGE, after: channel.last });
    await catchUp(
      () => channel.total - channel.last,
      async () => {
        const request = { type: "channelMessages", channelMessages: page() } as const;
        return (await this.socket.request(request)).channelMessages.received;
      },
    ).finally(() => {
      channel.filling = false;
    });
  }

  /** A channel that was not there at the first sign-in is new as a whole. */
  #channel(id: ChannelId): Followed {
    let channel = this.#channels.get(id);
    if (channel === undefined) {
      channel = followed(0);
      this.#channels.set(id, channel);
    }
    return channel;
  }

  #signedOut(reason: unknown): void {
    this.close();
    this.#settle?.reject(reason);
    this.onSignedOut(reason);
  }
}

function followed(total: number): Followed {
  return { order: new InOrder<Message>(total), last: total, total, filling: false };
}
