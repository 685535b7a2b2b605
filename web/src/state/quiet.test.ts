/** Quiet hours, over both changes of summer time, as the server reckons them. */
import type { Notify, QuietHours } from "@chinwag/client";
import { expect, test } from "vitest";
import { silenceAt } from "./quiet";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** All times of these tests are multiples of it. */
const STEP = 5 * MINUTE;

function set(zone: string, ...quiet: QuietHours[]): Notify {
  return { content: "full", quiet, zone };
}

function hours(days: string, from: string, to: string): QuietHours {
  return { days, from, to };
}

/** Each stretch of silence between two moments, in UTC. */
function stretches(settings: Notify, from: string, length: number): string[] {
  const found: string[] = [];
  const shown = (at: number) => new Date(at).toISOString().slice(8, 16).replace("T", " ");
  let since: number | undefined;
  const begin = Date.parse(from);
  for (let at = begin; at <= begin + length * HOUR; at += STEP) {
    const silence = silenceAt(settings, at);
    if (silence && since === undefined) since = at;
    if (silence || since === undefined) continue;
    found.push(`${shown(since)} – ${shown(at)}`);
    since = undefined;
  }
  return found;
}

test.each([
  ["Europe/Berlin", "2026-03-28T12:00Z", ["28 21:00 – 29 05:00", "29 20:00 – 30 05:00"]],
  ["Europe/Berlin", "2026-10-24T12:00Z", ["24 20:00 – 25 06:00", "25 21:00 – 26 06:00"]],
  ["America/New_York", "2026-03-07T20:00Z", ["08 03:00 – 08 11:00", "09 02:00 – 09 11:00"]],
  ["America/New_York", "2026-10-31T20:00Z", ["01 02:00 – 01 12:00", "02 03:00 – 02 12:00"]],
  ["Australia/Lord_Howe", "2026-04-04T08:00Z", ["04 11:00 – 04 20:30", "05 11:30 – 05 20:30"]],
  ["Australia/Lord_Howe", "2026-10-03T08:00Z", ["03 11:30 – 03 20:00", "04 11:00 – 04 20:00"]],
])("nights in %s from %s", (zone, from, expected) => {
  expect(stretches(set(zone, hours("1234567", "22:00", "07:00")), from, 46)).toEqual(expected);
});

test.each([
  // From the first to the last time that the clocks show it.
  ["Europe/Berlin", "2026-10-25", "02:30", "04:00", "25 00:30 – 25 03:00"],
  ["Europe/Berlin", "2026-10-25", "01:00", "02:30", "24 23:00 – 25 01:30"],
  ["America/New_York", "2026-11-01", "01:10", "01:20", "01 05:10 – 01 06:20"],
  ["Australia/Lord_Howe", "2026-04-05", "01:45", "03:00", "04 14:45 – 04 16:30"],
  ["Australia/Lord_Howe", "2026-04-05", "00:00", "01:45", "04 13:00 – 04 15:15"],
  // At the moment at which they skip it.
  ["Europe/Berlin", "2026-03-29", "02:30", "04:00", "29 01:00 – 29 02:00"],
  ["Europe/Berlin", "2026-03-29", "01:00", "02:30", "29 00:00 – 29 01:00"],
  ["America/New_York", "2026-03-08", "02:55", "03:30", "08 07:00 – 08 07:30"],
  ["Australia/Lord_Howe", "2026-10-04", "02:15", "03:00", "03 15:30 – 03 16:00"],
  ["Australia/Lord_Howe", "2026-10-04", "01:00", "02:15", "03 14:30 – 03 15:30"],
])("in %s on %s from %s to %s, shown twice or never", (zone, date, from, to, expected) => {
  const noon = Date.parse(`${date}T12:00Z`);
  const day = String(new Date(noon).getUTCDay() || 7);
  const begin = new Date(noon - 36 * HOUR).toISOString();
  expect(stretches(set(zone, hours(day, from, to)), begin, 48)).toEqual([expected]);
});

test("of hours that are skipped as a whole nothing is left", () => {
  const skipped = set("Europe/Berlin", hours("7", "02:10", "02:50"));
  expect(stretches(skipped, "2026-03-28T12:00Z", 24)).toEqual([]);
});

test.each([
  ["5", "20:00", "07:30", "02 20:00 – 03 07:30"],
  ["6", "00:00", "24:00", "03 00:00 – 04 00:00"],
  ["6", "00:00", "00:00", "03 00:00 – 04 00:00"],
  ["67", "00:00", "24:00", "03 00:00 – 05 00:00"],
  ["7", "23:55", "00:00", "04 23:55 – 05 00:00"],
])("days %s from %s to %s", (days, from, to, expected) => {
  // A Friday.
  expect(stretches(set("UTC", hours(days, from, to)), "2026-01-02T00:00Z", 96)).toEqual([expected]);
});

const at = Date.parse("2026-01-02T21:00Z");
const until = (iso: string) => Date.parse(iso);

test("a silence lasts as long as one follows the other", () => {
  const quiet = [
    hours("5", "20:00", "23:00"),
    hours("5", "22:00", "24:00"),
    hours("6", "00:00", "06:00"),
  ];
  const night = set("UTC", ...quiet);
  expect(silenceAt(night, at)).toEqual({ paused: false, until: until("2026-01-03T06:00Z") });
  const paused = { ...night, pausedUntil: "2026-01-03T09:00:00Z" };
  expect(silenceAt(paused, at)).toEqual({ paused: true, until: until("2026-01-03T09:00Z") });
  const briefly = { ...night, pausedUntil: "2026-01-02T21:30:00Z" };
  expect(silenceAt(briefly, at)).toEqual({ paused: true, until: until("2026-01-03T06:00Z") });
});

test("a pause ends, and what never ends has no end", () => {
  const paused: Notify = { content: "full", pausedUntil: "2026-01-02T21:30:00Z" };
  expect(silenceAt(paused, at)).toEqual({ paused: true, until: until("2026-01-02T21:30Z") });
  expect(silenceAt(paused, until("2026-01-02T21:30Z"))).toBeUndefined();
  expect(silenceAt({ content: "full" }, at)).toBeUndefined();
  expect(silenceAt(set("UTC", hours("1234567", "00:00", "24:00")), at)).toEqual({ paused: false });
  const long: Notify = { content: "full", pausedUntil: "2026-03-01T00:00:00Z" };
  expect(silenceAt(long, at)).toEqual({ paused: true, until: until("2026-03-01T00:00Z") });
});
