/** Runs of marks, and whether they may open or close emphasis where they stand. */

export type Mark = "*" | "_" | "~";

export interface Run {
  readonly mark: Mark;
  readonly length: number;
  readonly opens: boolean;
  readonly closes: boolean;
}

/** What a character allows beside a mark. CommonMark asks for words only; people paste paths, patterns and faces. */
interface Allows {
  readonly openAfter: boolean;
  readonly closeBefore: boolean;
  readonly inOpening: boolean;
  readonly inClosing: boolean;
  /** Of a script that writes words, or what belongs to them, without spaces. */
  readonly spaceless: boolean;
  readonly word: boolean;
}

const OPEN_AFTER = /^$|[\s\p{Ps}\p{Pi}\p{Pd}\p{So}"'¿¡*_~]|\ufe0f/u;
const CLOSE_BEFORE = /^$|[\s\p{Pe}\p{Pf}\p{Pd}\p{So}"'.,:;!?*_~]/u;
const NOT_IN_OPENING = /^$|[\s./\\,:;!?\p{Pe}\p{Pf}]/u;
const NOT_IN_CLOSING = /^$|[\s/\\\p{Ps}\p{Pi}]/u;
const SPACELESS =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\u3001-\u303f\uff01-\uff0f\uff1a-\uff20]/u;
const WORD = /[\p{L}\p{N}]/u;

/** Of ASCII, and of the text's end: these are asked about most. */
const known = new Map<string, Allows>();

/** The run of marks that begins at `at`. */
export function runAt(text: string, at: number, mark: Mark): Run {
  let end = at + 1;
  while (text[end] === mark) end++;
  const before = allows(charBefore(text, at));
  const next = charAt(text, end);
  const after = allows(next);
  const opens = after.inOpening && (before.openAfter || (mark === "*" && before.spaceless));
  // A full stop within a name or a number ends no sentence.
  const within = ".,:;!?".includes(next) && allows(charAt(text, end + next.length)).word;
  const closes =
    before.inClosing && ((after.closeBefore && !within) || (mark === "*" && after.spaceless));
  return { mark, length: end - at, opens, closes };
}

function allows(char: string): Allows {
  const found = known.get(char);
  if (found !== undefined) return found;
  const made = {
    openAfter: OPEN_AFTER.test(char),
    closeBefore: CLOSE_BEFORE.test(char),
    inOpening: !NOT_IN_OPENING.test(char),
    inClosing: !NOT_IN_CLOSING.test(char),
    spaceless: SPACELESS.test(char),
    word: WORD.test(char),
  };
  if (char < "\x80") known.set(char, made);
  return made;
}

function charAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code !== undefined && code > 0xffff ? text.slice(at, at + 2) : text.charAt(at);
}

/** The character that ends at `at`. */
function charBefore(text: string, at: number): string {
  const pair = at > 1 && (text.codePointAt(at - 2) ?? 0) > 0xffff;
  return pair ? text.slice(at - 2, at) : text.charAt(at - 1);
}
