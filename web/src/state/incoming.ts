/** The one reducer: takes every frame that comes to the state that it changes. */

import { GENERAL, type Message, type Outgoing, type User } from "@chinwag/client";
import { batch } from "@preact/signals";
import { type ChannelId, channelOf } from "./channel";
import type { Channels } from "./channels";
import type { Clock } from "./clock";
import type { History } from "./history";
import type { Outbox } from "./outbox";
import type { People } from "./people";
import type { Reading } from "./reading";
import type { Session } from "./session";
import type { Typing } from "./typing";

/** What frames change. */
export interface Changed {
  readonly session: Pick<Session, "me" | "rename" | "revoked">;
  readonly people: People;
  readonly channels: Channels;
  readonly history: History;
  readonly reading: Reading;
  readonly outbox: Outbox;
  readonly typing: Typing;
  readonly clock: Clock;
}

export class Incoming {
  /** Called with messages of others as they come, never with history. */
  readonly arrivals = new Set<(messages: readonly Message[]) => void>();
  /** Those of the frames that are being taken, because many messages cost a timeline one change. */
  #messages = new Map<ChannelId, Message[]>();
  #arrived: Message[] = [];

  constructor(readonly state: Changed) {}

  take(frames: readonly Outgoing[]): void {
    const { channels, history } = this.state;
    this.#messages = new Map();
    this.#arrived = [];
    batch(() => {
      channels.together(() => {
        for (const frame of frames) this.#take(frame);
      });
      for (const [id, list] of this.#messages) history.take(id, list);
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
        this.#takePage(frame.channelMessages.recipientUUID, frame.channelMessages.messages);
        break;
      case "channelJoin":
        for (const user of frame.channelJoin.users) this.#learn(user);
        this.#takePage(frame.channelJoin.recipientUUID, frame.channelJoin.messages);
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
      case "sys":
        this.#takeSys(frame);
        break;
      case "signOut":
        if (frame.id === undefined) this.#takeEnd();
        break;
      default:
    }
  }

  get #me(): string | undefined {
    return this.state.session.me.value?.uuid;
  }

  #takeMessage(message: Message): void {
    const me = this.#me;
    if (me === undefined) return;
    const { channels, clock, outbox, reading, typing } = this.state;
    const id = channelOf(message, me);
    const isNew = message.Seq > channels.get(id).total;
    this.#learnFrom(message);
    // A message that was sent again comes with the time at which it was stored first.
    if (isNew) clock.learn(Date.parse(message.CreatedAt));
    typing.stopped(id, message.SenderUUID);
    outbox.takeMessage(message);
    if (isNew && message.SenderUUID !== me) {
      this.#arrived.push(message);
      reading.arrived(id, message.Seq);
    }
    channels.takeMessage(message, me);
    this.#gather(id, [message]);
  }

  #takePage(id: ChannelId, page: readonly Message[]): void {
    for (const message of page) this.#learnFrom(message);
    const newest = page.reduce<Message | undefined>(
      (last, message) => (last && last.Seq > message.Seq ? last : message),
      undefined,
    );
    if (newest !== undefined && this.#me !== undefined)
      this.state.channels.takeMessage(newest, this.#me);
    this.#gather(id, page);
  }

  #takeInbox({ inbox }: Extract<Outgoing, { type: "inbox" }>): void {
    for (const { Recipient, lastMessage } of inbox.channels) {
      if (Recipient) this.#learn(Recipient);
      if (lastMessage) this.#learn(lastMessage.Sender);
    }
    this.state.channels.takeInbox(inbox.channels, this.#me ?? "");
    this.state.reading.keep();
  }

  #takeTyping(user: string, recipientUUID: string): void {
    if (user === this.#me) return;
    this.state.typing.take(recipientUUID === GENERAL ? GENERAL : user, user);
  }

  #takeSys({ sys, user }: Extract<Outgoing, { type: "sys" }>): void {
    const { people } = this.state;
    if (user) people.learn(user);
    if (sys.type === "signIn")
      this.#learn({ UUID: sys.signIn.uuid, Username: sys.signIn.username, OnLine: true });
    if (sys.type === "signOut")
      people.learn({ UUID: sys.signOut.uuid, Username: sys.signOut.username, OnLine: false });
    if (sys.type === "presence") people.counted.value = sys.presence.online;
  }

  /** The server ended the session. */
  #takeEnd(): void {
    this.state.outbox.stop();
    void this.state.session.revoked();
  }

  #learnFrom({ Sender, Recipient }: Message): void {
    this.#learn(Sender);
    if (Recipient) this.#learn(Recipient);
  }

  #learn(user: User): void {
    const { people, session } = this.state;
    people.learn(user);
    if (user.UUID === this.#me) session.rename(user.Username);
  }

  #gather(id: ChannelId, more: readonly Message[]): void {
    const list = this.#messages.get(id);
    if (list === undefined) this.#messages.set(id, [...more]);
    else list.push(...more);
  }
}
