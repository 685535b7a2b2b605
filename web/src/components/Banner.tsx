/** Says that the connection is lost, and when the next attempt is, or that the server has a newer page. */
import { useLayoutEffect, useState } from "preact/hooks";
import { outdated } from "../page/version";
import { strings } from "../strings";
import { useApp } from "./app";

export function Banner() {
  const { client } = useApp();
  const link = client.socket.link.value;
  const until = link.state === "waiting" ? link.until : 0;
  const seconds = useSecondsTo(until);
  if (!client.lostLink.value) return outdated.value ? <NewVersion /> : null;
  return (
    <div class="banner" role="status">
      <span>
        {client.readOnly.value ? strings.readOnly : strings.connectionLost}{" "}
        <span aria-hidden="true">{until > 0 ? strings.retryIn(seconds) : strings.connecting}</span>
      </span>
      <button type="button" onClick={() => client.socket.wake()} disabled={until === 0}>
        {strings.retryNow}
      </button>
    </div>
  );
}

function NewVersion() {
  return (
    <div class="banner" role="status">
      <span>{strings.newVersion}</span>
      <button type="button" onClick={() => location.reload()}>
        {strings.reload}
      </button>
    </div>
  );
}

/** Counts by the monotonic clock; the other one may be set while it counts. */
function useSecondsTo(until: number): number {
  const [seconds, setSeconds] = useState(1);
  useLayoutEffect(() => {
    if (until === 0) return;
    const end = performance.now() + until - Date.now();
    const count = () => setSeconds(Math.max(1, Math.ceil((end - performance.now()) / 1000)));
    count();
    const timer = setInterval(count, 1000);
    return () => clearInterval(timer);
  }, [until]);
  return seconds;
}
