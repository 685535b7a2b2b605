/** Which word before the caret can be completed, and in which order people are suggested. */
import type { Person } from "./people";

export type CompletionKind = "@" | "#" | ":";

export interface Unfinished {
  readonly kind: CompletionKind;
  /** What stands behind the sign. */
  readonly query: string;
  /** Where the sign stands. */
  readonly from: number;
}

/** With two letters, since `:D` and `:p` are faces. */
const EMOJI = /(?<=^|[\s(]):([\p{L}+][\p{L}\p{N}_+-]+)$/u;
/** A name has spaces; a person behind an address isn't meant, as the server has it. */
const NAME = /(?<![\p{L}\p{N}\p{M}_.@#])([@#])((?:[^\s@#][^\n@#]{0,63})?)$/u;

/** The word that ends at `caret`; absent within code. */
export function unfinishedAt(text: string, caret: number): Unfinished | undefined {
  const before = text.slice(0, caret);
  if (isInCode(before)) return undefined;
  const emoji = EMOJI.exec(before);
  if (emoji) return { kind: ":", query: (emoji[1] ?? "").replace(/[_-]/g, " "), from: emoji.index };
  const [, kind, query = ""] = NAME.exec(before) ?? [];
  if (kind !== "@" && kind !== "#") return undefined;
  return { kind, query, from: caret - query.length - 1 };
}

function isInCode(before: string): boolean {
  const fences = before.split("```");
  const line = fences.at(-1)?.split("\n").at(-1) ?? "";
  return fences.length % 2 === 0 || line.split("`").length % 2 === 0;
}

/** Those who spoke lately, the last one first, then the members and then all others, each in the order that they have. */
export function inOrder(
  people: readonly Person[],
  spoke: readonly string[],
  isMember: (uuid: string) => boolean,
): Person[] {
  const rank = ({ uuid }: Person) => {
    const at = spoke.indexOf(uuid);
    if (!isMember(uuid)) return spoke.length + 1;
    return at < 0 ? spoke.length : at;
  };
  return [...people].sort((a, b) => rank(a) - rank(b));
}
