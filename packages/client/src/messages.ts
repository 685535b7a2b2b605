/** Messages of one channel that a program holds, each as it is now. Their states may come in any order. */
import type { Message } from "./protocol.gen.ts";
import { later } from "./states.ts";

/** The length of a quote, in characters. */
const EXCERPT = 100;

export class Messages implements Iterable<Message> {
  readonly #held = new Map<number, Message>();

  get size(): number {
    return this.#held.size;
  }

  /** By `Seq`. Where the message that it answers is held, the quote is that of now; of a deleted one there is none. */
  get(seq: number): Message | undefined {
    const message = this.#held.get(seq);
    return message && this.#quoting(message);
  }

  /** In the order of `Seq`. */
  *[Symbol.iterator](): Iterator<Message> {
    const held = [...this.#held.values()].sort((a, b) => a.Seq - b.Seq);
    for (const message of held) yield this.#quoting(message);
  }

  /** Holds these: those of `onMessage`, of a page, or what `edit`, `delete`, `react` and `pin` return. */
  add(messages: Iterable<Message>): void {
    for (const message of messages) {
      const held = this.#held.get(message.Seq);
      this.#held.set(message.Seq, held ? later(held, message, false) : message);
    }
  }

  /** Takes a change of `onChange`; returns whether a message that is held has changed. */
  change(message: Message, live: boolean): boolean {
    const held = this.#held.get(message.Seq);
    if (held === undefined) return false;
    const state = later(held, message, live);
    this.#held.set(message.Seq, state);
    return state !== held;
  }

  /** Forgets all, as after `onReset` and `onSkipped`. */
  clear(): void {
    this.#held.clear();
  }

  #quoting(message: Message): Message {
    const { ReplyTo } = message;
    const answered = ReplyTo && this.#held.get(ReplyTo.Seq);
    if (answered === undefined) return message;
    const { Excerpt: _, As: __, ...rest } = ReplyTo as NonNullable<Message["ReplyTo"]>;
    const quote = answered.As === undefined ? rest : { ...rest, As: answered.As };
    const isGone = answered.DeletedAt !== undefined || message.DeletedAt !== undefined;
    return { ...message, ReplyTo: isGone ? quote : { ...quote, Excerpt: excerpt(answered) } };
  }
}

function excerpt({ Message: text }: Message): string {
  const characters = [...text.slice(0, 2 * EXCERPT + 2)];
  return characters.length > EXCERPT ? `${characters.slice(0, EXCERPT).join("")}…` : text;
}
