/** Reads a message's text: blocks of code, quotes, lists, and the lines between. It yields plain data, never markup. */
import { inline } from "./inline";

export type Piece =
  | { kind: "text"; text: string }
  | { kind: "link"; text: string; address: string }
  | { kind: "code"; text: string }
  | { kind: "block"; text: string; language: string }
  | { kind: "quote"; pieces: Piece[] }
  | { kind: "list"; items: Item[] }
  | { kind: "strong" | "em" | "strike"; pieces: Piece[] };

export interface Item {
  /** A bullet, or the number as it was typed. */
  readonly mark: string;
  /** 0 is the outermost. */
  readonly depth: number;
  readonly pieces: Piece[];
}

const FENCE = /```([\w+#.-]*)[ \t]*\n([\s\S]*?)\n?```[ \t]*\n?|```([^\n`]+)```/g;
/** With a space, unlike in CommonMark: `>_<` is a face. */
const QUOTE = /^ {0,3}>(?: |$)/;
const ITEM = /^( *)([-*]|\d{1,9}[.)])[ \t]+(?=\S)/;
const MORE_OF_ITEM = /^ {2,}\S/;
/** Deeper than people write. Each depth of quotes reads the text once more, so this bounds the work. */
const DEEPEST = 3;

export function parse(text: string): Piece[] {
  const pieces: Piece[] = [];
  const shown = withoutEmptyEnds(text);
  let from = 0;
  for (const fence of shown.matchAll(FENCE)) {
    blocks(shown.slice(from, fence.index).replace(/\n$/, ""), 0, pieces);
    pieces.push({ kind: "block", text: fence[2] ?? fence[3] ?? "", language: fence[1] ?? "" });
    from = fence.index + fence[0].length;
  }
  blocks(shown.slice(from), 0, pieces);
  return pieces;
}

/** Empty lines at the ends, as a paste brings them, say nothing. Spaces before the first word may. */
function withoutEmptyEnds(text: string): string {
  const first = text.search(/\S/);
  return first === -1 ? "" : text.slice(text.lastIndexOf("\n", first) + 1).trimEnd();
}

/** Quotes and lists among lines. */
function blocks(text: string, depth: number, pieces: Piece[]): void {
  if (text === "") return;
  const lines = text.split("\n");
  let plain = 0;
  for (let at = 0; at < lines.length; ) {
    const [piece, end] = blockAt(lines, at, depth);
    if (piece !== undefined) {
      addLines(lines.slice(plain, at), pieces);
      pieces.push(piece);
      plain = end;
    }
    at = end;
  }
  addLines(lines.slice(plain), pieces);
}

function addLines(lines: readonly string[], pieces: Piece[]): void {
  if (lines.length > 0) for (const piece of inline(lines.join("\n"))) pieces.push(piece);
}

/** The block that begins at a line, if one does, and the line after it. */
function blockAt(lines: readonly string[], at: number, depth: number): [Piece | undefined, number] {
  let end = at;
  if (depth < DEEPEST && /^ {0,3}> /.test(lines[at] ?? "")) {
    while (QUOTE.test(lines[end] ?? "")) end++;
    const inside: Piece[] = [];
    const quoted = lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
    blocks(quoted.join("\n"), depth + 1, inside);
    return [{ kind: "quote", pieces: inside }, end];
  }
  const items: Item[] = [];
  while (ITEM.test(lines[end] ?? "")) {
    const first = end++;
    while (MORE_OF_ITEM.test(lines[end] ?? "") && !ITEM.test(lines[end] ?? "")) end++;
    items.push(item(lines.slice(first, end)));
  }
  return items.length > 0 ? [{ kind: "list", items }, end] : [undefined, at + 1];
}

function item([first = "", ...more]: readonly string[]): Item {
  const [whole = "", indent = "", mark = ""] = ITEM.exec(first) ?? [];
  const lines = [first.slice(whole.length), ...more.map((line) => line.trimStart())];
  return {
    mark: /\d/.test(mark) ? mark : "•",
    depth: Math.min(DEEPEST, Math.floor(indent.length / 2)),
    pieces: inline(lines.join("\n")),
  };
}
