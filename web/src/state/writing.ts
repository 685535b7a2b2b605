/** Which message the user is editing, and which ones they are about to answer. */
import { signal } from "@preact/signals";
import type { ChannelId } from "./channel";
import type { Answered } from "./line";

export interface Editing {
  readonly id: ChannelId;
  readonly seq: number;
  readonly text: string;
  /** Whether it is edited where its thread is shown. */
  readonly inThread?: boolean | undefined;
}

/** Under what the words for a thread are kept. */
export function threadKey(id: ChannelId, root: number): string {
  return `${id}#${root}`;
}

export class Writing {
  readonly editing = signal<Editing | undefined>(undefined);
  readonly #answers = signal<Readonly<Record<string, Answered>>>({});

  /** What the next message of the channel answers, or of the thread by its key. */
  answers(id: string): Answered | undefined {
    return this.#answers.value[id];
  }

  answer(id: string, answered: Answered | undefined): void {
    const { [id]: _, ...others } = this.#answers.value;
    this.#answers.value = answered === undefined ? others : { ...others, [id]: answered };
  }

  clear(): void {
    this.editing.value = undefined;
    this.#answers.value = {};
  }
}
