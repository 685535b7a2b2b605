/** Dates and times in the reader's language and zone. */
import { strings } from "../strings";

const time = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const shortWeekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const dayThisYear = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
});
const dayOtherYear = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "long",
  year: "numeric",
});
const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const shortDayOtherYear = new Intl.DateTimeFormat(undefined, { dateStyle: "short" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

const WEEK = 7;

export function timeOf(at: number): string {
  return time.format(at);
}

export function fullDate(at: number): string {
  return full.format(at);
}

/** The heading over a day's messages; `now` is any time of today. */
export function dayOf(at: number, now: number): string {
  const ago = daysBetween(at, now);
  if (ago === 0) return strings.today;
  if (ago === 1) return strings.yesterday;
  if (ago > 1 && ago < WEEK) return weekday.format(at);
  return (sameYear(at, now) ? dayThisYear : dayOtherYear).format(at);
}

/** For the list, where there is little room: a time today, a weekday this week, a date before. */
export function shortly(at: number, now: number): string {
  const ago = daysBetween(at, now);
  if (ago <= 0) return timeOf(at);
  if (ago === 1) return strings.yesterday;
  if (ago < WEEK) return shortWeekday.format(at);
  return (sameYear(at, now) ? shortDay : shortDayOtherYear).format(at);
}

/** The number of midnights between, where the reader is. */
export function daysBetween(at: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
}

/** The midnight before, where the reader is. */
export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

function sameYear(a: number, b: number): boolean {
  return new Date(a).getFullYear() === new Date(b).getFullYear();
}
