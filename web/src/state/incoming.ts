/** The one reducer: takes every frame that comes to the state that it changes. */

import {
  type Changed,
  GENERAL,
  type History as HistoryReply,
  type MembersNews,
  type Message,
  type Outgoing,
  type User,
} from "@chinwag/client";
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type ChannelId, channelOf, type Details } from "./channel";
import type { Channels } from "./channels";
import type { Clock } from "./clock";
import type { History } from "./history";
import type { Outbox } from "./outbox";
import type { People } from "./people";
import type { Reading } from "./reading";
import type { Session } from "./session";
import type { Typing } from "./typing";

/** What frames change. */
export interface Incomings {
  readonly session: Pick<Session, "me" | "rename" | "revoked">;
  readonly people: People;
  readonly channels: Channels;
  readonly history: History;
  readonly reading: Reading;
  readonly outbox: Outbox;
  readonly typing: Typing;
  readonly clock: Clock;
  readonly open: ReadonlySignal<ChannelId>;
  readonly isAdmin: Signal<boolean>;
  /** The user became a member of a channel. */
  readonly became: () => void;
}

type Page = Pick<HistoryReply, "recipientUUID" | "messages" | "rev">;

/** General's in news of channels, where everything has a UUID. */
const GENERAL_UUID = "00000000-0000-0000-0000-000000000000";

export class Incoming {
  /** Called with messages of others as they come, never with history. */
  readonly arrivals = new Set<(messages: readonly Message[]) => void>();
  /** Called with who has come to a channel and gone from it. */
  readonly memberNews = new Set<(news: MembersNews) => void>();
  /** Called with messages that changed, as they are now. */
  readonly states = new Set<(messages: readonly Message[]) => void>();
  /** Called with a channel that this user can't see any more. */
  readonly gone = new Set<(details: Details) => void>();
  /** The last message of this page that names users who aren't in its channel. */
  readonly notMembers = signal<Message | undefined>(undefined);
  /** The report of a message that came last, for admins. */
  readonly reported = signal<{ readonly UUID: string } | undefined>(undefined);
  /** Those of the frames that are being taken, because many messages cost a timeline one change. */
  #messages = new Map<ChannelId, Message[]>();
  #arrived: Message[] = [];

  constructor(readonly state: Incomings) {}

  take(frames: readonly Outgoing[]): void {
    const { channels } = this.state;
    this.#messages = new Map();
    this.#arrived = [];
    batch(() => {
      channels.together(() => {
        for (const frame of frames) this.#take(frame);
      });
      for (const id of this.#messages.keys()) this.#pass(id);
    });
    const arrived = this.#arrived;
    if (arrived.length > 0) for (const listener of this.arrivals) listener(arrived);
  }

  #take(frame: Outgoing): void {
    switch (frame.type) {
      case "channelMessage":
        this.#takeMessage(frame.channelMessage);
        break;
      case "channelMessages":
        this.#takePage(frame.channelMessages);
        break;
      case "channelJoin":
        for (const user of frame.channelJoin.users) this.#learn(user);
        this.#takePage(frame.channelJoin);
        break;
      case "channelChanges":
        this.#takeStates(frame.channelChanges.recipientUUID, frame.channelChanges.messages);
        this.state.history.takeChanges(frame.channelChanges, frame.id === undefined);
        break;
      case "messageEdit":
      case "messageDelete":
      case "messageReact":
      case "messagePin":
        this.#takeChanged(changedBy(frame));
        break;
      case "inbox":
        this.#takeInbox(frame);
        break;
      case "channelRead":
        this.state.channels.takeRead(frame.channelRead.recipientUUID, frame.channelRead.seq);
        break;
      case "channelTyping":
        this.#takeTyping(frame.userUUID, frame.channelTyping.recipientUUID);
        break;
      case "channelCreate":
        this.#takeDetails(frame.channelCreate);
        break;
      case "channelEdit":
        this.#takeDetails(frame.channelEdit);
        break;
      case "channelPrefs":
        this.state.channels.takePrefs(frame.channelPrefs);
        break;
      case "memberAdd":
        this.#takeMembers({ ...frame.memberAdd, added: frame.memberAdd.users, removed: [] });
        break;
      case "memberRemove":
        this.#takeMembers({ ...frame.memberRemove, added: [], removed: frame.memberRemove.users });
        break;
      case "channelMembers":
        for (const user of frame.channelMembers.users) this.#learn(user);
        break;
      case "users":
        this.#takeRole(frame.users.users);
        break;
      case "sys":
        this.#takeSys(frame);
        break;
      case "signOut":
        if (frame.id === undefined) this.#takeEnd();
        break;
      default:
    }
  }

  /** A role can change while the page is open; a list that has the user tells it. */
  #takeRole(users: readonly User[]): void {
    const own = users.find(({ UUID }) => UUID === this.#me);
    if (own) this.state.isAdmin.value = own.Role === "admin";
  }

