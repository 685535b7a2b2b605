/** Whether notifications are paused or it is quiet, as the user's corner says it. */
import type { NotifyChange } from "@chinwag/client";
import { effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { notifyStrings } from "../notify-strings";
import type { Client } from "../state/client";
import { NotifyChoice } from "../state/notify";
import { silenceAt } from "../state/quiet";
import { startOfDay, timeOf } from "../text/dates";
import { attentive } from "./attention";
import { silence } from "./notifying";
import { today } from "./today";

/** How late its begin and its end may be seen, in milliseconds. */
const LOOK_EVERY = 10_000;
const WEEK = 7 * 86_400_000;

const now = signal(Date.now());
/** Goes on while there is a silence to come or to end. */
export const moment: ReadonlySignal<number> = now;

const thisWeek = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  hour: "numeric",
  minute: "2-digit",
});
const later = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
});

let one: NotifyChoice | undefined;
/** Tells the other pages of this browser. */
let others: BroadcastChannel | undefined;

/** That of this page. */
export function choiceOf(client: Client): NotifyChoice {
  one ??= new NotifyChoice(client.socket);
  return one;
}

export async function changeNotify(client: Client, change: NotifyChange): Promise<void> {
  await choiceOf(client).change(change);
  others?.postMessage("changed");
}

export function watchSilence(client: Client): void {
  const choice = choiceOf(client);
  const { live, signedIn } = client.session;
  const load = () => {
    if (live.peek() && client.channels.supported.peek()) choice.load().catch(() => undefined);
  };
  others = new BroadcastChannel("chinwag.notify");
  others.onmessage = load;
  effect(() => {
    if (live.value && client.channels.supported.value) untracked(load);
  });
  effect(() => {
    if (attentive.value && live.peek() && client.channels.supported.peek()) void choice.recent();
  });
  effect(() => {
    if (!signedIn.value) choice.clear();
  });
  effect(() => {
    const { quiet, pausedUntil } = choice.chosen.value ?? {};
    if (!quiet && !pausedUntil) return;
    const timer = setInterval(() => {
      now.value = Date.now();
    }, LOOK_EVERY);
    return () => clearInterval(timer);
  });
  effect(() => {
    const chosen = choice.chosen.value;
    const silent = chosen && silenceAt(chosen, Math.max(now.value, Date.now()));
    if (!silent) silence.value = "";
    else if (silent.until === undefined) silence.value = notifyStrings.alwaysQuiet;
    else {
      const { pausedTill, quietTill } = notifyStrings;
      silence.value = (silent.paused ? pausedTill : quietTill)(whenOf(silent.until));
    }
  });
}

/** When something ends, from now on. */
export function whenOf(at: number): string {
  const day = startOfDay(at);
  if (day === today.value) return timeOf(at);
  return (day < today.value + WEEK ? thisWeek : later).format(at);
}
