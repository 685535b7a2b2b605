/** What was begun and not sent, per channel. */
import { signal } from "@preact/signals";
import type { ChannelId } from "./channel";
import type { Store } from "./kept";

const KEPT = "chinwag.drafts";

export class Drafts {
  readonly #drafts = signal<Readonly<Record<ChannelId, string>>>({});

  constructor(readonly kept: Store) {
    this.#drafts.value = kept.read<Record<ChannelId, string>>(KEPT) ?? {};
  }

  get(channel: ChannelId): string {
    return this.#drafts.value[channel] ?? "";
  }

  set(channel: ChannelId, text: string): void {
    const { [channel]: _, ...others } = this.#drafts.value;
    this.#drafts.value = text === "" ? others : { ...others, [channel]: text };
    this.kept.write(KEPT, this.#drafts.value);
  }

  clear(): void {
    this.#drafts.value = {};
    this.kept.write(KEPT, undefined);
  }
}
