/** One channel's changes in the order of their `Rev`, each state once. Messages and changes may come in any order. */
import type { Changes, Message } from "./protocol.gen.ts";
import { later, revOf } from "./states.ts";

/** A changed message; a `live` one has no `Mine`. */
export interface Change {
  readonly message: Message;
  readonly live: boolean;
}

export class ChangesInOrder {
  #newest = 0;
  /** The changes of messages that are still to be handed out, by `Seq`. */
  readonly #waiting = new Map<number, Change>();
  /** The `Rev` of messages that were handed out in a later state than that of `rev`, by `Seq`. */
  readonly #ahead = new Map<number, number>();

  /** Up to which `rev` all changes are taken; unknown until an inbox or a page names one, and where the server is of 0.1. */
  constructor(private last?: number) {}

  get rev(): number | undefined {
    return this.last;
  }

  /** How far it is behind the greatest `rev` that is known of. */
  get missing(): number {
    return this.last === undefined ? 0 : Math.max(0, this.#newest - this.last);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Notes the channel's `rev`; the first one is the beginning. */
  note(rev: number | undefined): void {
    this.last ??= rev;
    if (rev !== undefined) this.hear(rev);
  }

  /** Notes that there are changes up to this `rev`. */
  hear(rev: number): void {
    this.#newest = Math.max(this.#newest, rev);
  }

  /** Begins with a page: returns the changes of messages, up to `handed`, that were handed out before it. */
  begin(rev: number, messages: readonly Message[], handed: number): Change[] {
    this.last = 0;
    const changed = messages.filter((message) => revOf(message) > 0);
    changed.sort((a, b) => revOf(a) - revOf(b));
    return this.take({ after: 0, rev, messages: changed }, handed, false);
  }

  /**
   * Takes a frame; returns the changes to hand out, in order: none if earlier ones are missing. Up to `handed`, a `Seq`,
   * messages were handed out.
   */
  take(
    { after, rev, messages }: Pick<Changes, "after" | "rev" | "messages">,
    handed: number,
    live: boolean,
  ): Change[] {
    this.hear(rev);
    const known = this.last;
    if (known === undefined || after > known) return [];
    const next: Change[] = [];
    for (const message of messages) {
      if (revOf(message) <= known) continue;
      if (message.Seq > handed) this.#keep(message, live);
      else if (revOf(message) > (this.#ahead.get(message.Seq) ?? 0)) next.push({ message, live });
    }
    this.#moveTo(Math.max(known, rev));
    return next;
  }

  /** The present state of a message that is handed out now. */
  present(message: Message): Message {
    const change = this.#waiting.get(message.Seq);
    this.#waiting.delete(message.Seq);
    const present = change ? later(message, change.message, change.live) : message;
    if (revOf(present) > (this.last ?? 0)) this.#ahead.set(present.Seq, revOf(present));
    return present;
  }

  /** Leaves out the changes that are missing. */
  skip(): void {
    this.#moveTo(this.#newest);
  }

  /** The channel has no more changes than these, even if more were noted. */
  end(): void {
    this.#newest = this.last ?? 0;
  }

  /** Keeps the states of messages that may still be handed out. */
  keepStates(messages: readonly Message[]): void {
    for (const message of messages) if (revOf(message) > 0) this.#keep(message, false);
  }

  /** Drops the states of messages up to this `Seq`: they are not to be handed out. */
  dropStates(handed: number): void {
    for (const seq of this.#waiting.keys()) if (seq <= handed) this.#waiting.delete(seq);
  }

  #keep(message: Message, live: boolean): void {
    const kept = this.#waiting.get(message.Seq);
    const state = kept ? later(kept.message, message, live) : message;
    this.#waiting.set(message.Seq, { message: state, live: live && (kept?.live ?? true) });
  }

  #moveTo(rev: number): void {
    this.last = rev;
    for (const [seq, ahead] of this.#ahead) if (ahead <= rev) this.#ahead.delete(seq);
  }
}
