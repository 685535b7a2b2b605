/** What was begun and not sent: a record for each channel, shared by the pages of this browser. */
import { signal } from "@preact/signals";
import type { ChannelId } from "./channel";
import type { Store } from "./kept";

const KEPT = "chinwag.draft.";
/** One record for all channels, as 0.1.0 wrote it. */
const KEPT_TOGETHER = "chinwag.drafts";

export class Drafts {
  readonly #drafts = signal<Readonly<Record<ChannelId, string>>>({});

  constructor(readonly kept: Store) {
    const together = kept.read<Record<ChannelId, string>>(KEPT_TOGETHER) ?? {};
    for (const [channel, text] of Object.entries(together)) this.set(channel, text);
    kept.write(KEPT_TOGETHER, undefined);
    this.reread();
  }

  /** Whether all of them outlive this page: a browser may refuse to keep anything. */
  get safe(): boolean {
    const drafts = Object.entries(this.#drafts.value);
    return drafts.every(([channel, text]) => this.kept.read<string>(KEPT + channel) === text);
  }

  get(channel: ChannelId): string {
    return this.#drafts.value[channel] ?? "";
  }

  set(channel: ChannelId, text: string): void {
    this.#put(channel, text);
    this.kept.write(KEPT + channel, text === "" ? undefined : text);
  }

  clear(): void {
    for (const channel of Object.keys(this.#drafts.value)) this.set(channel, "");
    for (const name of this.kept.names(KEPT)) this.kept.write(name, undefined);
  }

  /** Another page of this browser wrote the record `name`; `null` means any. */
  changedElsewhere(name: string | null): void {
    if (name === null) this.reread();
    else if (name.startsWith(KEPT)) this.#read(name);
  }

  /** Takes what is kept in the place of what this page has. */
  reread(): void {
    this.#drafts.value = {};
    for (const name of this.kept.names(KEPT)) this.#read(name);
  }

  #read(name: string): void {
    this.#put(name.slice(KEPT.length), this.kept.read<string>(name) ?? "");
  }

  #put(channel: ChannelId, text: string): void {
    const { [channel]: _, ...others } = this.#drafts.value;
    this.#drafts.value = text === "" ? others : { ...others, [channel]: text };
  }
}
