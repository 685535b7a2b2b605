/** What holds for the notifications of all the user's devices: what they show, a pause, quiet hours. */
import type { Content, NotifyChange } from "@chinwag/client";
import { useEffect } from "preact/hooks";
import { notifyStrings } from "../notify-strings";
import { changeNotify, choiceOf, moment, whenOf } from "../page/silence";
import { today } from "../page/today";
import { timeOf } from "../text/dates";
import { useApp } from "./app";
import { Choice } from "./Choice";
import { Failure } from "./Failure";
import { QuietHours } from "./QuietHours";
import { useWork } from "./working";

const CONTENTS = Object.entries(notifyStrings.contents) as [Content, string][];
const MINUTE = 60_000;
/** When a pause until tomorrow ends. */
const MORNING = 8;

/** Resolves to whether the server took it. */
export type ChangeNotify = (wanted: NotifyChange) => Promise<boolean>;

export function SilenceSettings() {
  const { client } = useApp();
  const work = useWork();
  const choice = choiceOf(client);
  const live = client.session.live.value;
  useEffect(() => {
    if (live) void work.run(() => choice.load());
  }, [choice, live]);
  const chosen = choice.chosen.value;
  const change: ChangeNotify = (wanted) => work.run(() => changeNotify(client, wanted));
  return (
    <section class="everywhere">
      <h3>{notifyStrings.everywhere}</h3>
      {chosen && (
        <>
          <Choice
            title={notifyStrings.content}
            options={CONTENTS}
            chosen={chosen.content}
            choose={(content) => void change({ content })}
          />
          <Pause until={Date.parse(chosen.pausedUntil ?? "") || 0} change={change} />
          <QuietHours chosen={chosen} change={change} />
        </>
      )}
      <Failure work={work} />
    </section>
  );
}

function Pause({ until, change }: { until: number; change: ChangeNotify }) {
  const pause = (end: number) => () => void change({ pausedUntil: new Date(end).toISOString() });
  const forMinutes = (minutes: number) => () => pause(Date.now() + minutes * MINUTE)();
  const { half, hour, hours, tomorrow } = notifyStrings.pauseFor;
  const isPaused = until > Math.max(moment.value, Date.now());
  const morning = morningAfter(today.value);
  const lengths: readonly (readonly [string, () => void])[] = [
    [half, forMinutes(30)],
    [hour, forMinutes(60)],
    [hours, forMinutes(240)],
    [tomorrow(timeOf(morning)), pause(morning)],
  ];
  return (
    <fieldset class="pause">
      <legend>{notifyStrings.pause}</legend>
      {isPaused && <p>{notifyStrings.pausedTill(whenOf(until))}</p>}
      {isPaused ? (
        <button type="button" class="quiet" onClick={() => void change({ pausedUntil: "" })}>
          {notifyStrings.endPause}
        </button>
      ) : (
        lengths.map(([label, act]) => (
          <button key={label} type="button" class="quiet" onClick={act}>
            {label}
          </button>
        ))
      )}
    </fieldset>
  );
}

/** Of the day after the one that begins at `day`, in milliseconds since 1970. */
function morningAfter(day: number): number {
  const date = new Date(day);
  date.setDate(date.getDate() + 1);
  return date.setHours(MORNING);
}
