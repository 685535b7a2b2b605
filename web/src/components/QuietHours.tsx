/** The hours of the week in which nothing is notified: a row for each, with its days. */

import type { QuietHours as Hours, Notify } from "@chinwag/client";
import { useEffect, useState } from "preact/hooks";
import { notifyStrings } from "../notify-strings";
import { Cross } from "./Cross";
import type { ChangeNotify } from "./SilenceSettings";

/** As many as the server takes. */
const MOST = 20;
const DAY_END = "24:00";
const NIGHTS: Hours = { days: "1234567", from: "22:00", to: "07:00" };
const WEEKENDS: Hours = { days: "67", from: "00:00", to: DAY_END };
const ALL_DAYS = [1, 2, 3, 4, 5, 6, 7];

const short = new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" });
const long = new Intl.DateTimeFormat(undefined, { weekday: "long", timeZone: "UTC" });

export function QuietHours({ chosen, change }: { chosen: Notify; change: ChangeNotify }) {
  const [rows, setRows] = useState<readonly Hours[]>(chosen.quiet ?? []);
  useEffect(() => setRows(chosen.quiet ?? []), [chosen]);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = chosen.zone ?? here;
  /** A row that has no day yet waits for one. */
  const keep = (after: readonly Hours[]) => {
    setRows(after);
    if (after.some(({ days }) => days === "")) return;
    void change({ quiet: [...after], zone });
  };
  return (
    <fieldset class="quiet-hours">
      <legend>{notifyStrings.quiet}</legend>
      <p class="aside">{notifyStrings.quietAbout}</p>
      {rows.map((hours, index) => (
        <Row
          key={index}
          hours={hours}
          keep={(now) => keep(rows.with(index, now))}
          remove={() => keep(rows.toSpliced(index, 1))}
        />
      ))}
      {rows.length < MOST && (
        <button
          type="button"
          class="quiet"
          onClick={() => keep([...rows, rows.length === 0 ? NIGHTS : WEEKENDS])}
        >
          {notifyStrings.addQuiet}
        </button>
      )}
      {rows.length > 0 && (
        <p class="aside">
          {notifyStrings.clocks(zone)}{" "}
          {zone !== here && (
            <button type="button" class="link" onClick={() => void change({ zone: here })}>
              {notifyStrings.useClocks(here)}
            </button>
          )}
        </p>
      )}
    </fieldset>
  );
}

interface RowProps {
  hours: Hours;
  keep: (now: Hours) => void;
  remove: () => void;
}

function Row({ hours, keep, remove }: RowProps) {
  const { days, from, to } = hours;
  return (
    <div class="quiet-row">
      <div class="days">
        {ALL_DAYS.map((day) => (
          <label key={day}>
            <input
              type="checkbox"
              aria-label={long.format(dateOf(day))}
              checked={days.includes(String(day))}
              onChange={(event) =>
                keep({ ...hours, days: withDay(days, day, event.currentTarget.checked) })
              }
            />
            <span aria-hidden="true">{short.format(dateOf(day))}</span>
          </label>
        ))}
      </div>
      <div class="times">
        <div>
          <Time
            label={notifyStrings.from}
            value={from}
            keep={(now) => keep({ ...hours, from: now })}
          />
          <Time label={notifyStrings.to} value={to} keep={(now) => keep({ ...hours, to: now })} />
          <small>{spanOf(hours)}</small>
        </div>
        <button
          type="button"
          class="icon-button"
          aria-label={notifyStrings.removeQuiet}
          title={notifyStrings.removeQuiet}
          onClick={remove}
        >
          <Cross />
        </button>
      </div>
    </div>
  );
}

/** What the two times alone don't tell. It always says something: nothing may move under a pointer that leaves a field. */
function spanOf({ from, to }: Hours): string {
  const isNext = to <= from || to === DAY_END;
  if (isNext && from === "00:00" && shownTime(to) === from) return notifyStrings.wholeDay;
  return isNext ? notifyStrings.nextDay : notifyStrings.sameDay;
}

/** The end of a day is shown as the beginning of the next. */
function shownTime(time: string): string {
  return time === DAY_END ? "00:00" : time;
}

interface TimeProps {
  label: string;
  value: string;
  keep: (now: string) => void;
}

/** Kept when it is left, since each digit is a change. */
function Time({ label, value, keep }: TimeProps) {
  const shown = shownTime(value);
  const leave = (now: string) => {
    if (now !== "" && now !== shown) keep(now);
  };
  return (
    <label>
      {label}{" "}
      <input
        key={shown}
        type="time"
        defaultValue={shown}
        required
        onBlur={(event) => leave(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") leave(event.currentTarget.value);
        }}
      />
    </label>
  );
}

function withDay(days: string, day: number, on: boolean): string {
  return ALL_DAYS.filter((each) => (each === day ? on : days.includes(String(each)))).join("");
}

/** Any date with this day of the week: 1 for Monday. */
function dateOf(day: number): number {
  return Date.UTC(2024, 0, day);
}
