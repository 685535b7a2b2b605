/** A server whose messages change, with one channel and one connection: what it sends can be late, lost or out of order. */
import type { Message, Outgoing, RequestFrame } from "@chinwag/client";
import { BOB, CAT, type Connection, ME, message, user } from "@chinwag/client/testing";

const EMOJI = ["👍", "🎉"];
/** Enough for reactions by more people than are named. */
const CROWD = [ME, BOB, CAT, ...Array.from({ length: 5 }, (_, n) => `${ME.slice(0, -1)}${n}`)];
const NAMED = 5;

/** Numbers that look random and are the same for the same seed, as mulberry32 makes them. */
export function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export class ChangingServer {
  rev = 0;
  readonly messages: Message[] = [];
  readonly #reactors = new Map<number, Map<string, string[]>>();
  #connection: Connection | undefined;
  #taken = 0;
  /** Answers, in the order of their requests. */
  #replies: Outgoing[] = [];
  /** What the connection carries. */
  #sent: Outgoing[] = [];
  /** Up to which `rev` the connection was told. */
  #pushed = 0;

  constructor(readonly random: (below: number) => number) {}

  /** A connection that has just been opened, or none. */
  meet(connection: Connection | undefined): void {
    this.#connection = connection;
    this.#taken = 0;
    this.#replies = [];
    this.#sent = [];
    this.#pushed = this.rev;
  }

  /** Reads the next request, if there is one. */
  read(): boolean {
    const request = this.#connection?.sent[this.#taken];
    if (request === undefined) return false;
    this.#taken++;
    const reply = this.#answer(request);
    if (reply) this.#replies.push({ ...reply, id: request.id } as Outgoing);
    return true;
  }

  /** Puts the next answer on its way. */
  reply(): boolean {
    const reply = this.#replies.shift();
    if (reply) this.#sent.push(reply);
    return reply !== undefined;
  }

  /** Lets the oldest frame arrive. */
  deliver(): boolean {
    const frame = this.#sent.shift();
    if (frame) this.#connection?.say(frame);
    return frame !== undefined;
  }

  /** Tells of the changes since the last time; a frame that is lost is dropped for a slow reader. */
  push(isLost: boolean): void {
    if (this.#connection === undefined || this.#pushed === this.rev) return;
    const [after, rev] = [this.#pushed, this.rev];
    const messages = this.#changed(after).map((each) => this.#state(each.Seq, undefined));
    this.#pushed = rev;
    const channelChanges = { recipientUUID: "", after, rev, messages };
    if (!isLost) this.#sent.push({ type: "channelChanges", channelChanges });
  }

  /** Somebody says something, or changes what was said. */
  act(): void {
    const { random, messages } = this;
    const others = CROWD.slice(1);
    const by = others[random(others.length)] ?? BOB;
    const seq = this.#any();
    const what = messages.length === 0 ? 0 : random(20);
    if (what < 3) {
      const said = this.#say(by, what === 0 && messages.length > 0 ? seq : undefined);
      this.#sent.push({ type: "channelMessage", channelMessage: said });
    } else if (what === 4 && random(3) === 0) this.#delete(seq);
    else if (what === 5) this.#edit(seq, `edited ${this.rev}`);
    else if (what === 6) this.#pin(seq, random(2) === 0);
    else this.#react(by, seq, EMOJI[random(EMOJI.length)] ?? "", random(5) > 0);
  }

  /** The user reacts, edits, pins or deletes on another page of theirs. */
  actElsewhere(): void {
    const { random, messages } = this;
    if (messages.length === 0) return;
    const seq = this.#any();
    this.#react(ME, seq, EMOJI[random(EMOJI.length)] ?? "", random(2) > 0);
    const messageReact = this.#changedTo(seq);
    if (random(2) === 0) this.push(false);
    this.#sent.push({ type: "messageReact", messageReact });
  }

  /** A message as this user reads it. */
  state(seq: number): Message {
    return this.#state(seq, ME);
  }

  /** Mostly one of the newest. */
  #any(): number {
    const { length } = this.messages;
    return length - this.random(this.random(3) === 0 ? length : Math.min(length, 3));
  }

  #answer(request: RequestFrame): Outgoing | undefined {
    switch (request.type) {
      case "signIn":
        return { type: "authorized", authorized: { userUUID: ME, accessKey: "key", epoch: "1" } };
      case "users":
        return { type: "users", users: { total: 1, received: 1, users: [user(ME)] } };
      case "inbox": {
        const last = this.messages.at(-1);
        const entry = { recipientUUID: "", total: this.messages.length, unread: 0, rev: this.rev };
        const channels = [last ? { ...entry, lastMessage: this.state(last.Seq) } : entry];
        return { type: "inbox", inbox: { channels } };
      }
      case "channelJoin": {
        const messages = this.#page({ limit: 10 });
        const view = { recipientUUID: "", rev: this.rev, messages, users: [], usersTotal: 1 };
        return { type: "channelJoin", channelJoin: view };
      }
      case "channelMessages": {
        const messages = this.#page(request.channelMessages);
        const [total, received] = [this.messages.length, messages.length];
        const page = { recipientUUID: "", total, received, rev: this.rev, messages };
        return { type: "channelMessages", channelMessages: page };
      }
      case "channelChanges": {
        const { after, limit = 100 } = request.channelChanges;
        const changed = this.#changed(after);
        const messages = changed.slice(0, limit).map(({ Seq }) => this.state(Seq));
        const rev = changed.length > limit ? (messages.at(-1)?.Rev ?? 0) : this.rev;
        const changes = { recipientUUID: "", after, rev, messages };
        return { type: "channelChanges", channelChanges: changes };
      }
      case "channelMessage": {
        const { clientUUID = "", replyTo } = request.channelMessage;
        const known = this.messages.find((each) => each.clientUUID === clientUUID);
        const { Seq } = known ?? this.#say(ME, replyTo, clientUUID);
        return { type: "channelMessage", channelMessage: this.state(Seq) };
      }
      case "messageReact": {
        const { seq, emoji, on } = request.messageReact;
        this.#react(ME, seq, emoji, on);
        return { type: "messageReact", messageReact: this.#changedTo(seq) };
      }
      case "messageEdit":
        this.#edit(request.messageEdit.seq, request.messageEdit.message);
        return { type: "messageEdit", messageEdit: this.#changedTo(request.messageEdit.seq) };
      default:
        return undefined;
    }
  }

  #changedTo(seq: number) {
    return { recipientUUID: "", rev: this.rev, message: this.state(seq) };
  }

  #page({ limit = 10, before, after }: { limit?: number; before?: number; after?: number }) {
    const seqs = this.messages.map(({ Seq }) => Seq);
    const found =
      after !== undefined
        ? seqs.filter((seq) => seq > after).slice(0, limit)
        : seqs.filter((seq) => before === undefined || seq < before).slice(-limit);
    return found.map((seq) => this.state(seq));
  }

  #changed(after: number): Message[] {
    return this.messages
      .filter(({ Rev = 0 }) => Rev > after)
      .sort((a, b) => (a.Rev ?? 0) - (b.Rev ?? 0));
  }

  #state(seq: number, me: string | undefined): Message {
    const { clientUUID, ...stored } = this.#at(seq);
    const reactions = [...(this.#reactors.get(seq) ?? [])];
    const Reactions = reactions.map(([Emoji, users]) => ({
      ...{ Emoji, Count: users.length, Users: users.slice(0, NAMED) },
      ...(me !== undefined && users.includes(me) && { Mine: true }),
    }));
    const mine = me === stored.SenderUUID && clientUUID !== undefined;
    return {
      ...stored,
      ...(mine && { clientUUID }),
      ...(Reactions.length > 0 && { Reactions }),
    };
  }

  #at(seq: number): Message {
    const found = this.messages[seq - 1];
    if (found === undefined) throw new Error(`failed to find message ${seq}`);
    return found;
  }

  #change(seq: number, more: Partial<Message>): void {
    this.messages[seq - 1] = { ...this.#at(seq), ...more, Rev: ++this.rev };
  }

  #say(by: string, replyTo?: number, clientUUID?: string): Message {
    const Seq = this.messages.length + 1;
    const answered = replyTo === undefined ? undefined : this.#at(replyTo);
    const Root = answered?.ReplyTo?.Root ?? answered?.Seq ?? 0;
    this.messages.push(
      message(Seq, {
        SenderUUID: by,
        Sender: { UUID: by, Username: by },
        ...(clientUUID && { clientUUID }),
        ...(answered && {
          ReplyTo: {
            ...{ Seq: answered.Seq, Root, SenderUUID: answered.SenderUUID },
            Sender: answered.Sender,
          },
        }),
      }),
    );
    if (answered) this.#change(Root, { Replies: (this.#at(Root).Replies ?? 0) + 1 });
    return this.#state(Seq, undefined);
  }

  #edit(seq: number, text: string): void {
    const held = this.#at(seq);
    if (!held.DeletedAt && held.Message !== text)
      this.#change(seq, { Message: text, EditedAt: held.CreatedAt });
  }

  #pin(seq: number, on: boolean): void {
    const { PinnedAt, ...held } = this.#at(seq);
    if (held.DeletedAt || (PinnedAt !== undefined) === on) return;
    this.messages[seq - 1] = held;
    this.#change(seq, on ? { PinnedAt: held.CreatedAt } : {});
  }

  #delete(seq: number): void {
    const { EditedAt: _, PinnedAt: __, DeletedAt, ...held } = this.#at(seq);
    if (DeletedAt) return;
    this.#reactors.delete(seq);
    this.messages[seq - 1] = held;
    this.#change(seq, { Message: "", DeletedAt: held.CreatedAt });
    const root = held.ReplyTo?.Root;
    if (root) this.#change(root, { Replies: (this.#at(root).Replies ?? 1) - 1 });
  }

  #react(by: string, seq: number, emoji: string, on: boolean): void {
    const reactors = this.#reactors.get(seq) ?? new Map<string, string[]>();
    const users = reactors.get(emoji) ?? [];
    if (this.#at(seq).DeletedAt || users.includes(by) === on) return;
    const left = on ? [...users, by] : users.filter((each) => each !== by);
    if (left.length > 0) reactors.set(emoji, left);
    else reactors.delete(emoji);
    this.#reactors.set(seq, reactors);
    this.#change(seq, {});
  }
}
