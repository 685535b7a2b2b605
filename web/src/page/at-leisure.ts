/** Loads what can wait, once the first messages have had the line for themselves. */
import { effect, signal } from "@preact/signals";
import type { App } from "../components/app";

/** Whether it is loaded. */
export const atLeisure = signal(false);

/** How long they have it, in milliseconds. */
const WAIT = 1000;

export function loadAtLeisure(app: App): void {
  let asked = false;
  const load = () =>
    import("./later").then(
      ({ begin }) => {
        begin(app);
        atLeisure.value = true;
      },
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
