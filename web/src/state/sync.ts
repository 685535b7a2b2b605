/** Brings what this page holds up to what the server has: on each connection, and where a channel is opened. */

import {
  ErrorCode,
  type InboxChannel,
  isTemporary,
  type Outgoing,
  Refusal,
  retryAfter,
  type Socket,
} from "@chinwag/client";
import { batch, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { Changes } from "./changes";
import { type ChannelId, isLookedAt, unreadOf } from "./channel";
import type { Channels } from "./channels";
import type { History } from "./history";
import type { People } from "./people";
import type { Reading } from "./reading";

/** Where presence is only counted, the list is asked for again at most this often, in milliseconds. */
const PEOPLE_AGAIN = 30_000;
const SYNC_AGAIN = 2000;
/** While somebody reads on, mentions are counted anew this often, in milliseconds. */
const COUNT_AGAIN = 1000;
const CHANNELS_PAGE = 1000;

/** What is brought up. */
export interface Synced {
  readonly people: People;
  readonly channels: Channels;
  readonly history: History;
  readonly reading: Reading;
  readonly changes: Changes;
}

export class Sync {
  /** An address that is nobody's, found when it was opened. */
  readonly nobody = signal<ChannelId | undefined>(undefined);
  /** That of the messages that are held. */
  epoch: string | undefined;
  #peopleAskedAt = Number.NEGATIVE_INFINITY;

  constructor(
    readonly socket: Pick<Socket, "request">,
    readonly state: Synced,
    readonly open: ReadonlySignal<ChannelId>,
    /** Whether the connection acts for the user. */
    readonly live: ReadonlySignal<boolean>,
  ) {
    let left = open.peek();
    effect(() => {
      const id = open.value;
      untracked(() => this.#opened(id, left));
      left = id;
    });
    effect(() => {
      if (!state.channels.uncounted.value || !live.value) return;
      const timer = setInterval(() => void this.renew(), COUNT_AGAIN);
      return () => clearInterval(timer);
    });
    effect(() => {
      if (state.people.counted.value !== undefined) untracked(() => this.#askPeopleAgain());
    });
  }

  /** On a new connection; calls `done` once all is there. A server of 0.1 has no epoch. */
  begin(epoch: string | undefined, done: () => void): void {
    if (epoch !== undefined && this.epoch !== undefined && epoch !== this.epoch)
      this.#forgetMessages();
    this.epoch = epoch ?? this.epoch;
    void this.#sync(done);
  }

  clear(): void {
    const { channels, history, people, reading } = this.state;
    channels.clear();
    people.clear();
    history.clear();
    reading.clear();
    this.nobody.value = undefined;
    this.epoch = undefined;
  }

  #opened(id: ChannelId, left: ChannelId): void {
    batch(() => {
      if (id !== left) {
        this.state.history.leave(left);
        // Nobody tells of changes where one isn't a member.
        if (isLookedAt(this.state.channels.get(left))) this.state.channels.remove(left);
      }
      this.state.reading.opened(id);
    });
    if (this.live.value) void this.#join();
  }

  /** The server lost messages, so a `Seq` doesn't name the message that it did. Drafts and outbox stay. */
  #forgetMessages(): void {
    batch(() => {
      this.state.history.forget(this.open.value);
      this.state.reading.clear();
      this.state.changes.clear();
    });
  }

  /** The list comes first, because it tells what each channel missed. */
  async #sync(done: () => void): Promise<void> {
    const { channels, history, reading } = this.state;
    try {
      const held = new Map(
        channels.sorted.value.map(({ id, total }) => [id, { total, rev: history.rev(id) }]),
      );
      const asked = this.#askInbox();
      const people = this.#askPeople();
      // Both fail together with the connection; the first to be waited for tells of it.
      people.catch(() => undefined);
      const { inbox } = await asked;
      const isLess = ({ recipientUUID, total, rev = 0 }: InboxChannel) => {
        const before = held.get(recipientUUID);
        return before !== undefined && (total < before.total || rev < before.rev);
      };
      if (inbox.channels.some(isLess)) this.#forgetMessages();
      reading.tellKept();
      history.forgetStale(this.open.value);
      reading.lineIfUnread(this.open.value);
      await Promise.all([people, this.#join()]);
      done();
    } catch (error) {
      if (error instanceof Refusal && this.live.value)
        setTimeout(() => void this.#sync(done), SYNC_AGAIN);
    }
  }

  async #join(): Promise<void> {
    const id = this.open.value;
    const { channels, history, people } = this.state;
    const isKnown = !channels.supported.value || channels.has(id) || people.peek(id) !== undefined;
    if (isKnown) {
      // The page around the first unread message is asked for before the join brings the last messages.
      const fetched = history.open(id, unreadOf(channels.get(id)));
      await Promise.all([fetched, this.#joinUntilLeft(id)]);
      return;
    }
    await this.#joinUntilLeft(id);
    // After a lost connection the next one looks again.
    await this.#lookUp(id).catch(() => undefined);
    if (id !== this.nobody.value) await history.open(id, unreadOf(channels.get(id)));
  }

  /** An address tells only the UUID; a public channel is found among all. */
  async #lookUp(id: ChannelId): Promise<void> {
    const { channels, people } = this.state;
    let offset = 0;
    let total = 1;
    // Joining a direct channel told who the other user is.
    while (offset < total && id !== this.nobody.value && people.peek(id) === undefined) {
      const page = { archived: true, offset, limit: CHANNELS_PAGE };
      const reply = await this.socket.request({ type: "channels", channels: page });
      const found = reply.channels.channels.find(({ UUID }) => UUID === id);
      if (found) {
        channels.takeDetails(found);
        return;
      }
      total = reply.channels.received > 0 ? reply.channels.total : 0;
      offset += reply.channels.received;
    }
  }

  async #joinUntilLeft(id: ChannelId): Promise<void> {
    if (id !== this.open.value) return;
    try {
      await this.socket.request({ type: "channelJoin", channelJoin: { recipientUUID: id } });
      if (id === this.nobody.value) this.nobody.value = undefined;
    } catch (error) {
      if (isTemporary(error)) setTimeout(() => void this.#joinUntilLeft(id), retryAfter(error));
      if (error instanceof Refusal && error.code === ErrorCode.UnknownUser) this.nobody.value = id;
    }
  }

  /** After the user became a member of a channel: only the inbox tells how much of it is read. */
  async renew(): Promise<void> {
    try {
      if (this.live.value) await this.#askInbox();
    } catch (error) {
      if (isTemporary(error)) setTimeout(() => void this.renew(), retryAfter(error));
    }
  }

  #askInbox(): Promise<Extract<Outgoing, { type: "inbox" }>> {
    return this.socket.request({ type: "inbox", inbox: { wants: ["channels", "changes"] } });
  }

  async #askPeople(): Promise<void> {
    this.#peopleAskedAt = performance.now();
    const { users } = await this.socket.request({ type: "users" });
    batch(() => this.state.people.takeAll(users.users, users.total));
  }

  #askPeopleAgain(): void {
    if (performance.now() - this.#peopleAskedAt > PEOPLE_AGAIN)
      this.#askPeople().catch(() => undefined);
  }
}
