/** Which message the user is editing, and which ones they are about to answer. */
import { signal } from "@preact/signals";
import type { ChannelId } from "./channel";
import type { FileInfo } from "./files";
import type { Answered } from "./line";

export interface Editing {
  readonly id: ChannelId;
  readonly seq: number;
  readonly text: string;
  /** Whether it is edited where its thread is shown. */
  readonly inThread?: boolean | undefined;
}

/** A file that goes with the next message, from when it was chosen. */
export interface Attached {
  /** The `clientUUID` of its upload. */
  readonly id: string;
  /** Absent where only the server has it. */
  readonly file?: File | undefined;
  /** As it is shown; without a `UUID` while it isn't uploaded. */
  readonly info: FileInfo;
  /** The address of a small picture of it. */
  readonly picture?: string | undefined;
  /** How many bytes the server has. */
  readonly sent: number;
  /** Why it can't be uploaded. */
  readonly why?: unknown;
}

/** Under what the words for a thread are kept. */
export function threadKey(id: ChannelId, root: number): string {
  return `${id}#${root}`;
}

export class Writing {
  readonly editing = signal<Editing | undefined>(undefined);
  /** By channel, or by the key of a thread; nothing where there are none. */
  readonly attached = signal<Readonly<Record<string, readonly Attached[]>>>({});
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
    this.attached.value = {};
    this.#answers.value = {};
  }
}
