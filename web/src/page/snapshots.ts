/** Shows the last seen messages before, or without, a connection, and forgets them with the user. */
import { effect } from "@preact/signals";
import type { Client } from "../state/client";
import type { Store } from "../state/kept";
import type { Snapshot } from "../state/snapshot";

export const KEPT = "chinwag.seen";

export function showSnapshot(client: Client, kept: Store): void {
  const seen = kept.read<Snapshot>(KEPT);
  if (seen) client.restore(seen);
  effect(() => {
    if (!client.session.signedIn.value) kept.write(KEPT, undefined);
  });
}
