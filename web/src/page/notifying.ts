/** Loads what notifies once the user wants to be notified: at first nobody is. */
import type { Client } from "../state/client";
import type { Settings } from "./settings";

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
