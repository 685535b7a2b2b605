/** From the open channel to the one above or below it in the list. */
import type { App } from "../components/app";
import { unreadOf } from "../state/channel";

/** Goes on around the end of the list; with `unread` to the next that has something new. */
export function walkTo({ client, route, sections }: App, step: 1 | -1, unread: boolean): void {
  const all = sections.shown.value;
  const from = all.findIndex(({ id }) => id === client.open.value);
  for (let n = 1; n < all.length; n++) {
    const entry = all[(from + step * n + all.length * n) % all.length];
    if (entry && (!unread || unreadOf(entry.channel) > 0)) {
      route.go(entry.id);
      return;
    }
  }
}
