/** The address: the one truth about what is open. `#general`, `#@<UUID>` of a person, group or channel, `/<Seq>` of a message behind it, or the list, which phones show alone. */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type ChannelId, GENERAL } from "../state/channel";

export interface Place {
  /** `list` is a place of its own only where there is one pane. */
  readonly pane: "list" | "channel";
  /** In the list the channel that was open before. */
  readonly channel: ChannelId;
  /** The message that the address names. */
  readonly seq?: number;
}

/** What the browser keeps with each entry of its history. */
interface Kept {
  /** How many entries back the list is: 0 is the list, `null` that it isn't there. */
  readonly toList: number | null;
}

export function toHash(channel: ChannelId, seq?: number): string {
  return (channel === GENERAL ? "#general" : `#@${channel}`) + (seq ? `/${seq}` : "");
}

export function fromHash(hash: string): Place {
  const [, named, user, seq] = /^#(general|@([^/]+))(?:\/(\d+))?$/.exec(hash) ?? [];
  if (named === undefined) return { pane: "list", channel: GENERAL };
  const channel = user?.toLowerCase() ?? GENERAL;
  return { pane: "channel", channel, ...(seq && { seq: Number(seq) }) };
}

export class Route {
  readonly place = signal<Place>(fromHash(location.hash));
  readonly channel = computed(() => this.place.value.channel);
  #toList: number | null = null;

  /** `wide` tells whether there is room for both panes. */
  constructor(wide: ReadonlySignal<boolean>) {
    this.#enter(this.place.value.pane === "list" ? 0 : null);
    // Before the event of the address, after which the next press may have come already.
    addEventListener("popstate", () => this.#follow());
    // Beside the list a channel is always open, so the address names it.
    effect(() => {
      if (wide.value && this.place.value.pane === "list") this.#replace(this.channel.peek());
    });
  }

  /** The same message again is shown again. */
  go(channel: ChannelId, seq?: number): void {
    const hash = toHash(channel, seq);
    if (hash === location.hash) this.place.value = { ...this.place.value };
    else location.hash = hash;
  }

  /** Goes back to the list where the user came from it, so that the browser's own button goes on from there. */
  toList(): void {
    if (this.place.value.pane === "list") return;
    if (this.#toList === null) this.#replace(undefined);
    else history.go(-this.#toList);
    this.place.value = { ...this.place.value, pane: "list" };
  }

  /** Forgets the channel, for the next user. */
  toStart(): void {
    this.#replace(undefined);
    this.place.value = fromHash("");
  }

  #follow(): void {
    const place = fromHash(location.hash);
    const next = this.#toList === null ? null : this.#toList + 1;
    this.#enter(place.pane === "list" ? 0 : next);
    // On the way back to the list the channel stays what it was, so that nothing is loaded for it.
    this.place.value = place.pane === "list" ? { ...this.place.value, pane: "list" } : place;
  }

  /** An entry that was visited before knows its distance; a new one gets `toList`. */
  #enter(toList: number | null): void {
    const kept = history.state as Kept | null;
    this.#toList = kept === null ? toList : kept.toList;
    if (kept === null) history.replaceState({ toList } satisfies Kept, "");
  }

  /** Puts a channel, or the list, in the place of the present entry. */
  #replace(channel: ChannelId | undefined): void {
    const address = channel === undefined ? location.pathname : toHash(channel);
    this.#toList = channel === undefined ? 0 : null;
    history.replaceState({ toList: this.#toList } satisfies Kept, "", address);
    if (channel !== undefined) this.place.value = { pane: "channel", channel };
  }
}
