/** The timelines of the channels that were opened, and fetching what they miss. */

import { catchUp, Disconnected, type Message, Refusal, type Socket } from "@chinwag/client";
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
    const limit = Math.min(PAGE, Math.max(FIRST_PAGE, unread + 10));
    await this.#fetch({ recipientUUID: id, limit });
  }

  leave(id: ChannelId): void {
    this.#timelines.get(id)?.trim(KEPT_WHEN_LEFT);
  }

  async older(id: ChannelId): Promise<void> {
    const timeline = this.timeline(id);
    if (this.loadingOlder.value || timeline.atStart || timeline.lines.length === 0) return;
    this.loadingOlder.value = true;
    await this.#fetch({ recipientUUID: id, limit: PAGE, before: timeline.first });
    this.loadingOlder.value = false;
  }

  /** Fetches what lies between the timeline's end and the channel's newest message. */
  async catchUp(id: ChannelId): Promise<void> {
    if (this.#filling.has(id)) return;
    this.#filling.add(id);
    const timeline = this.timeline(id);
    const missing = () => this.channels.get(id).total - timeline.last;
    if (missing() > MOST_TO_CATCH_UP || missing() < 0) timeline.reset();
    await catchUp(missing, () => {
      const page = { recipientUUID: id, limit: PAGE };
      const after = timeline.last;
      return this.#fetch(after > 0 ? { ...page, after } : page);
    });
    this.#filling.delete(id);
  }

  /** After a reconnect: what isn't open and missed something is fetched again when it is opened. */
  forgetStale(open: ChannelId): void {
    for (const [id, timeline] of this.#timelines) {
      if (id !== open && timeline.last !== this.channels.get(id).total) this.#timelines.delete(id);
    }
  }

  clear(): void {
    this.#timelines.clear();
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
      // After a lost connection the next one catches up; a refusal leaves the timeline as it is.
      if (error instanceof Disconnected || error instanceof Refusal) return 0;
      throw error;
    }
  }
}
