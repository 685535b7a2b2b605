/** Reads a line or some: links, code and escapes in one scan, and the marks of emphasis between them. */
import { Emphasis } from "./emphasis";
import { addressAt, namedLinkAt } from "./links";
import { type Mark, runAt } from "./marks";
import type { Piece } from "./parse";

/** Signs that a backslash keeps as they are. */
const ESCAPED = "*_~`[>-";
const SPECIAL = /[h*_~`[\\]/gi;
/** What a backslash may stand behind to escape. Behind others it is an arm, or parts the folders of a path. */
const BEFORE_ESCAPE = /^$|[\s\p{Ps}\p{Pi}"'*_~`]/u;

/** What begins at a place, up to `end`; without a `piece` it stays plain text. */
interface Found {
  readonly piece?: Piece;
  readonly end: number;
}

export function inline(text: string): Piece[] {
  const emphasis = new Emphasis();
  const scan = new Scan(text);
  let plain = 0;
  const addPlain = (to: number) => {
    if (to > plain) emphasis.add({ kind: "text", text: text.slice(plain, to) });
  };
  for (let at = next(text, 0); at < text.length; ) {
    const char = text[at] as string;
    if (char === "*" || char === "_" || char === "~") {
      const run = runAt(text, at, char as Mark);
      addPlain(at);
      emphasis.run(run);
      plain = at + run.length;
      at = next(text, plain);
      continue;
    }
    const found = scan.at(at, char);
    if (found?.piece) {
      addPlain(at);
      emphasis.add(found.piece);
      plain = found.end;
    }
    at = next(text, found?.end ?? at + 1);
  }
  addPlain(text.length);
  return emphasis.end();
}

/** The next place at which something may begin. */
function next(text: string, from: number): number {
  SPECIAL.lastIndex = from;
  return SPECIAL.exec(text)?.index ?? text.length;
}

/** Remembers what was looked for in vain, so that no text is searched twice for it. */
class Scan {
  readonly #endless = new Set<number>();
  /** Signs of which an escaped one stands before, and waits for another. */
  readonly #escaped = new Set<string>();

  constructor(readonly text: string) {}

  at(at: number, char: string): Found | undefined {
    if (char === "`") return this.#code(at);
    if (char === "\\") return this.#escape(at);
    const found = char === "[" ? namedLinkAt(this.text, at) : addressAt(this.text, at);
    if (found?.link === undefined) return found;
    return { piece: { kind: "link", ...found.link }, end: found.end };
  }

  /** As many backticks end it as began it. */
  #code(at: number): Found {
    const { text } = this;
    let from = at + 1;
    while (text[from] === "`") from++;
    const length = from - at;
    const end = this.#endless.has(length) ? -1 : this.#ticks(from, length);
    if (end === -1) {
      this.#endless.add(length);
      return { end: from };
    }
    const code = text.slice(from, end);
    if (code.includes("\n")) return { end: from };
    // A space at each end makes room for a backtick.
    const padded = code.startsWith(" ") && code.endsWith(" ") && code.trim() !== "";
    const inner = padded ? code.slice(1, -1) : code;
    return { piece: { kind: "code", text: inner }, end: end + length };
  }

  /** Where the next run of exactly `length` backticks begins. */
  #ticks(from: number, length: number): number {
    for (let at = this.text.indexOf("`", from); at !== -1; at = this.text.indexOf("`", at)) {
      const start = at;
      while (this.text[at] === "`") at++;
      if (at - start === length) return start;
    }
    return -1;
  }

  #escape(at: number): Found | undefined {
    const sign = this.text[at + 1] ?? "";
    if (sign === "" || !ESCAPED.includes(sign)) return undefined;
    const begins = BEFORE_ESCAPE.test(this.text[at - 1] ?? "");
    if (!begins && !this.#escaped.has(sign)) return { end: at + 1 };
    if (begins) this.#escaped.add(sign);
    else this.#escaped.delete(sign);
    return { piece: { kind: "text", text: sign }, end: at + 2 };
  }
}
