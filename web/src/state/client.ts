/** The whole client without its page: puts the parts together, and does what the user does. */

import type { Outgoing, Ready, Socket, SocketListener } from "@chinwag/client";
import { batch, computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { strings } from "../strings";
import { Belongings } from "./belongings";
import { Changes } from "./changes";
import { type ChannelId, type Closed, closedBy, GENERAL, isNamed, manages } from "./channel";
import { Channels } from "./channels";
import { Clock } from "./clock";
import { Drafts } from "./drafts";
import type { FileLimits } from "./files";
import { History } from "./history";
import { Incoming } from "./incoming";
import type { Store } from "./kept";
import type { Answered } from "./line";
import { type Mentioned, Outbox } from "./outbox";
import { People, type Person } from "./people";
import { Reading } from "./reading";
import { type Begun, Session } from "./session";
import type { Snapshot } from "./snapshot";
import { Sync } from "./sync";
import { Typing } from "./typing";
import { Writing } from "./writing";

export interface ClientStores {
  /** For all pages of this browser. */
  readonly browser: Store;
  /** For one page and its reloads; 0.1.0 kept in it what waits to be sent. */
  readonly page: Store;
}

export class Client implements SocketListener {
  readonly people = new People();
  readonly channels = new Channels();
  readonly typing = new Typing();
  readonly writing = new Writing();
  readonly changes: Changes;
  readonly session: Session;
  readonly history: History;
  readonly reading: Reading;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly belongings: Belongings;
  readonly sync: Sync;
  readonly incoming: Incoming;
  /** The server's key for web push; absent where it sends none. */
  readonly pushKey = signal<string | undefined>(undefined);
  readonly files = signal<FileLimits | undefined>(undefined);
  /** Who may sign up; known once there was a connection. A server of 0.1 doesn't tell. */
  readonly registration = signal<Ready["registration"]>(undefined);
  readonly isAdmin = signal(false);
  /** Who has reset the user's password, where that is news. */
  readonly resetBy = signal<Begun["resetBy"]>(undefined);
  /** The names of those whom the user has blocked, by UUID; known a moment after the sign-in. */
  readonly blocked = signal<ReadonlyMap<string, string>>(new Map());
  /** Whether a connection was lost and none has taken its place. */
  readonly lostLink = signal(false);
  /** Without any connection since the page was opened, what is shown is old and can't be answered. */
  readonly readOnly = computed(() => this.lostLink.value && !this.session.wasLive.value);

  constructor(
    readonly socket: Socket,
    stores: ClientStores,
    /** The channel that the address names. */
    readonly open: ReadonlySignal<ChannelId>,
    device = "",
  ) {
    const clock = new Clock();
    this.session = new Session(
      socket,
      stores.browser,
      (told) => this.#begun(told),
      () => this.#ended(),
      device,
    );
    this.history = new History(socket, this.channels);
    this.changes = new Changes(socket);
    this.reading = new Reading(socket, this.channels, this.changes);
    this.outbox = new Outbox(socket, stores.browser, clock, stores.page);
    this.drafts = new Drafts(stores.browser);
    this.belongings = new Belongings(stores.browser, this.drafts, this.outbox);
    const { session, people, channels, history, reading, outbox, typing } = this;
    this.sync = new Sync(
      socket,
      { people, channels, history, reading, changes: this.changes },
      open,
      session.live,
    );
    this.incoming = new Incoming({
      session,
      people,
      channels,
      history,
      reading,
      outbox,
      typing,
      clock,
      open,
      isAdmin: this.isAdmin,
      became: () => void this.sync.renew(),
    });
    effect(() => {
      open.value;
      this.typing.ceased();
    });
    effect(() => {
      if (this.changes.refused.value?.change.type !== "channelPrefs") return;
      untracked(() => {
        this.reading.unmarked();
        // The server knows what is marked.
        void this.sync.renew();
      });
    });
  }

  ready({ registration }: Ready): void {
    this.registration.value = registration;
    void this.session.resume();
  }

  lost(): void {
    batch(() => {
      this.session.lost();
      this.outbox.stop();
      this.changes.stop();
      this.lostLink.value = true;
    });
  }

  frames(frames: Outgoing[]): void {
    this.incoming.take(frames);
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

  /** `key` tells where it was written: in the open channel, or in a thread of it. */
  send(text: string, key = this.open.value, answered?: Answered, mentioned?: Mentioned): void {
    this.typing.ceased();
    batch(() => {
      this.reading.wrote();
      this.outbox.add(this.open.value, text, answered, mentioned);
      this.writing.answer(key, undefined);
    });
  }

  /** Begins to edit the user's last message of the open channel. Returns whether there is one. */
  editLast(): boolean {
    const id = this.open.value;
    const me = this.session.me.value?.uuid ?? "";
    if (!this.channels.supported.value || this.closedBy(id)) return false;
    const last = this.history
      .timeline(id)
      .lines.findLast(({ sender, deleted }) => sender === me && !deleted);
    if (last === undefined) return false;
    const { seq, text } = this.changes.shown(id, last, me);
    this.writing.editing.value = { id, seq, text };
    return true;
  }

  tellTyping(): void {
    const recipientUUID = this.open.value;
    if (!this.session.live.value || recipientUUID === this.session.me.value?.uuid) return;
    if (this.closedBy(recipientUUID)) return;
    this.typing.wrote(() =>
      this.socket.tell({ type: "channelTyping", channelTyping: { recipientUUID } }),
    );
  }

  /** Why the user can't write there; absent where they can. */
  closedBy(id: ChannelId): Closed | undefined {
    const channel = this.channels.get(id);
    if (channel.details || id === GENERAL) return closedBy(channel, this.isAdmin.value);
    if (this.blocked.value.has(id)) return "blocked";
    return this.people.get(id)?.deactivated ? "deactivated" : undefined;
  }

  /** Whether the user may do there what owners may. */
  manages(id: ChannelId): boolean {
    return manages(this.channels.get(id), this.isAdmin.value);
  }

  /** Asks the server for people by the start of their name; the list itself holds the first thousand at most. */
  async find(query: string): Promise<Person[]> {
    const reply = await this.socket.request({ type: "users", users: { query, limit: 50 } });
    return reply.users.users.map((user) => this.people.learn(user, true));
  }

  name(id: ChannelId): string {
    if (id === GENERAL) return strings.general;
    if (id === this.session.me.value?.uuid) return strings.notesToSelf;
    if (id === this.sync.nobody.value) return strings.nobody;
    const { details } = this.channels.get(id);
    if (details !== undefined) return details.Name || this.#withoutMe(details.Users ?? []);
    return this.personName(id);
  }

  /** The user's own is known before any frame tells it. */
  personName(uuid: string): string {
    const me = this.session.me.value;
    return this.people.get(uuid)?.name ?? (uuid === me?.uuid ? me.name : "…");
  }

  /** As `name`, with the sign that tells a channel from a person. */
  title(id: ChannelId): string {
    const name = this.name(id);
    return isNamed(this.channels.get(id)) ? strings.channelTitle(name) : name;
  }

  #withoutMe(users: readonly { UUID: string; Username: string }[]): string {
    const others = users.filter(({ UUID }) => UUID !== this.session.me.value?.uuid);
    return others.map(({ Username }) => Username).join(", ");
  }

  /** What the server says is newer than any snapshot, so a snapshot that comes late is left. */
  restore(snapshot: Snapshot): void {
    if (this.channels.loaded.value || snapshot.user !== this.session.me.value?.uuid) return;
    batch(() => {
      for (const { uuid, name } of snapshot.people) {
        this.people.learn({ UUID: uuid, Username: name, OnLine: false });
      }
      this.sync.epoch = snapshot.epoch;
      this.channels.restore(snapshot.channels);
      for (const [id, lines, rev = 0] of snapshot.lines) {
        const timeline = this.history.timeline(id);
        timeline.take(lines);
        timeline.rev = rev;
      }
    });
  }

  #begun({ epoch, messageLength, features, role, resetBy }: Begun): void {
    this.belongings.takeOver(this.session.me.value?.uuid);
    this.outbox.longest.value = messageLength;
    this.pushKey.value = features?.push;
    this.files.value = features?.files;
    this.isAdmin.value = role === "admin";
    this.resetBy.value = resetBy;
    this.lostLink.value = false;
    this.sync.begin(epoch, () => {
      this.outbox.start();
      this.changes.start();
    });
  }

  /** A user finds their drafts and what waits to be sent again, however they were signed out, and nobody else does. */
  #ended(): void {
    batch(() => {
      this.outbox.stop();
      this.changes.clear();
      this.writing.clear();
      this.blocked.value = new Map();
      this.sync.clear();
    });
  }
}
