/** What each row of a channel shows, worked out only for the rows that are looked at. */
import { startsDay, startsGroup } from "../state/grouping";
import type { Line } from "../state/line";
import type { Pending } from "../state/outbox";

export interface Row {
  readonly key: string;
  /** 0 while the server doesn't have it. */
  readonly seq: number;
  readonly sender: string;
  readonly text: string;
  readonly at: number;
  readonly mine: boolean;
  readonly startsDay: boolean;
  readonly startsGroup: boolean;
  /** Whether the "new messages" line stands above it. */
  readonly isNew: boolean;
  /** Set while the server doesn't have it. */
  readonly pending?: Pending | undefined;
}

export interface Rows {
  readonly length: number;
  at(index: number): Row;
}

export function rowsOf(
  lines: readonly Line[],
  pending: readonly Pending[],
  me: string,
  newFrom: number | undefined,
): Rows {
  const newest = lines.at(-1)?.at ?? 0;
  const placed = (index: number) => {
    const line = lines[index];
    if (line) return line;
    const sent = pending[index - lines.length];
    // Nothing is sent before what is read already, whatever this computer's clock says.
    return sent && { ...sent, sender: me, seq: 0, at: Math.max(sent.at, newest) };
  };
  return {
    length: lines.length + pending.length,
    at(index) {
      const line = placed(index);
      const before = placed(index - 1);
      if (line === undefined) throw new RangeError(`failed to find row ${index}`);
      const { sender, text, at, seq, clientUUID } = line;
      const isNew = seq > 0 && seq === newFrom;
      return {
        key: clientUUID ?? String(seq),
        seq,
        sender,
        text,
        at,
        mine: sender === me,
        startsDay: startsDay(before, line),
        startsGroup: isNew || startsGroup(before, line),
        isNew,
        pending: pending[index - lines.length],
      };
    },
  };
}
