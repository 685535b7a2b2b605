/** The timelines of the channels that were opened, and fetching what they miss. */

import {
  catchUp,
  Disconnected,
  isTemporary,
  type Message,
  Refusal,
  retryAfter,
  type Socket,
} from "@chinwag/client";
import { signal } from "@preact/signals";
import type { ChannelId } from "./channel";
import type { Channels } from "./channels";
import { Timeline } from "./timeline";

const FIRST_PAGE = 50;
const PAGE = 100;
/** Someone who was away this long starts at the newest; the older is there on scrolling up. */
const MOST_TO_CATCH_UP = 500;
/** What a channel keeps when it is left. */
const KEPT_WHEN_LEFT = 200;

export class History {
  readonly #timelines = new Map<ChannelId, Timeline>();
  readonly #filling = new Set<ChannelId>();
  readonly loadingOlder = signal(false);

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

  /** Messages of a channel that was never opened aren't kept. */
  take(id: ChannelId, messages: readonly Message[]): void {
    const timeline = this.#timelines.get(id);
    if (timeline === undefined) return;
    timeline.take(messages);
    if (timeline.hasHole) void this.catchUp(id);
  }

  /** Makes the channel's newest messages be there. */
  async open(id: ChannelId, unread: number): Promise<void> {
    const timeline = this.timeline(id);
    if (timeline.lines.length > 0) return this.catchUp(id);
    timeline.opening.value = true;
    await this.#newest(id, Math.min(PAGE, Math.max(FIRST_PAGE, unread + 10)));
    timeline.opening.value = false;
  }

  leave(id: ChannelId): void {
    this.#timelines.get(id)?.trim(KEPT_WHEN_LEFT);
  }

  async older(id: ChannelId): Promise<void> {
    const timeline = this.timeline(id);
    if (this.loadingOlder.value || timeline.atStart || timeline.lines.length === 0) return;
    await this.#back(id, PAGE);
  }

  /** Fetches what lies between the timeline's end and the channel's newest message. */
  async catchUp(id: ChannelId): Promise<void> {
    if (this.#filling.has(id)) return;
    this.#filling.add(id);
    const timeline = this.timeline(id);
    const missing = () => this.channels.get(id).total - timeline.last;
    if (missing() > MOST_TO_CATCH_UP || missing() < 0) {
      timeline.reset();
      await this.#newest(id, PAGE);
    }
    const next = () => this.#fetch({ recipientUUID: id, limit: PAGE, after: timeline.last });
    if (timeline.last > 0) await catchUp(missing, next);
    this.#filling.delete(id);
  }

  /** After a reconnect: what isn't open and missed something is fetched again when it is opened. */
  forgetStale(open: ChannelId): void {
    for (const [id, timeline] of this.#timelines) {
      if (id !== open && timeline.last !== this.channels.get(id).total) this.#timelines.delete(id);
    }
  }

  /** The messages that are held are not the server's any more; `open` is on the screen, so it is emptied in place. */
  forget(open: ChannelId): void {
    for (const [id, timeline] of this.#timelines) {
      if (id === open) timeline.reset();
      else this.#timelines.delete(id);
    }
  }

  clear(): void {
    this.#timelines.clear();
    this.loadingOlder.value = false;
  }

  async #newest(id: ChannelId, wanted: number): Promise<void> {
    const came = await this.#fetch({ recipientUUID: id, limit: wanted });
    if (came > 0 && came < wanted) await this.#back(id, wanted - came);
  }

  /** Fetches `wanted` older ones, or all: a page may be shorter than its limit, and only `Seq` 1 is the start. */
  async #back(id: ChannelId, wanted: number): Promise<void> {
    const timeline = this.timeline(id);
    this.loadingOlder.value = true;
    let left = wanted;
    while (left > 0 && timeline.first > 1) {
      const came = await this.#fetch({ recipientUUID: id, limit: left, before: timeline.first });
      left = came > 0 ? left - came : 0;
    }
    this.loadingOlder.value = false;
  }

  /** Returns how many came. The messages themselves come to the timeline as every frame does. */
  async #fetch(channelMessages: {
    recipientUUID: string;
    limit: number;
    before?: number;
    after?: number;
  }): Promise<number> {
    try {
      const reply = await this.socket.request({ type: "channelMessages", channelMessages });
      return reply.channelMessages.received;
    } catch (error) {
      if (isTemporary(error)) {
        await new Promise((resolve) => setTimeout(resolve, retryAfter(error)));
        return this.#fetch(channelMessages);
      }
      // After a lost connection the next one catches up; a refusal leaves the timeline as it is.
      if (error instanceof Disconnected || error instanceof Refusal) return 0;
      throw error;
    }
  }
}
