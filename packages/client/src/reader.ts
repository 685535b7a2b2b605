/** Reads all channels of a user, each message and each change once and in order: live ones, and those that were missed. */
import type { Change, ChangesInOrder } from "./changes-in-order.ts";
import { type ChannelId, channelOf, kindOf } from "./channel.ts";
import { Disconnected } from "./errors.ts";
import {
  begin,
  beginLive,
  channelAt,
  type Followed,
  heldOf,
  isBeyond,
  listsAll,
  listsShared,
  MOST_LISTED,
  type Start,
} from "./followed.ts";
import { InOrder } from "./in-order.ts";
import type { Positions } from "./positions.ts";
import type {
  Authorized,
  Changes,
  ChannelView,
  History,
  Inbox,
  InboxChannel,
  Message,
  Sys,
} from "./protocol.gen.ts";
import { WANTS } from "./requests.ts";
import { isTemporary, retryAfter } from "./sender.ts";
import type { Socket } from "./socket.ts";
import { later, revOf } from "./states.ts";
import { Turns } from "./turns.ts";

export interface ReaderEvents {
  /** The next message; it counts as handled when this returns, or its promise settles. */
  message(message: Message): unknown;
  /** A message that was handled, or is older than all that were, has changed; handled as a message is. */
  change(message: Message, live: boolean): unknown;
  /** Too many changes of the channel were missed: they are left out. */
  skipped(channel: ChannelId): unknown;
  /** More is handled than before. */
  handled(): unknown;
  /** The server lost messages, so that a `Seq` may be another message's. */
  reset(): unknown;
  inbox(inbox: Inbox): unknown;
  error(error: unknown): void;
}

