/** The user's channels, General first and then the newest talk first. */

import type { InboxChannel, Message } from "@chinwag/client";
import { computed, signal } from "@preact/signals";
import {
  type Channel,
  type ChannelId,
  channelOf,
  emptyChannel,
  fromInbox,
  GENERAL,
  unreadOf,
  withMessage,
  withRead,
} from "./channel";

export class Channels {
  readonly #byId = signal<ReadonlyMap<ChannelId, Channel>>(new Map());
  /** Set while frames are taken in, so that many messages cost one copy of the map. */
  #draft: Map<ChannelId, Channel> | undefined;

  /** Whether the list is there to be shown, from the server or from the last visit. */
  readonly loaded = signal(false);
  readonly sorted = computed(() =>
    [...this.#byId.value.values()].sort(
      (a, b) =>
        Number(b.id === GENERAL) - Number(a.id === GENERAL) ||
        (b.last?.at ?? 0) - (a.last?.at ?? 0),
    ),
  );
  readonly unread = computed(() =>
    this.sorted.value.reduce((sum, channel) => sum + unreadOf(channel), 0),
  );

  get(id: ChannelId): Channel {
    return (this.#draft ?? this.#byId.value).get(id) ?? emptyChannel(id);
  }

  has(id: ChannelId): boolean {
    return (this.#draft ?? this.#byId.value).has(id);
  }

  /** Runs `change`, and shows what it did as one change. */
  together(change: () => void): void {
    if (this.#draft !== undefined) {
      change();
      return;
    }
    const draft = new Map(this.#byId.peek());
    this.#draft = draft;
    change();
    this.#draft = undefined;
    this.#byId.value = draft;
  }

  takeInbox(entries: readonly InboxChannel[], me: string): void {
    this.restore(entries.map((entry) => fromInbox(entry, me)));
  }

  restore(channels: readonly Channel[]): void {
    this.together(() => {
      this.#draft?.clear();
      for (const channel of channels) this.#put(channel);
    });
    this.loaded.value = true;
  }

  takeMessage(message: Message, me: string): void {
    this.#put(withMessage(this.get(channelOf(message, me)), message, me));
  }

  takeRead(id: ChannelId, seq: number): void {
    if (this.has(id)) this.#put(withRead(this.get(id), seq));
  }

  clear(): void {
    this.#byId.value = new Map();
    this.loaded.value = false;
  }

  #put(channel: Channel): void {
    if (this.#draft === undefined) this.together(() => this.#draft?.set(channel.id, channel));
    else this.#draft.set(channel.id, channel);
  }
}
