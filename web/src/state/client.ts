/** The whole client without its page: takes every frame to the state that it changes, and sends what the user does. */

import {
  ErrorCode,
  isTemporary,
  type Message,
  type Outgoing,
  Refusal,
  retryAfter,
  type Socket,
  type SocketListener,
  type User,
} from "@chinwag/client";
import { batch, computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { strings } from "../strings";
import { type ChannelId, channelOf, GENERAL } from "./channel";
import { Channels } from "./channels";
import { Clock } from "./clock";
import { Drafts } from "./drafts";
import { History } from "./history";
import type { Store } from "./kept";
import { Outbox, type Pending } from "./outbox";
import { People, type Person } from "./people";
import { Reading } from "./reading";
import { Session } from "./session";
import { type Snapshot, takeSnapshot } from "./snapshot";
import { Typing } from "./typing";

const OWNER = "chinwag.owner";
/** Where presence is only counted, the list is asked for again at most this often, in milliseconds. */
const PEOPLE_AGAIN = 30_000;

export interface ClientStores {
  /** For all pages of this browser. */
  readonly browser: Store;
  /** For one page and its reloads; 0.1.0 kept in it what waits to be sent. */
  readonly page: Store;
}

export class Client implements SocketListener {
  readonly session: Session;
  readonly people = new People();
  readonly channels = new Channels();
  readonly history: History;
  readonly reading: Reading;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly typing = new Typing();
  readonly clock = new Clock();
  /** An address that is nobody's, found when it was opened. */
  readonly nobody = signal<ChannelId | undefined>(undefined);
  /** Whether the list is there to be shown, from the server or from the last visit. */
  readonly loaded = signal(false);
  /** Whether a connection was lost and none has taken its place. */
  readonly lostLink = signal(false);
  /** Without any connection since the page was opened, what is shown is old and can't be answered. */
  readonly readOnly = computed(() => this.lostLink.value && !this.session.wasLive.value);
  /** Called with messages of others as they come, never with history. */
  readonly arrivals = new Set<(messages: readonly Message[]) => void>();
  #peopleAskedAt = Number.NEGATIVE_INFINITY;
  /** Whose drafts and outbox these are; the store has a copy. */
  #owner: string | undefined;
  /** That of the messages that are held. */
  #epoch: string | undefined;

  constructor(
    readonly socket: Socket,
    readonly stores: ClientStores,
    /** The channel that the address names. */
    readonly open: ReadonlySignal<ChannelId>,
  ) {
    this.session = new Session(
      socket,
      stores.browser,
      (epoch) => this.#begun(epoch),
      (forGood) => this.#ended(forGood),
    );
    this.history = new History(socket, this.channels);
    this.reading = new Reading(socket, this.channels);
    this.outbox = new Outbox(socket, stores.browser, this.clock, stores.page);
    this.drafts = new Drafts(stores.browser);
    let left = open.peek();
    effect(() => {
      const id = open.value;
      untracked(() => this.#opened(id, left));
      left = id;
    });
  }

  ready(): void {
    void this.session.resume();
  }

  lost(): void {
    batch(() => {
      this.session.lost();
      this.outbox.stop();
      this.lostLink.value = true;
    });
  }

  /** Resolves when there is a connection to sign in on. */
  connected(): Promise<void> {
    return new Promise((resolve) => {
      const stop = effect(() => {
        if (this.socket.link.value.state !== "open") return;
        resolve();
        queueMicrotask(() => stop());
      });
    });
  }

  send(text: string): void {
    this.typing.ceased();
    batch(() => {
      this.reading.wrote();
      this.outbox.add(this.open.value, text);
    });
  }

  /** Takes a refused message back to where messages are written. */
  mend({ clientUUID, channel, text }: Pending): void {
    const begun = this.drafts.get(channel);
    this.drafts.set(channel, begun === "" ? text : `${text}\n${begun}`);
    this.outbox.discard(clientUUID);
  }

  tellTyping(): void {
    const recipientUUID = this.open.value;
    if (!this.session.live.value || recipientUUID === this.session.me.value?.uuid) return;
    this.typing.wrote(() =>
      this.socket.tell({ type: "channelTyping", channelTyping: { recipientUUID } }),
    );
  }

  /** Asks the server for people by the start of their name; the list itself holds the first thousand at most. */
  async find(query: string): Promise<Person[]> {
    const reply = await this.socket.request({ type: "users", users: { query, limit: 50 } });
    return reply.users.users.map((user) => this.people.learn(user));
  }

  name(id: ChannelId): string {
    if (id === GENERAL) return strings.general;
    if (id === this.session.me.value?.uuid) return strings.notesToSelf;
    if (id === this.nobody.value) return strings.nobody;
    return this.people.get(id)?.name ?? "…";
  }

  frames(frames: Outgoing[]): void {
    const messages = new Map<ChannelId, Message[]>();
    const arrived: Message[] = [];
    batch(() => {
      this.channels.together(() => {
        for (const frame of frames) this.#take(frame, messages, arrived);
      });
      for (const [id, list] of messages) this.history.take(id, list);
    });
    if (arrived.length > 0) for (const listener of this.arrivals) listener(arrived);
  }

  snapshot(): Snapshot | undefined {
    const user = this.session.me.value?.uuid;
    if (user === undefined || !this.loaded.value) return undefined;
    const { channels, history, people } = this;
    return takeSnapshot(user, this.#epoch, channels.sorted.value, history.kept(), people);
  }

  /** What the server says is newer than any snapshot, so a snapshot that comes late is left. */
  restore(snapshot: Snapshot): void {
    if (this.loaded.value || snapshot.user !== this.session.me.value?.uuid) return;
    batch(() => {
      for (const { uuid, name } of snapshot.people) {
        this.people.learn({ UUID: uuid, Username: name, OnLine: false });
      }
      this.#epoch = snapshot.epoch;
      this.channels.restore(snapshot.channels);
      for (const [id, lines] of snapshot.lines) this.history.timeline(id).restore(lines);
      this.loaded.value = true;
    });
  }

  #opened(id: ChannelId, left: ChannelId): void {
    this.typing.ceased();
    batch(() => {
      if (id !== left) this.history.leave(left);
      this.reading.opened(id);
    });
    if (this.session.live.value) void this.#join();
  }

  #begun(epoch: string | undefined): void {
    this.#takeOver(this.session.me.value?.uuid);
    if (epoch !== undefined && this.#epoch !== undefined && epoch !== this.#epoch)
      this.#forgetMessages();
    this.#epoch = epoch ?? this.#epoch;
    this.lostLink.value = false;
    void this.#sync();
  }

  /** Drafts and what waits to be sent belong to one user. */
  #takeOver(user: string | undefined): void {
    const kept = this.stores.browser.read<string>(OWNER);
    if ((kept ?? this.#owner) !== user) {
      this.drafts.clear();
      this.outbox.clear();
      this.stores.browser.write(OWNER, user);
    } else if (this.#owner !== undefined && this.#owner !== user) {
      // Another page of this browser signed this user in first, and what is kept is theirs already.
      this.drafts.reread();
      this.outbox.reread();
    }
    this.#owner = user;
  }

  /** Who is signed out against their will finds their drafts again, and nobody else does: see `#begun`. */
  #ended(forGood: boolean): void {
    batch(() => {
      this.outbox.stop();
      if (forGood) {
        this.outbox.clear();
        this.drafts.clear();
      }
      this.channels.clear();
      this.people.clear();
      this.history.clear();
      this.reading.clear();
      this.loaded.value = false;
      this.nobody.value = undefined;
      this.#epoch = undefined;
    });
  }

  /** The server lost messages, so a `Seq` doesn't name the message that it did. Drafts and outbox stay. */
  #forgetMessages(): void {
    batch(() => {
      this.history.forget(this.open.value);
      this.reading.clear();
    });
  }

  /** On a new connection: the list first, because it tells what each channel missed. */
  async #sync(): Promise<void> {
    try {
      const held = new Map(this.channels.sorted.value.map(({ id, total }) => [id, total]));
      const asked = this.socket.request({ type: "inbox" });
      const people = this.#askPeople();
      // Both fail together with the connection; the first to be waited for tells of it.
      people.catch(() => undefined);
      const { inbox } = await asked;
      if (inbox.channels.some(({ recipientUUID: id, total }) => total < (held.get(id) ?? 0)))
        this.#forgetMessages();
      this.history.forgetStale(this.open.value);
      this.reading.lineIfUnread(this.open.value);
      await Promise.all([people, this.#join()]);
      this.outbox.start();
    } catch (error) {
      if (error instanceof Refusal && this.session.live.value)
        setTimeout(() => void this.#sync(), 2000);
    }
  }

  async #join(): Promise<void> {
    const id = this.open.value;
    const fetched = this.history.open(id, this.channels.get(id).total - this.channels.get(id).read);
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
    batch(() => this.people.takeAll(users.users, users.total));
  }

  #take(frame: Outgoing, messages: Map<ChannelId, Message[]>, arrived: Message[]): void {
    switch (frame.type) {
      case "channelMessage":
        this.#takeMessage(frame.channelMessage, messages, arrived);
        break;
      case "channelMessages":
        this.#takeHistory(
          frame.channelMessages.recipientUUID,
          frame.channelMessages.messages,
          messages,
        );
        break;
      case "channelJoin":
        for (const user of frame.channelJoin.users) this.people.learn(user);
        this.#takeHistory(frame.channelJoin.recipientUUID, frame.channelJoin.messages, messages);
        break;
      case "inbox":
        for (const { Recipient } of frame.inbox.channels)
          if (Recipient) this.people.learn(Recipient);
        this.channels.takeInbox(frame.inbox.channels, this.session.me.value?.uuid ?? "");
        this.loaded.value = true;
        break;
      case "channelRead":
        this.channels.takeRead(frame.channelRead.recipientUUID, frame.channelRead.seq);
        break;
      case "channelTyping":
        this.#takeTyping(frame.userUUID, frame.channelTyping.recipientUUID);
        break;
      case "sys":
        this.#takeSys(frame);
        break;
      case "signOut":
        if (frame.id === undefined) {
          this.outbox.stop();
          void this.session.revoked();
        }
        break;
      default:
    }
  }

  #takeMessage(message: Message, messages: Map<ChannelId, Message[]>, arrived: Message[]): void {
    const me = this.session.me.value?.uuid;
    if (me === undefined) return;
    const id = channelOf(message, me);
    const channel = this.channels.get(id);
    this.#learnFrom(message);
    // A message that was sent again comes with the time at which it was stored first.
    if (message.Seq > channel.total) this.clock.learn(Date.parse(message.CreatedAt));
    this.typing.stopped(id, message.SenderUUID);
    this.outbox.takeMessage(message);
    if (message.SenderUUID !== me && message.Seq > channel.total) {
      arrived.push(message);
      const allRead = channel.read >= channel.total;
      if (id === this.open.value && allRead && !this.reading.following.value) {
        this.reading.newFrom.value = message.Seq;
      }
    }
    this.channels.takeMessage(message, me);
    gather(messages, id, [message]);
  }

  #takeHistory(id: ChannelId, page: readonly Message[], messages: Map<ChannelId, Message[]>): void {
    for (const message of page) this.#learnFrom(message);
    const me = this.session.me.value?.uuid;
    const newest = page.reduce(
      (last, message) => (message.Seq > last.Seq ? message : last),
      page[0] as Message,
    );
    if (newest !== undefined && me !== undefined) this.channels.takeMessage(newest, me);
    gather(messages, id, page);
  }

  #learnFrom({ Sender, Recipient }: Message): void {
    this.#learn(Sender);
    if (Recipient) this.#learn(Recipient);
  }

  #learn(user: User): void {
    this.people.learn(user);
    if (user.UUID === this.session.me.value?.uuid) this.session.rename(user.Username);
  }

  #takeTyping(user: string, recipientUUID: string): void {
    const me = this.session.me.value?.uuid;
    if (user === me) return;
    this.typing.take(recipientUUID === GENERAL ? GENERAL : user, user);
  }

  #takeSys(frame: Extract<Outgoing, { type: "sys" }>): void {
    const { sys } = frame;
    if (frame.user) this.people.learn(frame.user);
    if (sys.type === "signIn")
      this.#learn({ UUID: sys.signIn.uuid, Username: sys.signIn.username, OnLine: true });
    if (sys.type === "signOut") {
      this.people.learn({ UUID: sys.signOut.uuid, Username: sys.signOut.username, OnLine: false });
    }
    if (sys.type === "presence") {
      this.people.counted.value = sys.presence.online;
      if (performance.now() - this.#peopleAskedAt > PEOPLE_AGAIN)
        this.#askPeople().catch(() => undefined);
    }
  }
}

function gather(
  messages: Map<ChannelId, Message[]>,
  id: ChannelId,
  more: readonly Message[],
): void {
  const list = messages.get(id);
  if (list === undefined) messages.set(id, [...more]);
  else list.push(...more);
}
