/** Which message the user is editing, and which ones they are about to answer. */
import { signal } from "@preact/signals";
import type { ChannelId } from "./channel";
import type { Answered } from "./line";

export interface Editing {
  readonly id: ChannelId;
  readonly seq: number;
  readonly text: string;
}

export class Writing {
  readonly editing = signal<Editing | undefined>(undefined);
  readonly #answers = signal<Readonly<Record<ChannelId, Answered>>>({});

  /** What the next message of the channel answers. */
  answers(id: ChannelId): Answered | undefined {
    return this.#answers.value[id];
  }

  answer(id: ChannelId, answered: Answered | undefined): void {
    const { [id]: _, ...others } = this.#answers.value;
    this.#answers.value = answered === undefined ? others : { ...others, [id]: answered };
  }

  clear(): void {
    this.editing.value = undefined;
    this.#answers.value = {};
  }
}
