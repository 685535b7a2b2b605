/** Reads all channels of a user, each message once and in order: live messages, and missed ones from the history. */
import { type ChannelId, channelOf } from "./channel.ts";
import { Disconnected } from "./errors.ts";
import { catchUp, InOrder } from "./in-order.ts";
import type { Positions } from "./positions.ts";
import type { Authorized, Inbox, Message } from "./protocol.gen.ts";
import { isTemporary, retryAfter } from "./sender.ts";
import type { Socket } from "./socket.ts";
import { Turns } from "./turns.ts";

export interface ReaderEvents {
  /** The next message; it counts as handled when this returns, or its promise settles. */
  message(message: Message): unknown;
  /** More is handled than before. */
  handled(): unknown;
  /** The server lost messages, so that a `Seq` may be another message's. */
  reset(): unknown;
  inbox(inbox: Inbox): unknown;
  error(error: unknown): void;
}

interface Channel {
  order: InOrder<Message>;
  /** The `Seq` of the newest message that waits for its turn, that was handled, and that is known of. */
  last: number;
  handled: number;
  total: number;
  filling: boolean;
}

const PAGE = 100;
/** The most turns that wait, two for each message; further messages are read from the history later. */
const MOST_WAITING = 2000;
/** An inbox with fewer channels lists all that hold a message. */
const MOST_LISTED = 1000;

export class Reader {
  readonly #channels = new Map<ChannelId, Channel>();
  readonly #turns: Turns;
  #me = "";
  #epoch: string | undefined;
  /** Messages that came before the first inbox, which says where the channels begin. */
  #early: Message[] | undefined = [];
  /** Whether a channel that was never listed is new, and to be read from its first message. */
  #allListed = true;
  /** Whether messages were left out because too many wait. */
  #behind = false;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly socket: Pick<Socket, "request">,
    readonly events: ReaderEvents,
  ) {
    this.#turns = new Turns((error) => events.error(error));
  }

  /** They are unknown before the first inbox, and after the server lost messages until the next one. */
  get positions(): Positions | undefined {
    if (this.#early) return undefined;
    const handled = [...this.#channels].map(([id, channel]) => [id, channel.handled] as const);
    return { epoch: this.#epoch, channels: Object.fromEntries(handled) };
  }

  /** Before the first connection: goes on where an earlier program stopped. */
  goOnFrom({ epoch, channels }: Positions): void {
    this.#epoch = epoch;
    this.#early = undefined;
    for (const [id, seq] of Object.entries(channels)) this.#channels.set(id, channelAt(seq));
    this.#allListed = this.#channels.size < MOST_LISTED;
  }

  /** Delivers no more messages. */
  stop(): void {
    clearTimeout(this.#again);
    this.#turns.clear();
  }

  /** On a new connection that is signed in: gets the channels' totals, and reads the missed messages. */
  async begin({ userUUID, epoch }: Authorized): Promise<void> {
    this.#me = userUUID;
    if (epoch !== undefined && this.#epoch !== undefined && epoch !== this.#epoch) this.#forget();
    this.#epoch = epoch ?? this.#epoch;
    const held = [...this.#channels].map(([id, { last }]) => [id, last] as const);
    const { inbox } = await this.socket.request({ type: "inbox" });
    const totals = new Map(
      inbox.channels.map(({ recipientUUID, total }) => [recipientUUID, total]),
    );
    const unlisted = totals.size < MOST_LISTED ? 0 : Number.POSITIVE_INFINITY;
    if (held.some(([id, last]) => last > (totals.get(id) ?? unlisted))) this.#forget();
    this.events.inbox(inbox);
    this.#learn(totals);
    void this.#fillAll();
  }

  take(message: Message): void {
    if (this.#early) {
      this.#early.push(message);
      return;
    }
    const id = channelOf(message, this.#me);
    const channel = this.#channel(id, this.#allListed ? 0 : message.Seq - 1);
    channel.total = Math.max(channel.total, message.Seq);
    if (this.#turns.length >= MOST_WAITING) {
      this.#behind = true;
      return;
    }
    for (const next of channel.order.take(message.Seq, message)) {
      channel.last = next.Seq;
      this.#hand(channel, next);
    }
    if (channel.order.hasHole) void this.#fill(id);
  }

  #learn(totals: ReadonlyMap<ChannelId, number>): void {
    const early = this.#early;
    this.#early = undefined;
    if (early) this.#allListed = totals.size < MOST_LISTED;
    for (const [id, total] of totals) this.#channel(id, early ? total : 0).total = total;
    for (const message of early ?? []) this.take(message);
    if (early) this.#turns.add(() => this.events.handled());
  }

  #hand(channel: Channel, message: Message): void {
    this.#turns.add(() => this.events.message(message));
    this.#turns.add(() => {
      channel.handled = message.Seq;
      if (this.#behind && this.#turns.length === 0) {
        this.#behind = false;
        void this.#fillAll();
      }
      return this.events.handled();
    });
  }

  /** Begins again, as after the first sign-in. */
  #forget(): void {
    if (this.#early === undefined) this.#turns.add(() => this.events.reset());
    this.#channels.clear();
    this.#early = [];
  }

  async #fillAll(): Promise<void> {
    for (const id of [...this.#channels.keys()]) await this.#fill(id);
  }

  /** Reads the messages between the last one and the newest. They come through `take`, as all messages do. */
  async #fill(id: ChannelId): Promise<void> {
    const channel = this.#channels.get(id);
    if (channel === undefined || channel.filling) return;
    channel.filling = true;
    const isHeld = () => this.#channels.get(id) === channel;
    try {
      await catchUp(
        () => (isHeld() && this.#hasRoom() ? channel.total - channel.last : 0),
        () => this.#page(id, channel.last),
      );
    } catch (error) {
      if (isTemporary(error)) this.#fillLater(retryAfter(error));
      // After a lost connection the next one reads it.
      else if (!(error instanceof Disconnected)) this.events.error(error);
    } finally {
      channel.filling = false;
    }
  }

  async #page(recipientUUID: ChannelId, after: number): Promise<number> {
    const channelMessages = { recipientUUID, limit: PAGE, after };
    const reply = await this.socket.request({ type: "channelMessages", channelMessages });
    return reply.channelMessages.received;
  }

  /** Without room, the last message that waits starts reading again. */
  #hasRoom(): boolean {
    if (this.#turns.length < MOST_WAITING) return true;
    this.#behind = true;
    return false;
  }

  #fillLater(wait: number): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.#fillAll(), wait);
  }

  #channel(id: ChannelId, first: number): Channel {
    let channel = this.#channels.get(id);
    if (channel === undefined) {
      channel = channelAt(first);
      this.#channels.set(id, channel);
    }
    return channel;
  }
}

function channelAt(seq: number): Channel {
  return { order: new InOrder(seq), last: seq, handled: seq, total: seq, filling: false };
}
