/** Reads all channels of a user, each message once and in order: live messages, and missed ones from the history. */
import { type ChannelId, type ChannelKind, channelOf, kindOf } from "./channel.ts";
import { Disconnected } from "./errors.ts";
import { catchUp, InOrder } from "./in-order.ts";
import type { Positions } from "./positions.ts";
import type { Authorized, History, Inbox, InboxChannel, Message, Sys } from "./protocol.gen.ts";
import { WANTS } from "./requests.ts";
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
  /** Unknown while only an earlier run knows it. */
  kind: ChannelKind | undefined;
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
/** An inbox with fewer of General and private channels lists all that hold a message; groups and named ones it always lists. */
const MOST_LISTED = 1000;

export class Reader {
  readonly #channels = new Map<ChannelId, Channel>();
  readonly #turns: Turns;
  /** The groups and named channels of the user, unlike one that the session only looks at. */
  readonly #memberOf = new Set<ChannelId>();
  #joined: ChannelId | undefined;
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
    const held = new Map([...this.#channels].map(([id, { last, kind }]) => [id, { last, kind }]));
    const { inbox } = await this.socket.request({ type: "inbox", inbox: WANTS });
    const listed = new Map(inbox.channels.map((entry) => [entry.recipientUUID, entry]));
    if (isBeyond(held, listed)) this.#forget();
    const gone = this.#gone(held.keys(), listed);
    for (const id of gone) this.#remove(id);
    this.events.inbox(inbox);
    const come = this.#learn(listed);
    if (gone.length > 0 || come) this.#turns.add(() => this.events.handled());
    void this.#fillAll();
  }

  take(message: Message): void {
    if (this.#early) {
      this.#early.push(message);
      return;
    }
    const id = channelOf(message, this.#me);
    const kind = kindOf(message);
    // An unknown group or named channel begins here: the user has just become a member, or looks at it.
    const isNew = this.#allListed && kind !== "shared";
    const channel = this.#channel(id, kind, isNew ? 0 : message.Seq - 1);
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

  /** Of a channel that isn't followed, a page says nothing. */
  takePage({ recipientUUID, messages }: History): void {
    if (this.#early || !this.#channels.has(recipientUUID)) return;
    for (const message of messages) this.take(message);
  }

  takeNews(news: Sys): void {
    if (news.type === "channel") this.#memberOf.add(news.channel.UUID);
    if (news.type !== "channelGone") return;
    this.#remove(news.channelGone.recipientUUID);
    if (!this.#early) this.#turns.add(() => this.events.handled());
  }

  /** The session has joined this channel and left the one from before, whose messages may not come any more. */
  joined(id: ChannelId): void {
    const before = this.#joined;
    this.#joined = id;
    if (before === undefined || before === id || this.#memberOf.has(before)) return;
    if (this.#channels.get(before)?.kind === "shared") this.#remove(before);
  }

  #remove(id: ChannelId): void {
    this.#channels.delete(id);
    this.#memberOf.delete(id);
  }

  /** The groups and named channels, known before the inbox was requested, of which the user is no member any more. */
  #gone(held: Iterable<ChannelId>, listed: ReadonlyMap<ChannelId, InboxChannel>): ChannelId[] {
    if (!listsShared(listed)) return [];
    const all = listsAll(listed);
    return [...held].filter((id) => {
      const kind = this.#channels.get(id)?.kind ?? (all ? "shared" : "direct");
      return kind === "shared" && !listed.has(id) && id !== this.#joined;
    });
  }

  /** Returns whether channels have come since the last inbox. */
  #learn(listed: ReadonlyMap<ChannelId, InboxChannel>): boolean {
    const early = this.#early;
    const known = this.#channels.size;
    this.#early = undefined;
    if (early) this.#allListed = listsAll(listed);
    for (const [id, entry] of listed) {
      const kind = kindOf(entry);
      if (kind === "shared") this.#memberOf.add(id);
      const channel = this.#channel(id, kind, early ? entry.total : begin(entry));
      [channel.kind, channel.total] = [kind, entry.total];
    }
    for (const message of early ?? []) this.take(message);
    return early !== undefined || this.#channels.size > known;
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

  #channel(id: ChannelId, kind: ChannelKind, first: number): Channel {
    let channel = this.#channels.get(id);
    if (channel === undefined) {
      channel = channelAt(first, kind);
      this.#channels.set(id, channel);
    }
    return channel;
  }
}

function channelAt(seq: number, kind?: ChannelKind): Channel {
  return { kind, order: new InOrder(seq), last: seq, handled: seq, total: seq, filling: false };
}

/**
 * Where a channel begins that became known since the last inbox: a private channel with its first message, a group or a
 * named channel behind the read mark, which stood at its end when the user became a member.
 */
function begin(entry: InboxChannel): number {
  return kindOf(entry) === "shared" ? Math.max(0, entry.total - entry.unread) : 0;
}

/** Whether the server has fewer messages than were delivered. A channel of which the user is no member any more has none. */
function isBeyond(
  held: ReadonlyMap<ChannelId, Pick<Channel, "last" | "kind">>,
  listed: ReadonlyMap<ChannelId, InboxChannel>,
): boolean {
  const otherwise = listsShared(listed) ? "shared" : "direct";
  return [...held].some(([id, { last, kind = otherwise }]) => {
    const total = listed.get(id)?.total ?? (kind !== "shared" && listsAll(listed) ? 0 : last);
    return last > total;
  });
}

/** Whether every private channel is listed that holds a message. */
function listsAll(listed: ReadonlyMap<ChannelId, InboxChannel>): boolean {
  return [...listed.values()].filter((entry) => kindOf(entry) !== "shared").length < MOST_LISTED;
}

/** Whether the server knows groups and named channels: then General has details, too. */
function listsShared(listed: ReadonlyMap<ChannelId, InboxChannel>): boolean {
  return [...listed.values()].some(({ Channel }) => Channel !== undefined);
}
