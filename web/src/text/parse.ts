/** Reads a message's text: links, code, emphasis. It yields plain data, never markup. */

export type Piece =
  | { kind: "text"; text: string }
  | { kind: "link"; text: string; address: string }
  | { kind: "code"; text: string }
  | { kind: "block"; text: string; language: string }
  | { kind: "strong" | "em" | "strike"; pieces: Piece[] };

type Emphasis = "strong" | "em" | "strike";

const EMPHASIS: Record<string, Emphasis> = {
  "**": "strong",
  __: "strong",
  "*": "em",
  _: "em",
  "~~": "strike",
};
const LINK = /https?:\/\/[^\s<>"'`\\^{|}\p{Cc}]+/iuy;
/** Longer ones stay text, in whole: the start of an address would lead elsewhere. */
const LONGEST_LINK = 2048;
const WORD = /[\p{L}\p{N}]/u;
/** Deeper than people write. Each depth reads the text once more, so this bounds the work. */
const DEEPEST = 4;

export function parse(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const fence of text.matchAll(
    /```([\w+#.-]*)[ \t]*\n([\s\S]*?)\n?```[ \t]*\n?|```([^\n`]+)```/g,
  )) {
    const before = text.slice(from, fence.index).replace(/\n$/, "");
    inline(before, 0, pieces);
    pieces.push({ kind: "block", text: fence[2] ?? fence[3] ?? "", language: fence[1] ?? "" });
    from = fence.index + fence[0].length;
  }
  return inline(text.slice(from), 0, pieces);
}

/**
 * A scan from left to right, whose pieces join `pieces`. A mark whose end isn't found is remembered, so no text is
 * searched twice for it.
 */
function inline(text: string, depth: number, pieces: Piece[] = []): Piece[] {
  const endless = new Set<string>();
  let plain = 0;
  let at = 0;
  const add = (piece: Piece, from: number, to: number) => {
    if (from > plain) pieces.push({ kind: "text", text: text.slice(plain, from) });
    pieces.push(piece);
    plain = at = to;
  };
  while (at < text.length) {
    const found = pieceAt(text, at, depth, endless);
    if (found?.piece) add(found.piece, at, found.end);
    else at = found?.end ?? at + 1;
  }
  if (plain < text.length) pieces.push({ kind: "text", text: text.slice(plain) });
  return pieces;
}

/** What begins at a place, up to `end`; without a `piece` it stays plain text. */
interface Found {
  piece?: Piece;
  end: number;
}

function pieceAt(text: string, at: number, depth: number, endless: Set<string>): Found | undefined {
  const char = text[at];
  if (char === "h" || char === "H") return linkAt(text, at);
  if (char === "`") return codeAt(text, at, endless);
  if (char === "*" || char === "_" || char === "~") return emphasisAt(text, at, depth, endless);
  return undefined;
}

function linkAt(text: string, at: number): Found | undefined {
  if (at > 0 && WORD.test(text[at - 1] ?? "")) return undefined;
  LINK.lastIndex = at;
  const match = LINK.exec(text)?.[0];
  const address = match && withoutTail(match);
  if (!address) return undefined;
  const end = at + address.length;
  const piece: Piece = { kind: "link", text: address, address };
  return address.length <= LONGEST_LINK && URL.canParse(address) ? { piece, end } : { end };
}

/** A full stop or a closing bracket after a link belongs to the sentence, unless it was opened in the link. */
function withoutTail(address: string): string {
  const unopened: Record<string, number> = {
    ")": excess(address, ")", "("),
    "]": excess(address, "]", "["),
  };
  let end = address.length;
  for (;;) {
    const last = address[end - 1] ?? "";
    const brackets = unopened[last] ?? 0;
    if (brackets > 0) unopened[last] = brackets - 1;
    else if (!/[.,:;!?*_~]/.test(last)) return address.slice(0, end);
    end--;
  }
}

/** How many more of `close` than of `open` there are; less than 0 when there are fewer. */
function excess(text: string, close: string, open: string): number {
  let more = 0;
  for (const char of text) more += char === close ? 1 : char === open ? -1 : 0;
  return more;
}

function codeAt(text: string, at: number, endless: Set<string>): Found | undefined {
  if (endless.has("`")) return undefined;
  const end = text.indexOf("`", at + 1);
  if (end === -1) endless.add("`");
  const code = text.slice(at + 1, end);
  if (end <= at + 1 || code.includes("\n")) return undefined;
  return { piece: { kind: "code", text: code }, end: end + 1 };
}

function emphasisAt(
  text: string,
  at: number,
  depth: number,
  endless: Set<string>,
): Found | undefined {
  const mark = text[at + 1] === text[at] ? text.slice(at, at + 2) : (text[at] ?? "");
  const kind = EMPHASIS[mark];
  if (kind === undefined || depth >= DEEPEST || endless.has(mark)) return undefined;
  const from = at + mark.length;
  // `2 * 3 * 4` and `snake_case_name` are not emphasis.
  if (/\s/.test(text[from] ?? " ") || WORD.test(text[at - 1] ?? "")) return undefined;
  const end = closing(text, from, mark);
  if (end === -1) {
    endless.add(mark);
    return undefined;
  }
  return {
    piece: { kind, pieces: inline(text.slice(from, end), depth + 1) },
    end: end + mark.length,
  };
}

function closing(text: string, from: number, mark: string): number {
  for (let end = text.indexOf(mark, from + 1); end !== -1; end = text.indexOf(mark, end + 1)) {
    const after = text[end + mark.length] ?? "";
    const part = mark.length === 1 && (after === mark || text[end - 1] === mark);
    if (!part && !/\s/.test(text[end - 1] ?? "") && !WORD.test(after)) return end;
  }
  return -1;
}

const ONLY_EMOJI = /^[\p{Extended_Pictographic}\p{Emoji_Component}\s]{1,24}$/u;

/** A few emoji and nothing else are shown large. */
export function isOnlyEmoji(text: string): boolean {
  return ONLY_EMOJI.test(text) && /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(text);
}
