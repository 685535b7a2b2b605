/** The day it is where the reader is, for words such as "Yesterday", which change with it. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { startOfDay } from "../text/dates";

/** How long a computer that slept over midnight may show the day before, in milliseconds. */
const LOOK_EVERY = 60_000;

const now = signal(startOfDay(Date.now()));
/** Its start, in milliseconds since 1970. */
export const today: ReadonlySignal<number> = now;

export function watchToday(): void {
  const look = () => {
    now.value = startOfDay(Date.now());
  };
  setInterval(look, LOOK_EVERY);
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  const untilMidnight = () => {
    const midnight = new Date().setHours(24, 0, 0, 0);
    setTimeout(() => {
      look();
      untilMidnight();
    }, midnight - Date.now());
  };
  untilMidnight();
}
