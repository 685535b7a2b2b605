/** Loads what notifies once the user wants to be notified: at first nobody is. */
import { signal } from "@preact/signals";
import type { Client } from "../state/client";
import type { Settings } from "./settings";

/** What the user's corner says of a pause or of quiet hours; empty without. */
export const silence = signal("");

export function notifyWhenWanted(client: Client, settings: Settings): void {
  let asked = false;
  settings.notify.subscribe((notify) => {
    if (asked || notify === "off") return;
    asked = true;
    // Without it the page says nothing, as it does where the browser refuses.
    import("./notifications").then(
      ({ watchNotifications }) => watchNotifications(client, settings),
      () => undefined,
    );
  });
}
