/** The messages of one channel: always one stretch of `Seq` without hole or double, in any order of arrival. */

import { signal } from "@preact/signals";
import { excerptOf, type Line, merged } from "./line";

/** The most messages kept above a hole; further ones are fetched again. */
const MOST_AHEAD = 1000;

export class Timeline {
  /** Changes with every change of `lines`, which is one array that changes in place. */
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
  /** It begins with a page that has a `Seq` between these two, where anything is known of that. */
  begins: readonly [least: number, most: number] | undefined;
  /** Up to which `Rev` of the channel the messages are as the server has them; absent before the first page. */
  rev: number | undefined;
  /** The greatest `Rev` of the channel that the server told of. */
  heard = 0;
  /** Above a hole, or changed before they came. */
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

  /** Whether messages that are held have changed since. */
  get isBehind(): boolean {
    return this.rev !== undefined && this.rev < this.heard;
  }

  indexOf(seq: number): number {
    return seq - this.first;
  }

  holds(seq: number): boolean {
    return this.first > 0 && seq >= this.first && seq <= this.last;
  }

  /** The message, where it is held. */
  get(seq: number): Line | undefined {
    return this.lines[this.indexOf(seq)];
  }

  /** Takes messages in any order and from anywhere; what fits the stretch joins it. */
  take(lines: readonly Line[]): void {
    const ascending = [...lines].sort((a, b) => a.seq - b.seq);
    const older: Line[] = [];
    const { first } = this;
    for (const line of ascending) {
      if (first > 0 && line.seq < first) older.push(line);
      else if (this.holds(line.seq)) this.#merge(line);
      else this.#append(line);
    }
    this.#takeOlder(older);
    if (this.detached.value) this.#ahead.clear();
    this.#quote(ascending);
    this.loaded.value = true;
    this.version.value++;
  }

  /** Takes states of messages; those of messages that aren't there tell what replies quote, and that they will come so. */
  change(lines: readonly Line[]): void {
    for (const line of lines) {
      if (this.holds(line.seq)) this.#merge(line);
      else if (line.seq > this.last && this.loaded.value && !this.detached.value) this.#wait(line);
    }
    this.#quote(lines);
    this.version.value++;
  }

  /** Forgets everything, to begin elsewhere or anew. */
  reset(): void {
    this.lines.length = 0;
    this.#ahead.clear();
    this.rev = undefined;
    this.begins = undefined;
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

  /** Replies quote what these messages say now, also once they aren't held any more. */
  #quote(lines: readonly Line[]): void {
    for (const line of lines) {
      const told = this.get(line.seq) ?? line;
      if (!told.deleted && told.editedAt === undefined) continue;
      for (const [index, held] of this.lines.entries()) this.lines[index] = quoting(held, told);
      for (const [seq, waits] of this.#ahead) this.#ahead.set(seq, quoting(waits, told));
    }
  }

  #merge(line: Line): void {
    const index = this.indexOf(line.seq);
    const held = this.lines[index];
    if (held) this.lines[index] = merged(held, line);
  }

  #append(line: Line): void {
    this.#wait(line);
    if (this.last > 0 && line.seq !== this.last + 1) return;
    let { seq } = line;
    for (let next = this.#ahead.get(seq); next; next = this.#ahead.get(++seq)) {
      this.lines.push(next);
      this.#ahead.delete(seq);
    }
  }

  #wait(line: Line): void {
    const waits = this.#ahead.get(line.seq);
    const isNext = line.seq === this.last + 1 || this.last === 0;
    if (waits) this.#ahead.set(line.seq, merged(waits, line));
    else if (isNext || this.#ahead.size < MOST_AHEAD) this.#ahead.set(line.seq, line);
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

/** The message, with the quote of `told` where it answers that. */
function quoting(line: Line, told: Line): Line {
  if (line.answered?.seq !== told.seq) return line;
  const { excerpt: _, ...answered } = line.answered;
  return { ...line, answered: told.deleted ? answered : { ...answered, excerpt: excerptOf(told) } };
}
