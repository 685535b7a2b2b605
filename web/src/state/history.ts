/** The timelines of the channels that were opened, and fetching what they miss. */

import {
  type Changes,
  catchUp,
  Disconnected,
  type HistoryPage,
  isTemporary,
  type Message,
  Refusal,
  retryAfter,
  type Socket,
} from "@chinwag/client";
import type { ChannelId } from "./channel";
import type { Channels } from "./channels";
import { type Line, lineOf } from "./line";
import { Timeline } from "./timeline";

const FIRST_PAGE = 50;
const PAGE = 100;
/** What a reader sees of what they have read already, above what is new. */
const CONTEXT = 10;
/** Who missed more than this goes on where they were; the newer is there on scrolling down. */
const MOST_TO_CATCH_UP = 500;
/** What a channel keeps when it is left. */
const KEPT_WHEN_LEFT = 200;
/** Who missed more changes than this loads the newest messages instead. */
const MOST_CHANGES = 1000;

/** Messages of a channel that are shown outside its timeline. */
export interface Listed {
  readonly id: ChannelId;
  /** Takes the states of any messages of the channel. */
  take(lines: readonly Line[]): void;
  forget(): void;
}

export class History {
  readonly #timelines = new Map<ChannelId, Timeline>();
  /** Those of which newer messages are on their way. A channel may get another timeline meanwhile. */
  readonly #filling = new Set<Timeline>();
  /** Those of which older messages are on their way. */
  readonly #backing = new Set<Timeline>();
  /** Those of which changes are on their way. */
  readonly #levelling = new Set<Timeline>();
  /** Threads, pinned messages and hits of a search that are shown beside the open channel. */
  readonly listings = new Set<Listed>();

  constructor(
    readonly socket: Pick<Socket, "request">,
    readonly channels: Channels,
  ) {}

  timeline(id: ChannelId): Timeline {
    let timeline = this.#timelines.get(id);
    if (timeline === undefined) {
      timeline = new Timeline();
      this.#timelines.set(id, timeline);
    }
    return timeline;
  }

  kept(): ReadonlyMap<ChannelId, Timeline> {
    return this.#timelines;
  }

  /**
   * Messages of a channel that was never opened aren't kept, nor those before its first page: without a `rev` their
   * missed changes can't be asked for. Those that the page lacks are fetched.
   */
  take(id: ChannelId, messages: readonly Message[]): void {
    const timeline = this.#timelines.get(id);
    if (timeline?.rev !== undefined) this.#take(id, timeline, messages);
  }

  #take(id: ChannelId, timeline: Timeline, messages: readonly Message[]): void {
    const lines = messages.map((message) => lineOf(message));
    for (const listing of this.#listingsOf(id)) listing.take(lines);
    timeline.take(lines);
    if (timeline.detached.value) this.#attachAtEnd(id, timeline);
    else if (timeline.hasHole) void this.catchUp(id);
  }

  /** A page that was read while the channel's own `rev` was this one; a server of 0.1 tells none. */
  takePage(id: ChannelId, messages: readonly Message[], rev = 0): void {
    const timeline = this.#timelines.get(id);
    if (!timeline || (timeline.lines.length === 0 && !mayBegin(timeline, messages))) return;
    const isFirst = timeline.rev === undefined;
    this.#take(id, timeline, messages);
    // What is older than the rest may have changed meanwhile.
    timeline.rev = Math.min(timeline.rev ?? rev, rev);
    this.hear(id, rev);
    void this.#level(id);
    if (isFirst && this.channels.get(id).total > timeline.last) void this.catchUp(id);
  }

  /** Up to which `rev` the messages of a channel are held. */
  rev(id: ChannelId): number {
    return this.#timelines.get(id)?.rev ?? 0;
  }

  /** The channel's `rev`, as the server told it. */
  hear(id: ChannelId, rev = 0): void {
    const timeline = this.#timelines.get(id);
    if (timeline !== undefined) timeline.heard = Math.max(timeline.heard, rev);
  }

  /** Between `after` and `rev` only these messages changed; `live` states don't tell whose reactions are the user's. */
  takeChanges({ recipientUUID: id, after, rev, messages }: Changes, live: boolean): void {
    const timeline = this.#timelines.get(id);
    if (timeline === undefined) return;
    this.change(id, messages, live);
    if (timeline.rev !== undefined && after <= timeline.rev)
      timeline.rev = Math.max(timeline.rev, rev);
    this.hear(id, rev);
    void this.#level(id);
  }

