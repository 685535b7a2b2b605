/** Brings what this page holds up to what the server has: on each connection, and where a channel is opened. */

import { ErrorCode, isTemporary, Refusal, retryAfter, type Socket } from "@chinwag/client";
import { batch, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { ChannelId } from "./channel";
import type { Channels } from "./channels";
import type { History } from "./history";
import type { People } from "./people";
import type { Reading } from "./reading";

/** Where presence is only counted, the list is asked for again at most this often, in milliseconds. */
const PEOPLE_AGAIN = 30_000;
const SYNC_AGAIN = 2000;

/** What is brought up. */
export interface Synced {
  readonly people: People;
  readonly channels: Channels;
  readonly history: History;
  readonly reading: Reading;
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
      if (id !== left) this.state.history.leave(left);
      this.state.reading.opened(id);
    });
    if (this.live.value) void this.#join();
  }

  /** The server lost messages, so a `Seq` doesn't name the message that it did. Drafts and outbox stay. */
  #forgetMessages(): void {
    batch(() => {
      this.state.history.forget(this.open.value);
      this.state.reading.clear();
    });
  }

  /** The list comes first, because it tells what each channel missed. */
  async #sync(done: () => void): Promise<void> {
    const { channels, history, reading } = this.state;
    try {
      const held = new Map(channels.sorted.value.map(({ id, total }) => [id, total]));
      const asked = this.socket.request({ type: "inbox" });
      const people = this.#askPeople();
      // Both fail together with the connection; the first to be waited for tells of it.
      people.catch(() => undefined);
      const { inbox } = await asked;
      if (inbox.channels.some(({ recipientUUID: id, total }) => total < (held.get(id) ?? 0)))
        this.#forgetMessages();
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
    const { channels, history } = this.state;
    const fetched = history.open(id, channels.get(id).total - channels.get(id).read);
    await Promise.all([fetched, this.#joinUntilLeft(id)]);
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
