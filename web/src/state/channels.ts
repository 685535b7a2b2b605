/** The user's channels, General first and then the newest talk first, and a public one that they look at. */

import type { InboxChannel, MembersNews, Message, Prefs } from "@chinwag/client";
import { computed, effect, signal } from "@preact/signals";
import {
  type Channel,
  type ChannelId,
  channelOf,
  countOf,
  type Details,
  emptyChannel,
  fromInbox,
  GENERAL,
  isLookedAt,
  isMuted,
  isUncounted,
  mutedUntil,
  prefsOf,
  unreadOf,
  withDetails,
  withMessage,
  withRead,
  withState,
} from "./channel";

/** The longest that a browser's timer can wait, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

export class Channels {
  readonly #byId = signal<ReadonlyMap<ChannelId, Channel>>(new Map());
  /** Set while frames are taken in, so that many messages cost one copy of the map. */
  #draft: Map<ChannelId, Channel> | undefined;

  /** Whether the list is there to be shown, from the server or from the last visit. */
  readonly loaded = signal(false);
  readonly sorted = computed(() =>
    [...this.#byId.value.values()]
      .filter((channel) => !isLookedAt(channel))
      .sort((a, b) => Number(b.id === GENERAL) - Number(a.id === GENERAL) || lastAt(b) - lastAt(a)),
  );
  readonly #heard = computed(() => this.sorted.value.filter((channel) => !this.isMuted(channel)));
  /** How many messages the list counts in all that isn't muted. */
  readonly counted = computed(() =>
    this.#heard.value.reduce((sum, channel) => sum + countOf(channel), 0),
  );
  /** How many unread messages mention the user, or answer them, in all that isn't muted. */
  readonly mentions = computed(() =>
    this.#heard.value.reduce((sum, { mentions = 0 }) => sum + mentions, 0),
  );
  /** Whether anything is unread that isn't muted. */
  readonly hasNews = computed(() => this.#heard.value.some((channel) => unreadOf(channel) > 0));
  /** Whether the server has to tell how many messages mention the user. */
  readonly uncounted = computed(() => this.sorted.value.some(isUncounted));
  /** Whether the server has groups and named channels; one of 0.1 has none. */
  readonly supported = computed(() => this.get(GENERAL).details !== undefined);
  /** Changes when a channel stops being muted. */
  readonly #now = signal(Date.now());

  constructor() {
    effect(() => {
      const now = this.#now.value;
      const ends = this.sorted.value
        .map(({ prefs }) => mutedUntil(prefs))
        .filter((end) => end > now);
      if (ends.length === 0) return;
      const wait = Math.min(LONGEST_TIMER, Math.max(0, Math.min(...ends) - Date.now()));
      const timer = setTimeout(() => {
        this.#now.value = Date.now();
      }, wait);
      return () => clearTimeout(timer);
    });
  }

  isMuted(channel: Channel): boolean {
    return isMuted(channel, Math.max(this.#now.value, Date.now()));
  }

  get(id: ChannelId): Channel {
    return this.#all.get(id) ?? emptyChannel(id);
  }

  has(id: ChannelId): boolean {
    return this.#all.has(id);
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
    // Only this page knows at which channel its user looks.
    const looked = [...this.#all.values()].filter(isLookedAt);
    this.restore([...looked, ...entries.map((entry) => fromInbox(entry, me))]);
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

  takeState(id: ChannelId, message: Message, me: string): void {
    const channel = this.#all.get(id);
    if (channel) this.#put(withState(channel, message, me));
  }

  takeRead(id: ChannelId, seq: number): void {
    if (this.has(id)) this.#put(withRead(this.get(id), seq));
  }

  /** What a reply says of a channel, also of one that the user isn't a member of. */
  takeDetails(details: Details): void {
    this.#put(withDetails(this.#all.get(details.UUID), details));
  }

  /** What news say: they come to members only, and don't tell who owns it. */
  takeNews(details: Details): void {
    const Owner = this.get(details.UUID).details?.Owner;
    this.takeDetails({ ...details, Member: true, ...(Owner && { Owner }) });
  }

  /** Who has come and gone; it may be the user who owns it now. */
  takeMembers({ recipientUUID: id, usersTotal, added }: MembersNews, me: string): void {
    const channel = this.#all.get(id);
    if (channel?.details === undefined) return;
    const mine = added.find(({ UUID }) => UUID === me);
    const { Owner: owned, ...details } = channel.details;
    const Owner = mine === undefined ? owned : mine.Owner;
    this.#put({ ...channel, details: { ...details, usersTotal, ...(Owner && { Owner }) } });
  }

  takePrefs({ recipientUUID: id, ...prefs }: Prefs): void {
    this.#put({ ...this.get(id), prefs: prefsOf({ recipientUUID: id, ...prefs }) });
  }

  /** The user isn't a member any more. A public one can still be looked at while it is `open`. */
  leave(id: ChannelId, open: ChannelId): void {
    const { details } = this.get(id);
    if (details === undefined || details.Private || id !== open) this.remove(id);
    else {
      const { Member: _, Owner: __, ...others } = details;
      this.remove(id);
      this.takeDetails(others);
    }
  }

  remove(id: ChannelId): void {
    this.together(() => this.#draft?.delete(id));
  }

  clear(): void {
    this.#byId.value = new Map();
    this.loaded.value = false;
  }

  get #all(): ReadonlyMap<ChannelId, Channel> {
    return this.#draft ?? this.#byId.value;
  }

  #put(channel: Channel): void {
    if (this.#draft === undefined) this.together(() => this.#draft?.set(channel.id, channel));
    else this.#draft.set(channel.id, channel);
  }
}

/** A channel without a message has its place by the time at which it was made. */
function lastAt({ last, details }: Channel): number {
  return last?.at ?? (Date.parse(details?.CreatedAt ?? "") || 0);
}
