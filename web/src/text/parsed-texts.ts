/** Keeps the newest texts parsed, so that a message is parsed once and not at each render. */
import { isOnlyEmoji } from "./only-emoji";
import { type Piece, parse } from "./parse";

export interface ParsedText {
  readonly pieces: readonly Piece[];
  readonly onlyEmoji: boolean;
}

/** Some screens full of the longest messages. */
const MOST_CHARACTERS = 200_000;

export class ParsedTexts {
  /** The one that was asked for last stands last. */
  readonly #kept = new Map<string, ParsedText>();
  #characters = 0;

  of(text: string): ParsedText {
    const kept = this.#kept.get(text);
    if (kept === undefined) this.#characters += text.length;
    else this.#kept.delete(text);
    const parsed = kept ?? { pieces: parse(text), onlyEmoji: isOnlyEmoji(text) };
    this.#kept.set(text, parsed);
    this.#dropOldest();
    return parsed;
  }

  #dropOldest(): void {
    for (const text of this.#kept.keys()) {
      if (this.#characters <= MOST_CHARACTERS) return;
      this.#kept.delete(text);
      this.#characters -= text.length;
    }
  }
}