  get #me(): string | undefined {
    return this.state.session.me.value?.uuid;
  }

  #takeMessage(message: Message): void {
    const me = this.#me;
    if (me === undefined) return;
    const { channels, clock, outbox, reading, typing } = this.state;
    const id = channelOf(message, me);
    outbox.takeMessage(message);
    if (message.NotMembers) this.notMembers.value = message;
    // The last words of a channel that the user has just left.
    if (!message.Recipient && id !== GENERAL && !channels.has(id)) return;
    const isNew = message.Seq > channels.get(id).total;
    this.#learnFrom(message);
    // A message that was sent again comes with the time at which it was stored first.
    if (isNew) clock.learn(Date.parse(message.CreatedAt));
    typing.stopped(id, message.SenderUUID);
    if (isNew && message.SenderUUID !== me) {
      this.#arrived.push(message);
      reading.arrived(id, message.Seq);
    }
    channels.takeMessage(message, me);
    this.#gather(id, [message]);
  }

  #takePage({ recipientUUID: id, messages: page, rev }: Page): void {
    for (const message of page) this.#learnFrom(message);
    const { channels } = this.state;
    for (const message of page.toSorted((a, b) => a.Seq - b.Seq)) {
      // A channel that isn't one's own has no place in the list.
      if (this.#me !== undefined && (message.Recipient || channels.has(id)))
        channels.takeMessage(message, this.#me);
    }
    this.#pass(id);
    this.state.history.takePage(id, page, rev);
  }

  /** After the messages that came before them: one that isn't held yet is among those. */
  #takeStates(id: ChannelId, messages: readonly Message[]): void {
    this.#pass(id);
    for (const message of messages) {
      this.#learnFrom(message);
      this.state.channels.takeState(id, message, this.#me ?? "");
    }
    for (const listener of this.states) listener(messages);
  }

  #takeChanged({ recipientUUID: id, message }: Changed): void {
    this.#takeStates(id, [message]);
    if (message.NotMembers) this.notMembers.value = message;
    this.state.history.change(id, [message]);
  }

  #takeInbox({ inbox }: Extract<Outgoing, { type: "inbox" }>): void {
    for (const { Recipient, lastMessage, Channel, recipientUUID, rev } of inbox.channels) {
      this.state.history.hear(recipientUUID, rev);
      if (Recipient) this.#learn(Recipient);
      for (const user of Channel?.Users ?? []) this.#learn(user);
      if (lastMessage) this.#learn(lastMessage.Sender);
    }
    this.state.channels.takeInbox(inbox.channels, this.#me ?? "");
    this.state.reading.keep();
  }

  #takeTyping(user: string, recipientUUID: string): void {
    if (user === this.#me) return;
    const { channels, typing } = this.state;
    const direct = recipientUUID !== GENERAL && !channels.get(recipientUUID).details;
    typing.take(direct ? user : recipientUUID, user);
  }

  #takeSys({ sys, user }: Extract<Outgoing, { type: "sys" }>): void {
    const { people } = this.state;
    if (user) people.learn(user);
    if (sys.type === "signIn")
      this.#learn({ UUID: sys.signIn.uuid, Username: sys.signIn.username, OnLine: true });
    if (sys.type === "signOut")
      people.learn({ UUID: sys.signOut.uuid, Username: sys.signOut.username, OnLine: false });
    if (sys.type === "channel") this.#takeNews(sys.channel);
    if (sys.type === "channelGone") this.#takeGone(sys.channelGone.recipientUUID);
    if (sys.type === "members") this.#takeMembers(sys.members);
    if (sys.type === "report") this.reported.value = sys.report;
    if (sys.type === "presence") people.counted.value = sys.presence.online;
  }

  #takeDetails(details: Details): void {
    this.#takeOwn(details, (channel) => this.state.channels.takeDetails(channel));
  }

  #takeNews(details: Details): void {
    this.#takeOwn(details, (channel) => this.state.channels.takeNews(channel));
  }

  /** Of a channel that one is a member of. Of a new one the reply and the news come in either order. */
  #takeOwn(details: Details, take: (channel: Details) => void): void {
    const { channels, became } = this.state;
    for (const user of details.Users ?? []) this.#learn(user);
    const channel = named(details);
    const isNew = !channels.get(channel.UUID).details?.Member;
    take(channel);
    if (isNew) became();
  }

  #takeGone(id: ChannelId): void {
    const { channels, history, open } = this.state;
    const { details } = channels.get(id);
    channels.leave(id, open.value);
    if (channels.has(id)) return;
    history.drop(id);
    if (details) for (const listener of this.gone) listener(details);
  }

  #takeMembers({ added, removed, usersTotal, recipientUUID }: MembersNews): void {
    const news = { recipientUUID, added, removed, usersTotal };
    for (const user of [...added, ...removed]) this.#learn(user);
    this.state.channels.takeMembers(news, this.#me ?? "");
    for (const listener of this.memberNews) listener(news);
  }

  /** The server ended the session. */
  #takeEnd(): void {
    this.state.outbox.stop();
    void this.state.session.revoked();
  }

  #learnFrom({ As, Sender, Recipient, ReplyTo }: Message): void {
    this.#learnWriter(Sender, As);
    if (ReplyTo) this.#learnWriter(ReplyTo.Sender, ReplyTo.As);
    if (Recipient) this.#learn(Recipient);
  }

  /** Under another name only hooks write. */
  #learnWriter(sender: User, as: string | undefined): void {
    this.#learn(as ? { ...sender, Hook: true } : sender);
  }

  #learn(user: User): void {
    const { people, session } = this.state;
    people.learn(user);
    if (user.UUID === this.#me) session.rename(user.Username);
  }

  /** Passes on what was gathered of a channel. */
  #pass(id: ChannelId): void {
    const list = this.#messages.get(id);
    this.#messages.delete(id);
    if (list) this.state.history.take(id, list);
  }

  #gather(id: ChannelId, more: readonly Message[]): void {
    const list = this.#messages.get(id);
    if (list === undefined) this.#messages.set(id, [...more]);
    else list.push(...more);
  }
}

type ChangeReply = Extract<
  Outgoing,
  { type: "messageEdit" | "messageDelete" | "messageReact" | "messagePin" }
>;

/** The payload is the property that the type names. */
function changedBy(frame: ChangeReply): Changed {
  return (frame as unknown as Record<string, Changed>)[frame.type] as Changed;
}

/** The channel as this page names it. */
function named(details: Details): Details {
  return details.UUID === GENERAL_UUID ? { ...details, UUID: GENERAL } : details;
}
