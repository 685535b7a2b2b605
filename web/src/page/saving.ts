/** Keeps the last seen messages in the browser, for a page that has no connection yet. */
import { effect } from "@preact/signals";
import type { Client } from "../state/client";
import type { Store } from "../state/kept";
import { snapshotOf } from "../state/snapshot";
import { KEPT } from "./snapshots";

/** How long the list must be quiet before it is kept, in milliseconds. */
const QUIET = 2000;

/** A page that is hidden may never be shown again, so it is kept then as well. */
export function saveSnapshots(client: Client, kept: Store): void {
  const save = () => {
    const snapshot = snapshotOf(client);
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
}