const PAGE = 100;
/** The most turns that wait, two for each message; further messages are read from the history later. */
const MOST_WAITING = 2000;
/** The most changes of messages that are still to be handed out; further ones are asked for later. */
const MOST_AHEAD = 1000;
/** The most changes to catch up with; of a channel with more they are left out. */
const MOST_MISSED = 1000;
export class Reader {
  readonly #channels = new Map<ChannelId, Followed>();
  readonly #turns: Turns;
  /** The groups and named channels of the user, unlike one that the session only looks at. */
  readonly #memberOf = new Set<ChannelId>();
  #joined: ChannelId | undefined;
  #me = "";
  #epoch: string | undefined;
  /** What came while an inbox is awaited, which says where the channels begin and what is read from pages. */
  #early: (() => void)[] | undefined = [];
  /** Whether there was an inbox, or an earlier run. */
  #begun = false;
  /** Whether the server numbers changes, as those since 0.2 do. */
  #hasRevs = false;
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
    if (!this.#begun) return undefined;
    const channels: Record<ChannelId, number> = {};
    const revs: Record<ChannelId, number> = {};
    for (const [id, { handled, handledRev }] of this.#channels) {
      channels[id] = handled;
      if (handledRev !== undefined) revs[id] = handledRev;
    }
    return { epoch: this.#epoch, channels, ...(Object.keys(revs).length > 0 && { revs }) };
  }

  /** Before the first connection: goes on where an earlier program stopped. */
  goOnFrom({ epoch, channels, revs = {} }: Positions): void {
    this.#epoch = epoch;
    this.#begun = true;
    for (const [id, seq] of Object.entries(channels))
      this.#channels.set(id, channelAt({ seq, rev: revs[id] }));
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
    const held = new Map([...this.#channels].map(([id, channel]) => [id, heldOf(channel)]));
    this.#early ??= [];
    for (const channel of this.#channels.values()) beginLive(channel, Number.POSITIVE_INFINITY);
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

  take(message: Message, fromPage = false): void {
    if (this.#early) {
      this.#early.push(() => this.take(message));
      return;
    }
    const id = channelOf(message, this.#me);
    const kind = kindOf(message);
    // An unknown group or named channel begins here: the user has just become a member, or looks at it.
    const isNew = this.#allListed && kind !== "shared";
    const start = isNew ? { seq: 0, ...(this.#hasRevs && { rev: 0 }) } : { seq: message.Seq - 1 };
    const channel = this.#channel(id, { ...start, kind });
    if (!fromPage) beginLive(channel, message.Seq);
    channel.total = Math.max(channel.total, message.Seq);
    if (this.#turns.length >= MOST_WAITING) {
      this.#behind = true;
      return;
    }
    if (!fromPage && message.Seq <= channel.paged) return;
    for (const next of channel.order.take(message.Seq, message)) {
      channel.last = next.Seq;
      this.#hand(channel, channel.changes.present(next));
    }
    if (channel.order.hasHole || this.#lacksRev(channel)) void this.#fill(id);
  }

  /** Of a channel that isn't followed, a page says nothing. */
  takePage({ recipientUUID, messages, rev }: History): void {
    const channel = this.#channels.get(recipientUUID);
    if (this.#early || channel === undefined || (rev ?? 0) < channel.skippedTo) return;
    for (const message of messages) this.take(message, true);
  }

  takeChanges(changes: Changes, live: boolean): void {
    if (this.#early) {
      this.#early.push(() => this.takeChanges(changes, live));
      return;
    }
    const channel = this.#channels.get(changes.recipientUUID);
    if (channel === undefined) return;
    // A changed message may be one that has not come yet.
    for (const { Seq } of changes.messages) channel.total = Math.max(channel.total, Seq);
    if (this.#hasRoom() && channel.changes.waiting < MOST_AHEAD)
      this.#handChanges(channel, channel.changes.take(changes, channel.last, live));
    else channel.changes.hear(changes.rev);
    if (channel.changes.missing > 0) void this.#fill(changes.recipientUUID);
  }

  takeNews(news: Sys): void {
    if (this.#early) {
      this.#early.push(() => this.takeNews(news));
      return;
    }
    if (news.type === "channel") this.#memberOf.add(news.channel.UUID);
    if (news.type !== "channelGone") return;
    this.#remove(news.channelGone.recipientUUID);
    this.#turns.add(() => this.events.handled());
  }

  /** The session has joined this channel and left the one from before, whose messages may not come any more. */
  joined(id: ChannelId, view: ChannelView): void {
    const before = this.#joined;
    this.#joined = id;
    this.#lookAt(id, view);
    if (before === undefined || before === id || this.#memberOf.has(before)) return;
    if (this.#channels.get(before)?.kind === "shared") this.#remove(before);
  }

  /**
   * The changes of a channel that is joined come from here on. A channel that was not followed begins behind the messages
   * of this answer, or with the first live message if the answer has that already.
   */
  #lookAt(id: ChannelId, { rev, messages }: ChannelView): void {
    const newest = messages[0];
    if (this.#early || rev === undefined) return;
    if (!this.#channels.has(id) && newest) {
      const begun = this.#channel(id, { kind: kindOf(newest), seq: newest.Seq, rev });
      begun.isViewed = true;
      begun.changes.keepStates(messages);
    }
    const channel = this.#channels.get(id);
    if (channel === undefined) return;
    if (channel.changes.rev === undefined) this.#beginChanges(channel, rev, messages);
    channel.changes.note(rev);
    if (channel.changes.missing > 0) void this.#fill(id);
  }

  /** A page or a join as the channel is now: changes may have been handed out that are later. */
  async present<T extends Pick<History, "recipientUUID" | "rev" | "messages">>(
    page: T,
  ): Promise<T> {
    const { recipientUUID } = page;
    const messages = new Map(page.messages.map((message) => [message.Seq, message]));
    let { rev } = page;
    while (rev !== undefined && rev < (this.#channels.get(recipientUUID)?.changes.rev ?? 0)) {
      const channelChanges = { recipientUUID, after: rev };
      const reply = await this.socket.request({ type: "channelChanges", channelChanges });
      for (const state of reply.channelChanges.messages) {
        const held = messages.get(state.Seq);
        if (held) messages.set(state.Seq, later(held, state, false));
      }
      if (reply.channelChanges.rev <= rev) break;
      rev = reply.channelChanges.rev;
    }
    return { ...page, rev, messages: [...messages.values()] };
  }

  #beginChanges(channel: Followed, rev: number, messages: Message[]): void {
    this.#handChanges(channel, channel.changes.begin(rev, messages, channel.last));
  }

  /** Of a channel that begins with a live message the `rev` is to be asked for. */
  #lacksRev({ changes }: Followed): boolean {
    return this.#hasRevs && changes.rev === undefined;
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
    const early = this.#early ?? [];
    const isFirst = !this.#begun;
    const known = this.#channels.size;
    [this.#early, this.#begun] = [undefined, true];
    this.#hasRevs = [...listed.values()].some(({ rev }) => rev !== undefined);
    if (isFirst) this.#allListed = listsAll(listed);
    for (const [id, entry] of listed) {
      const kind = kindOf(entry);
      if (kind === "shared") this.#memberOf.add(id);
      const seq = isFirst ? entry.total : begin(entry);
      const channel = this.#channel(id, { kind, seq, rev: entry.rev });
      [channel.kind, channel.total, channel.paged] = [kind, entry.total, entry.total];
      channel.changes.note(entry.rev);
      channel.handledRev ??= channel.changes.rev;
    }
    for (const take of early) take();
    return isFirst || this.#channels.size > known;
  }

  #hand(channel: Followed, message: Message): void {
    this.#turns.add(() => this.events.message(message));
    this.#turns.add(() => {
      channel.handled = message.Seq;
      return this.#handled();
    });
  }

  #handChanges(channel: Followed, changes: readonly Change[]): void {
    for (const { message, live } of changes) {
      this.#turns.add(() => this.events.change(message, live));
      this.#handleRev(channel, revOf(message));
    }
    const { rev } = channel.changes;
    if (rev !== undefined && rev !== channel.handingRev) this.#handleRev(channel, rev);
  }

  #handleRev(channel: Followed, rev: number): void {
    channel.handingRev = rev;
    this.#turns.add(() => {
      channel.handledRev = rev;
      return this.#handled();
    });
  }

  #handled(): unknown {
    if (this.#behind && this.#turns.length === 0) {
      this.#behind = false;
      void this.#fillAll();
    }
    return this.events.handled();
  }

  /** Begins again, as after the first sign-in. */
  #forget(): void {
    if (this.#begun) this.#turns.add(() => this.events.reset());
    this.#channels.clear();
    this.#begun = false;
  }

  async #fillAll(): Promise<void> {
    for (const id of [...this.#channels.keys()]) await this.#fill(id);
  }

  /** Reads the changes and the messages that are missing. They come through `take…`, as live ones do. */
  async #fill(id: ChannelId): Promise<void> {
    const channel = this.#channels.get(id);
    if (channel === undefined || channel.filling) return;
    channel.filling = true;
    const isHeld = () => this.#channels.get(id) === channel;
    try {
      let more = true;
      while (more && isHeld() && this.#hasRoom()) more = await this.#readNext(id, channel);
    } catch (error) {
      if (isTemporary(error)) this.#fillLater(retryAfter(error));
      // After a lost connection the next one reads it.
      else if (!(error instanceof Disconnected)) this.events.error(error);
    } finally {
      channel.filling = false;
    }
  }

  /** Returns whether there may be more. */
  async #readNext(id: ChannelId, channel: Followed): Promise<boolean> {
    const { changes, last, total } = channel;
    if (this.#lacksRev(channel)) {
      const { rev = 0, messages } = await this.#page(id, channel.first);
      if (changes.rev === undefined) this.#beginChanges(channel, rev, messages);
      return true;
    }
    if (changes.missing > MOST_MISSED) this.#skip(id, channel);
    if (changes.missing > 0 && changes.waiting < MOST_AHEAD) return this.#readChanges(id, changes);
    if (total <= last) return false;
    return (await this.#page(id, last)).received > 0;
  }

  async #page(recipientUUID: ChannelId, after: number): Promise<History> {
    const channelMessages = { recipientUUID, limit: PAGE, after };
    return (await this.socket.request({ type: "channelMessages", channelMessages }))
      .channelMessages;
  }

  async #readChanges(recipientUUID: ChannelId, changes: ChangesInOrder): Promise<boolean> {
    const after = changes.rev ?? 0;
    const channelChanges = { recipientUUID, after };
    const reply = await this.socket.request({ type: "channelChanges", channelChanges });
    if (reply.channelChanges.rev <= after) changes.end();
    return true;
  }

  /** Goes on with the newest change. Messages that wait might have changed, and are read again. */
  #skip(id: ChannelId, channel: Followed): void {
    channel.changes.skip();
    channel.skippedTo = channel.changes.rev ?? 0;
    channel.paged = channel.total;
    channel.order = new InOrder(channel.last);
    this.#turns.add(() => this.events.skipped(id));
    this.#handChanges(channel, []);
  }

  /** Without room, the last event that waits starts reading again. */
  #hasRoom(): boolean {
    if (this.#turns.length < MOST_WAITING) return true;
    this.#behind = true;
    return false;
  }

  #fillLater(wait: number): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.#fillAll(), wait);
  }

  #channel(id: ChannelId, start: Start): Followed {
    let channel = this.#channels.get(id);
    if (channel === undefined) {
      channel = channelAt(start);
      this.#channels.set(id, channel);
    }
    return channel;
  }
}
