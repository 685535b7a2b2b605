/** Which messages stand together: those of one sender within some minutes of one day. */
import { daysBetween } from "../text/dates";

interface Placed {
  readonly sender: string;
  readonly at: number;
  /** The name that a hook's message bears. */
  readonly as?: string | undefined;
}

const TOGETHER = 5 * 60_000;

export function startsDay(before: Placed | undefined, line: Placed): boolean {
  return before === undefined || daysBetween(before.at, line.at) !== 0;
}

export function startsGroup(before: Placed | undefined, line: Placed): boolean {
  if (before === undefined || before.sender !== line.sender || before.as !== line.as) return true;
  return line.at - before.at > TOGETHER || startsDay(before, line);
}
