/** Says that the connection is lost, and when the next attempt is; quick recoveries don't show it. */
import { useEffect, useState } from "preact/hooks";
import { strings } from "../strings";
import { useApp } from "./app";

export function Banner() {
  const { client } = useApp();
  const link = client.socket.link.value;
  const until = link.state === "waiting" ? link.until : 0;
  const seconds = useSecondsTo(until);
  if (!client.lostLink.value) return null;
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

function useSecondsTo(until: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (until === 0) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return Math.max(1, Math.ceil((until - now) / 1000));
}
