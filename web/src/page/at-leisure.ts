/** Loads what can wait, once the first messages have had the line for themselves. */
import { effect } from "@preact/signals";
import type { App } from "../components/app";

/** How long they have it, in milliseconds. */
const WAIT = 1000;

export function loadAtLeisure(app: App): void {
  let asked = false;
  const load = () =>
    import("./later").then(
      ({ begin }) => begin(app),
      () => {
        // The next connection may bring it.
        asked = false;
      },
    );
  effect(() => {
    if (asked || !app.client.session.live.value) return;
    asked = true;
    setTimeout(load, WAIT);
  });
}