  /** States of messages, without a word of what else changed. */
  change(id: ChannelId, messages: readonly Message[], live = false): void {
    const lines = messages.map((message) => lineOf(message, live));
    this.#timelines.get(id)?.change(lines);
    for (const listing of this.#listingsOf(id)) listing.take(lines);
  }

  /** Makes the channel's newest messages be there; with more unread than a page, the first of these. */
  async open(id: ChannelId, unread: number): Promise<void> {
    const timeline = this.timeline(id);
    if (timeline.lines.length > 0) return this.catchUp(id);
    if (unread + CONTEXT > PAGE) return this.around(id, this.channels.get(id).total - unread + 1);
    timeline.opening.value = true;
    await this.#newest(id, Math.max(FIRST_PAGE, unread + CONTEXT));
    timeline.opening.value = false;
  }

  /** Makes `seq` be there, with some above it and a page below. */
  async around(id: ChannelId, seq: number): Promise<void> {
    const timeline = this.timeline(id);
    if (timeline.holds(seq)) return;
    timeline.reset();
    timeline.detached.value = true;
    timeline.opening.value = true;
    // A server of 0.1 knows no page around a message.
    const isKnown = this.channels.supported.value;
    const page = isKnown ? { around: seq } : { after: Math.max(0, seq - 1 - CONTEXT) };
    timeline.begins = isKnown ? [seq, seq] : undefined;
    let came = await this.#fetch({ recipientUUID: id, limit: PAGE, ...page });
    while (came > 0 && timeline.last < seq) came = await this.#after(id, timeline);
    timeline.opening.value = false;
  }

  /** Makes the newest be there, though what lies between isn't. */
  async toNewest(id: ChannelId): Promise<void> {
    const timeline = this.timeline(id);
    if (!timeline.detached.value) return;
    timeline.reset();
    await this.#newest(id, FIRST_PAGE);
  }

  /** Where the timeline ends before the channel does, fetches the next page. */
  async newer(id: ChannelId): Promise<void> {
    const timeline = this.timeline(id);
    if (!timeline.detached.value || timeline.lines.length === 0 || this.#filling.has(timeline))
      return;
    this.#filling.add(timeline);
    await this.#after(id, timeline);
    this.#filling.delete(timeline);
  }

  /** A channel of which the newest aren't there is opened at its first unread message the next time. */
  leave(id: ChannelId): void {
    const timeline = this.#timelines.get(id);
    if (timeline?.detached.value) this.#timelines.delete(id);
    else timeline?.trim(KEPT_WHEN_LEFT);
  }

  async older(id: ChannelId): Promise<void> {
    const timeline = this.timeline(id);
    if (this.#backing.has(timeline) || timeline.atStart || timeline.lines.length === 0) return;
    await this.#back(id, PAGE);
  }

  /** Fetches what lies between the timeline's end and the channel's newest message. */
  async catchUp(id: ChannelId): Promise<void> {
    const timeline = this.timeline(id);
    if (this.#filling.has(timeline)) return;
    const missing = () => this.channels.get(id).total - timeline.last;
    if (missing() > MOST_TO_CATCH_UP && timeline.last > 0) timeline.detached.value = true;
    if (timeline.detached.value) return;
    this.#filling.add(timeline);
    if (missing() < 0) {
      timeline.reset();
      await this.#newest(id, PAGE);
    }
    if (timeline.rev !== undefined && missing() <= MOST_TO_CATCH_UP)
      await catchUp(missing, () => this.#after(id, timeline));
    this.#filling.delete(timeline);
  }

  /** After a reconnect: what isn't open and missed something is fetched again when it is opened. */
  forgetStale(open: ChannelId): void {
    for (const [id, timeline] of this.#timelines) {
      if (id !== open && timeline.last !== this.channels.get(id).total) this.#timelines.delete(id);
      else void this.#level(id);
    }
  }

  /** The messages that are held are not the server's any more; `open` is on the screen, so it is emptied in place. */
  forget(open: ChannelId): void {
    for (const [id, timeline] of this.#timelines) {
      if (id === open) {
        timeline.reset();
        timeline.heard = 0;
      } else this.#timelines.delete(id);
    }
  }

  /** The channel isn't the user's any more. */
  drop(id: ChannelId): void {
    this.#timelines.delete(id);
    for (const listing of this.#listingsOf(id)) listing.forget();
  }

  clear(): void {
    this.#timelines.clear();
  }

  /** Live messages may have come while the last page was on its way, so the total is asked each time. */
  #attachAtEnd(id: ChannelId, timeline: Timeline): void {
    if (timeline.last >= this.channels.get(id).total) timeline.detached.value = false;
  }

  *#listingsOf(id: ChannelId): Iterable<Listed> {
    for (const listing of this.listings) if (listing.id === id) yield listing;
  }

  /** Asks for the changes that the messages of a channel miss. */
  async #level(id: ChannelId): Promise<void> {
    const timeline = this.#timelines.get(id);
    if (!timeline?.isBehind || this.#levelling.has(timeline)) return;
    this.#levelling.add(timeline);
    let goesOn = true;
    while (goesOn && timeline.isBehind && timeline === this.#timelines.get(id))
      goesOn = await this.#askChanges(id, timeline);
    this.#levelling.delete(timeline);
  }

  /** Returns whether there may be more. */
  async #askChanges(id: ChannelId, timeline: Timeline): Promise<boolean> {
    const { rev = 0, heard } = timeline;
    if (heard - rev > MOST_CHANGES) {
      timeline.reset();
      for (const listing of this.#listingsOf(id)) listing.forget();
      await this.#newest(id, FIRST_PAGE);
      return true;
    }
    const channelChanges = { recipientUUID: id, after: rev, limit: PAGE };
    const reply = await this.#ask(() =>
      this.socket.request({ type: "channelChanges", channelChanges }),
    );
    if (reply === undefined) return false;
    // The server has lost what it told of before.
    if (reply.channelChanges.rev <= rev) timeline.heard = timeline.rev ?? 0;
    return true;
  }

  /** Returns how many came, which is none where the channel has got another timeline: they went there. */
  async #after(id: ChannelId, timeline: Timeline, after = timeline.last): Promise<number> {
    const came = await this.#fetch({ recipientUUID: id, limit: PAGE, after });
    return timeline === this.#timelines.get(id) ? came : 0;
  }

  async #newest(id: ChannelId, wanted: number): Promise<void> {
    const { total } = this.channels.get(id);
    this.timeline(id).begins = total > 0 ? [total, Number.POSITIVE_INFINITY] : undefined;
    const came = await this.#fetch({ recipientUUID: id, limit: wanted });
    if (came > 0 && came < wanted) await this.#back(id, wanted - came);
  }

  /** Fetches `wanted` older ones, or all: a page may be shorter than its limit, and only `Seq` 1 is the start. */
  async #back(id: ChannelId, wanted: number): Promise<void> {
    const timeline = this.timeline(id);
    this.#backing.add(timeline);
    let left = wanted;
    while (left > 0 && timeline.first > 1) {
      const came = await this.#fetch({ recipientUUID: id, limit: left, before: timeline.first });
      left = came > 0 ? left - came : 0;
    }
    this.#backing.delete(timeline);
  }

  /** Returns how many came. The messages themselves come to the timeline as every frame does. */
  async #fetch(channelMessages: HistoryPage): Promise<number> {
    const reply = await this.#ask(() =>
      this.socket.request({ type: "channelMessages", channelMessages }),
    );
    return reply?.channelMessages.received ?? 0;
  }

  /** After a lost connection the next one catches up; a refusal leaves the timeline as it is. */
  async #ask<T>(send: () => Promise<T>): Promise<T | undefined> {
    try {
      return await send();
    } catch (error) {
      if (isTemporary(error)) {
        await new Promise((resolve) => setTimeout(resolve, retryAfter(error)));
        return this.#ask(send);
      }
      if (error instanceof Disconnected || error instanceof Refusal) return undefined;
      throw error;
    }
  }
}

/** A page of a thread or of pinned messages has holes or is elsewhere, and so is one that was asked for before. */
function mayBegin({ begins }: Timeline, page: readonly Message[]): boolean {
  const [least, most] = begins ?? [0, 0];
  const isIt = begins === undefined || page.some(({ Seq }) => Seq >= least && Seq <= most);
  return isIt && isOneStretch(page);
}

/** A page is in the order of `Seq`, or against it. */
function isOneStretch(page: readonly Message[]): boolean {
  const [first, last] = [page[0]?.Seq ?? 0, page.at(-1)?.Seq ?? 0];
  return page.length < 2 || Math.abs(last - first) === page.length - 1;
}
