/** What each row of a channel or a thread shows, worked out only for the rows that are looked at. */
import { startsDay, startsGroup } from "../state/grouping";
import { excerptOf, type Line } from "../state/line";
import type { Pending } from "../state/outbox";

export interface Row {
  readonly key: string;
  /** Its `seq` is 0 while the server doesn't have it. */
  readonly line: Line;
  readonly mine: boolean;
  readonly startsDay: boolean;
  readonly startsGroup: boolean;
  /** Whether the "new messages" line stands above it. */
  readonly isNew: boolean;
  /** Of a deleted message: for how many its row speaks, 0 where another one speaks for it. */
  readonly deleted?: number | undefined;
  /** The beginning of the message that it answers; absent where that is deleted. */
  readonly quote?: string | undefined;
  /** Set while the server doesn't have it. */
  readonly pending?: Pending | undefined;
}

export interface Rows {
  readonly length: number;
  /** Of the message that the server knows by this `Seq`; -1 where it isn't there. */
  indexOf(seq: number): number;
  at(index: number): Row;
}

/** What rows are made of. */
export interface Told {
  readonly lines: readonly Line[];
  readonly pending: readonly Pending[];
  readonly me: string;
  readonly newFrom?: number | undefined;
  /** A message with the user's changes that are on their way. */
  readonly shown?: (line: Line) => Line;
  /** Where it isn't among `lines` in their order. */
  readonly find?: (seq: number) => Line | undefined;
}

export function rowsOf(told: Told): Rows {
  const { lines, pending, me, newFrom, shown = (line) => line } = told;
  const newest = lines.at(-1)?.at ?? 0;
  const find = told.find ?? ((seq) => lines[seq - (lines[0]?.seq ?? 0)]);
  const placed = (index: number): Line | undefined => {
    const line = lines[index];
    if (line) return shown(line);
    const sent = pending[index - lines.length];
    // Nothing is sent before what is read already, also where this computer's clock is slow.
    return sent && { ...sent, sender: me, seq: 0, at: Math.max(sent.at, newest) };
  };
  const isNew = (line: Line) => line.seq > 0 && line.seq === newFrom;
  /** Whether one row speaks for both. */
  const isFolded = (before: Line | undefined, line: Line | undefined) =>
    before !== undefined &&
    line !== undefined &&
    [before, line].every(({ deleted, replies }) => deleted && !replies) &&
    !isNew(line) &&
    !startsDay(before, line);
  const deletedAt = (index: number, line: Line) => {
    if (isFolded(placed(index - 1), line)) return 0;
    let last = index;
    while (isFolded(placed(last), placed(last + 1))) last++;
    return last - index + 1;
  };
  const quoteOf = ({ seq, excerpt }: NonNullable<Line["answered"]>) => {
    const held = find(seq);
    if (held === undefined) return excerpt;
    const line = shown(held);
    return line.deleted ? undefined : excerptOf(line);
  };
  return {
    length: lines.length + pending.length,
    indexOf: (seq) => lines.findIndex((line) => line.seq === seq),
    at(index) {
      const line = placed(index);
      const before = placed(index - 1);
      if (line === undefined) throw new RangeError(`failed to find row ${index}`);
      return {
        key: line.clientUUID ?? String(line.seq),
        line,
        mine: line.sender === me,
        startsDay: startsDay(before, line),
        // The pin stands beside the name.
        startsGroup:
          isNew(line) ||
          line.pinned === true ||
          before?.deleted === true ||
          startsGroup(before, line),
        isNew: isNew(line),
        deleted: line.deleted ? deletedAt(index, line) : undefined,
        quote: line.answered && quoteOf(line.answered),
        pending: pending[index - lines.length],
      };
    },
  };
}
