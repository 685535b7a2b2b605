/** Pairs the marks of emphasis, in one pass: what stands between two becomes a piece, and a mark without its pair text. */
import type { Mark, Run } from "./marks";
import type { Piece } from "./parse";

/** What came since a mark that waits for its pair. */
interface Frame {
  mark: string;
  length: number;
  pieces: Piece[];
  /** Whether there is anything but punctuation: without it a mark is part of a face. */
  says: boolean;
  /** How deep the pieces are nested. */
  depth: number;
}

/** Deeper than people write. */
const DEEPEST = 4;
const SAYS = /[^\p{P}\s]/u;
/** A word in double underscores is a name, as Python has them. */
const NAME = /^\w+$/;

export class Emphasis {
  readonly #frames: Frame[] = [frame("", 0)];
  /** How many of each mark wait for their pair. */
  readonly #waiting = { "*": 0, _: 0, "~": 0 };

  add(piece: Piece): void {
    const top = this.#top;
    const last = top.pieces.at(-1);
    if (piece.kind === "text" && last?.kind === "text") last.text += piece.text;
    else top.pieces.push(piece);
    top.says ||= piece.kind !== "text" || SAYS.test(piece.text);
  }

  run({ mark, length, opens, closes }: Run): void {
    let left = length;
    while (closes && left > 0) {
      const used = this.#close(mark, left);
      if (used === 0) break;
      left -= used;
    }
    if (left === 0) return;
    if (opens && (mark !== "~" || left === 2)) {
      this.#frames.push(frame(mark, left));
      this.#waiting[mark]++;
    } else this.add({ kind: "text", text: mark.repeat(left) });
  }

  /** All pieces, once nothing more comes. */
  end(): Piece[] {
    this.#fold(0);
    return this.#top.pieces;
  }

  get #top(): Frame {
    return this.#frames.at(-1) as Frame;
  }

  /** Ends the newest emphasis that `mark` began; returns how many marks that took, 0 where nothing ended. */
  #close(mark: Mark, most: number): number {
    if (this.#waiting[mark] === 0) return 0;
    const at = this.#frames.findLastIndex((each) => each.mark === mark);
    this.#fold(at);
    const opened = this.#top;
    const used = Math.min(2, most, opened.length);
    if (opened.depth >= DEEPEST) return 0;
    if (!this.#pairs(opened, mark, used)) {
      this.#fold(at - 1);
      return 0;
    }
    const kind = mark === "~" ? "strike" : used === 2 ? "strong" : "em";
    const piece: Piece = { kind, pieces: opened.pieces };
    const depth = opened.depth + 1;
    if (opened.length > used) {
      Object.assign(opened, { length: opened.length - used, pieces: [] });
    } else {
      this.#frames.pop();
      this.#waiting[mark]--;
    }
    const outer = this.#top;
    outer.pieces.push(piece);
    outer.says = true;
    outer.depth = Math.max(outer.depth, depth);
    return used;
  }

  #pairs({ says, pieces, length }: Frame, mark: string, used: number): boolean {
    if (!says || (mark === "~" && used !== 2)) return false;
    const [only] = pieces;
    const named = pieces.length === 1 && only?.kind === "text" && NAME.test(only.text);
    return !(mark === "_" && used === 2 && length === 2 && named);
  }

  /** Makes text of the marks that found no pair above the frame `at`, whose pieces then have all that followed. */
  #fold(at: number): void {
    const unpaired = this.#frames.splice(at + 1);
    const below = this.#top;
    for (const { mark, length, pieces, depth } of unpaired) {
      this.#waiting[mark as Mark]--;
      this.add({ kind: "text", text: mark.repeat(length) });
      for (const piece of pieces) this.add(piece);
      below.depth = Math.max(below.depth, depth);
    }
  }
}

function frame(mark: string, length: number): Frame {
  return { mark, length, pieces: [], says: false, depth: 0 };
}
