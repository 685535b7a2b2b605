/** Whether this device is notified without the page, and a test of it. */
import { useState } from "preact/hooks";
import { explainFailure } from "../failure-strings";
import { notifyStrings } from "../notify-strings";
import { NoSubscription, type Push } from "../page/push";

export function PushSettings({ push }: { push: Push }) {
  /** What it will be once that is done. */
  const [to, setTo] = useState<boolean>();
  const [said, setSaid] = useState("");
  const run = async (task: () => Promise<unknown>) => {
    setSaid("");
    await task().catch((error) => setSaid(explain(error)));
  };
  const turn = async (on: boolean) => {
    setTo(on);
    await run(() => (on ? push.turnOn() : push.turnOff()));
    setTo((latest) => (latest === on ? undefined : latest));
  };
  const test = async () => {
    setSaid(notifyStrings.testing);
    const { taken, detail } = await push.test();
    setSaid(taken ? notifyStrings.testTaken(detail) : detail);
  };
  const failure = push.failure.value;
  return (
    <div class="push">
      <label class="switch">
        <input
          type="checkbox"
          checked={to ?? push.wanted}
          onChange={(event) => void turn(event.currentTarget.checked)}
        />
        <span>
          {notifyStrings.push}
          <small>{notifyStrings.pushAbout}</small>
        </span>
      </label>
      {push.wanted && (
        <button type="button" class="quiet" onClick={() => void run(test)}>
          {notifyStrings.test}
        </button>
      )}
      <p class="aside" role="status">
        {said || (failure !== undefined && explain(failure))}
      </p>
    </div>
  );
}

function explain(error: unknown): string {
  return error instanceof NoSubscription ? notifyStrings.noSubscription : explainFailure(error);
}
