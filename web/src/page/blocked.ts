/** Learns whom the user has blocked, after each sign-in and after a lost connection. */
import { effect, untracked } from "@preact/signals";
import { loadBlocked } from "../state/blocks";
import type { Client } from "../state/client";

export function watchBlocked(client: Client): void {
  effect(() => {
    // A server of 0.1 has no blocks.
    if (!client.session.live.value || !client.channels.supported.value) return;
    // Until it is known, the server itself refuses what is blocked.
    untracked(() => void loadBlocked(client).catch(() => undefined));
  });
}
