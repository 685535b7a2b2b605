/** Lets nobody close the page over words that would be lost with it. */
import type { Client } from "../state/client";

export function watchLeaving({ drafts, outbox }: Client): void {
  addEventListener("pagehide", () => outbox.leave());
  addEventListener("beforeunload", (event) => {
    if (!outbox.safe || !drafts.safe) event.preventDefault();
  });
}
