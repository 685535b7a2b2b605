/** When nothing is notified: a pause, and quiet hours, reckoned as the server does. */
import type { Notify, QuietHours } from "@chinwag/client";

export interface Silence {
  /** In milliseconds since 1970; absent where no end is in sight. */
  readonly until?: number;
  /** Whether it is by a pause, and not by quiet hours alone. */
  readonly paused: boolean;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const WEEK = 7;

/** The silence at this moment, up to where all that follow one another end. */
export function silenceAt(
  { quiet = [], zone, pausedUntil }: Notify,
  at: number,
): Silence | undefined {
  const pause = { from: at, to: Date.parse(pausedUntil ?? "") || 0 };
  const spans = [...(quiet.length > 0 ? spansOf(quiet, zone ?? "UTC", at) : []), pause];
  let until = at;
  for (let span = covering(spans, until); span; span = covering(spans, until)) until = span.to;
  if (until === at) return undefined;
  const isEndless = until > at + WEEK * DAY && until !== pause.to;
  return { paused: pause.to > at, ...(!isEndless && { until }) };
}

function covering(spans: readonly Span[], at: number): Span | undefined {
  return spans.find(({ from, to }) => from <= at && at < to);
}

/** From those that began yesterday to those of the next week. */
function spansOf(quiet: readonly QuietHours[], zone: string, at: number): Span[] {
  const clock = new Clock(zone);
  const today = Math.floor(clock.shownAt(at) / DAY) * DAY;
  return Array.from({ length: WEEK + 3 }, (_, n) => today + (n - 1) * DAY).flatMap((day) =>
    quiet
      .filter(({ days }) => days.includes(weekday(day)))
      .map(({ from, to }) => {
        const ends = to > from ? day : day + DAY;
        return { from: clock.first(day + minutes(from)), to: clock.last(ends + minutes(to)) };
      }),
  );
}

/** 1 for Monday to 7 for Sunday. */
function weekday(day: number): string {
  return String(new Date(day).getUTCDay() || WEEK);
}

/** Of `HH:MM`, in milliseconds. */
function minutes(time: string): number {
  const [hours = 0, left = 0] = time.split(":").map(Number);
  return (hours * 60 + left) * MINUTE;
}

/** The clocks of a time zone. What they show is written as the moment at which those of UTC show it. */
class Clock {
  readonly #format: Intl.DateTimeFormat;

  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat("en", {
      // Of a zone that this browser doesn't know it takes its own.
      ...(isKnown(zone) && { timeZone: zone }),
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
  }

  /** To the minute. */
  shownAt(at: number): number {
    const parts = new Map(this.#format.formatToParts(at).map(({ type, value }) => [type, +value]));
    const [year = 0, month = 1, day, hour, minute] = ["year", "month", "day", "hour", "minute"].map(
      (name) => parts.get(name as Intl.DateTimeFormatPartTypes),
    );
    return Date.UTC(year, month - 1, day, hour, minute);
  }

  /** When they first show it, or skip it. */
  first(shown: number): number {
    return Math.min(...this.#moments(shown));
  }

  /** When they last show it, or skip it. */
  last(shown: number): number {
    return Math.max(...this.#moments(shown));
  }

  #moments(shown: number): number[] {
    const candidates = [shown - DAY, shown + DAY].map((near) => shown - this.#offset(near));
    const found = candidates.filter((at) => this.shownAt(at) === shown);
    return found.length > 0 ? found : [this.#skipBetween(Math.min(...candidates), shown)];
  }

  /** The moment after `from` at which they skip `shown`. */
  #skipBetween(from: number, shown: number): number {
    let at = from;
    while (this.shownAt(at) < shown) at += MINUTE;
    return at;
  }

  #offset(at: number): number {
    return this.shownAt(at) - Math.floor(at / MINUTE) * MINUTE;
  }
}

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}
