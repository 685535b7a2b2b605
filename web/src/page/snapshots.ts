/** Keeps the last seen messages in the browser, so that a page can show them before, or without, a connection. */
import { effect } from "@preact/signals";
import type { Client } from "../state/client";
import type { Store } from "../state/kept";
import type { Snapshot } from "../state/snapshot";

const KEPT = "chinwag.seen";
/** How long the list must be quiet before it is kept, in milliseconds. */
const QUIET = 2000;

/** A page that is hidden may never be shown again, so it is kept then as well. */
export function keepSnapshots(client: Client, kept: Store): void {
  const seen = kept.read<Snapshot>(KEPT);
  if (seen) client.restore(seen);
  const save = () => {
    const snapshot = client.snapshot();
    if (snapshot && client.session.wasLive.value) kept.write(KEPT, snapshot);
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
  addEventListener("pagehide", save);
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    client.channels.sorted.value;
    clearTimeout(timer);
    if (client.channels.loaded.value) timer = setTimeout(save, QUIET);
  });
  effect(() => {
    if (!client.session.signedIn.value) kept.write(KEPT, undefined);
  });
}
