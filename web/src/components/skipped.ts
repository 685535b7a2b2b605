/** What a jump to the newest message passed over, and the words of the way back to it. */
import { today } from "../page/today";
import type { Timeline } from "../state/timeline";
import { strings } from "../strings";
import { dayOf, daysBetween, timeOf } from "../text/dates";

/** What was passed over on the way to the newest message. */
export interface Skipped {
  readonly from: number;
  readonly to: number;
  /** When the first of them was sent; absent where it isn't held. */
  readonly since: number | undefined;
}

export function passedOver(timeline: Timeline, from: number, to: number): Skipped {
  return { from, to, since: timeline.lines[timeline.indexOf(from)]?.at };
}

export function skippedText({ from, to, since }: Skipped): string {
  const now = today.value;
  const day = since && (daysBetween(since, now) > 0 ? dayOf(since, now) : timeOf(since));
  return strings.newSince(to - from + 1, day || undefined);
}
