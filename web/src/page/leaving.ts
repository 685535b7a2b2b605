/** Lets nobody close the page over words that would be lost with it. */
import type { Client } from "../state/client";

export function watchLeaving({ changes, drafts, outbox }: Client): void {
  addEventListener("pagehide", () => {
    outbox.leave();
    changes.flush();
  });
  addEventListener("beforeunload", (event) => {
    if (!outbox.safe || !drafts.safe || !changes.safe) event.preventDefault();
  });
}
