/** Follows what the other pages of this browser keep: who is signed in, drafts, what waits to be sent, settings. */

import type { App } from "../components/app";
import { SESSION_KEY } from "../state/session";

export function watchOtherPages({ client, settings }: App): void {
  addEventListener("storage", ({ key }) => {
    if (key === SESSION_KEY || key === null) void client.session.changedElsewhere();
    client.outbox.changedElsewhere(key);
    client.drafts.changedElsewhere(key);
    settings.changedElsewhere(key);
  });
}
