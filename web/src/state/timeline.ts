/** The messages of one channel: always one stretch of `Seq` without hole or double, whatever order they come in. */
import { signal } from "@preact/signals";
import type { Message } from "../protocol.gen";

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

/** What waits above a hole is kept up to here; beyond it is fetched again. */
const MOST_AHEAD = 1000;

export class Timeline {
  /** Changes with every change of `lines`, which is one array that grows in place. */
  readonly version = signal(0);
  readonly lines: Line[] = [];
  /** Whether at least one answer of the server has been taken. */
  readonly loaded = signal(false);
  readonly #ahead = new Map<number, Line>();

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
    return this.#ahead.size > 0;
  }

  get atStart(): boolean {
    return this.loaded.value && this.first <= 1;
  }

  indexOf(seq: number): number {
    return seq - this.first;
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
      else this.#takeNewer(line);
    }
    this.#takeOlder(older);
    this.#joinAhead();
    this.loaded.value = true;
    this.version.value++;
  }

  /** Forgets everything, for when what was missed is more than is worth fetching. */
  reset(): void {
    this.lines.length = 0;
    this.#ahead.clear();
    this.loaded.value = false;
    this.version.value++;
  }

  /** Keeps only the newest, to give memory back when the channel is left. */
  trim(most: number): void {
    if (this.lines.length <= most) return;
    this.lines.splice(0, this.lines.length - most);
    this.version.value++;
  }

  #takeNewer(line: Line): void {
    if (this.lines.length === 0 || line.seq === this.last + 1) this.lines.push(line);
    else if (line.seq > this.last && this.#ahead.size < MOST_AHEAD) this.#ahead.set(line.seq, line);
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

  #joinAhead(): void {
    for (let next = this.#ahead.get(this.last + 1); next; next = this.#ahead.get(this.last + 1)) {
      this.lines.push(next);
      this.#ahead.delete(next.seq);
    }
    for (const seq of this.#ahead.keys()) if (seq <= this.last) this.#ahead.delete(seq);
  }
}

function toLine(message: Message): Line {
  const { Seq: seq, SenderUUID: sender, Message: text, clientUUID } = message;
  const at = Date.parse(message.CreatedAt);
  return clientUUID === undefined
    ? { seq, sender, text, at }
    : { seq, sender, text, at, clientUUID };
}
