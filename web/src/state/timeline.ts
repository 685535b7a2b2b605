/** The messages of one channel: always one stretch of `Seq` without hole or double, whatever order they come in. */

import { InOrder, type Message } from "@chinwag/client";
import { signal } from "@preact/signals";

/** A message as it is kept: small, because a hundred thousand of them may be scrolled through. */
export interface Line {
  readonly seq: number;
  readonly sender: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Set on what this page sent: lets its row stay the same when it stops being pending. */
  readonly clientUUID?: string | undefined;
}

export class Timeline {
  /** Changes with every change of `lines`, which is one array that grows in place. */
  readonly version = signal(0);
  readonly lines: Line[] = [];
  /** Whether at least one answer of the server has been taken. */
  readonly loaded = signal(false);
  /** Whether more of what the channel opens with is on its way: a page may be shorter than it was asked for. */
  readonly opening = signal(false);
  /**
   * Whether it ends before the channel does, because more was missed than is worth fetching: then newer messages
   * are fetched as the reader comes to them, and what arrives at the channel's end is left out.
   */
  readonly detached = signal(false);
  #newer = new InOrder<Line>();

  /** The oldest kept `Seq`, 0 when empty. */
  get first(): number {
    return this.lines[0]?.seq ?? 0;
  }

  /** The newest kept `Seq`, 0 when empty. */
  get last(): number {
    return this.lines[this.lines.length - 1]?.seq ?? 0;
  }

  /** Messages that came above a hole wait until it is filled. */
  get hasHole(): boolean {
    return this.#newer.hasHole;
  }

  get atStart(): boolean {
    return this.loaded.value && this.first <= 1;
  }

  indexOf(seq: number): number {
    return seq - this.first;
  }

  holds(seq: number): boolean {
    return this.first > 0 && seq >= this.first && seq <= this.last;
  }

  /** Takes messages in any order and from anywhere; what fits the stretch joins it. */
  take(messages: readonly Message[]): void {
    const lines = messages.map(toLine).sort((a, b) => a.seq - b.seq);
    this.restore(lines);
  }

  /** As `take`, for lines in ascending order. */
  restore(lines: readonly Line[]): void {
    const older: Line[] = [];
    const first = this.first;
    for (const line of lines) {
      if (first > 0 && line.seq < first) older.push(line);
      else this.lines.push(...this.#newer.take(line.seq, line));
    }
    this.#takeOlder(older);
    if (this.detached.value && this.hasHole) this.#newer = new InOrder<Line>(this.last);
    this.loaded.value = true;
    this.version.value++;
  }

  /** Forgets everything, to begin elsewhere or anew. */
  reset(): void {
    this.lines.length = 0;
    this.#newer = new InOrder<Line>();
    this.loaded.value = false;
    this.detached.value = false;
    this.version.value++;
  }

  /** Keeps only the newest, to give memory back when the channel is left. */
  trim(most: number): void {
    if (this.lines.length <= most) return;
    this.lines.splice(0, this.lines.length - most);
    this.version.value++;
  }

  #takeOlder(older: readonly Line[]): void {
    let joins = this.first - 1;
    let from = older.length;
    while (from > 0 && older[from - 1]?.seq === joins) {
      from--;
      joins--;
    }
    if (from < older.length) this.lines.unshift(...older.slice(from));
  }
}

function toLine(message: Message): Line {
  const { Seq: seq, SenderUUID: sender, Message: text, clientUUID } = message;
  const at = Date.parse(message.CreatedAt);
  return clientUUID === undefined
    ? { seq, sender, text, at }
    : { seq, sender, text, at, clientUUID };
}
