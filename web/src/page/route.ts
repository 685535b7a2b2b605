/** Where the user is, in the address: `#general`, `#@<UUID>`, or the list, which phones show alone. */
import { signal } from "@preact/signals";
import { type ChannelId, GENERAL } from "../state/channel";

export interface Place {
  /** `list` is a place of its own only where there is one pane. */
  readonly pane: "list" | "channel";
  readonly channel: ChannelId;
}

export function toHash(channel: ChannelId): string {
  return channel === GENERAL ? "#general" : `#@${channel}`;
}

export function fromHash(hash: string): Place {
  const user = /^#@([0-9a-f-]{36})$/.exec(hash)?.[1];
  if (user !== undefined) return { pane: "channel", channel: user };
  return { pane: hash === "#general" ? "channel" : "list", channel: GENERAL };
}

export class Route {
  readonly place = signal<Place>(fromHash(location.hash));

  constructor(readonly changed: (channel: ChannelId) => void) {
    addEventListener("hashchange", () => this.#follow());
  }

  go(channel: ChannelId): void {
    location.hash = toHash(channel);
  }

  /** Going back keeps the browser's own back button right, if the list is where the user came from. */
  toList(): void {
    location.hash = "";
  }

  #follow(): void {
    const place = fromHash(location.hash);
    // On the way back to the list the channel stays what it was, so that nothing is loaded for it.
    this.place.value = place.pane === "list" ? { ...this.place.value, pane: "list" } : place;
    if (place.pane === "channel") this.changed(place.channel);
  }
}
