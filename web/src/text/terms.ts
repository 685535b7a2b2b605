/** What a search looks for: the words as they were typed, and the filters beside them. */

export const FILTERS = ["from", "in", "before", "after", "on", "has"] as const;
export type FilterName = (typeof FILTERS)[number];

export interface Filter {
  readonly name: FilterName;
  /** A name, a day as YYYY-MM-DD, or a kind of content. */
  readonly value: string;
}

export interface Terms {
  readonly text: string;
  readonly filters: readonly Filter[];
}

/** A filter that is being typed at the end of the text. */
export interface TypedFilter extends Filter {
  /** The text before it. */
  readonly before: string;
}

/** One part of a query: a filter, a phrase, or a word; all but a filter may be excluded by `-`. */
const PART = /(?:(?:from|in|before|after|on|has):(?:"[^"]*"?|\S+)|-?"[^"]*"?|\S+)/gi;
const TYPED = /^(.*?)(from|in|before|after|on|has):("[^"]*|\S*)$/is;

export const NOTHING: Terms = { text: "", filters: [] };

/** The query as the server reads it. */
export function queryOf({ text, filters }: Terms): string {
  return [...filters.map(written), text.trim()].filter(Boolean).join(" ");
}

/** Whether it looks for anything; a channel alone is no search. */
export function looksFor({ text, filters }: Terms): boolean {
  return text.trim() !== "" || filters.some(({ name }) => name !== "in");
}

/** The terms with another filter, each once. */
export function withFilter({ text, filters }: Terms, filter: Filter): Terms {
  const isSame = ({ name, value }: Filter) => name === filter.name && value === filter.value;
  return { text, filters: [...filters.filter((each) => !isSame(each)), filter] };
}

export function withoutFilter({ text, filters }: Terms, filter: Filter): Terms {
  return { text, filters: filters.filter((each) => each !== filter) };
}

/** The filter at the end of the text, if it ends with one. */
export function typedFilter(text: string): TypedFilter | undefined {
  const [, before = "", name = "", value = ""] = TYPED.exec(text) ?? [];
  if (name === "" || (before !== "" && !/\s$/.test(before))) return undefined;
  return {
    name: name.toLowerCase() as FilterName,
    value: value.replace(/^"?[#@]?/, ""),
    before: before.trimEnd() === "" ? "" : before,
  };
}

/** A word or a phrase that messages must have. */
export interface Sought {
  readonly text: string;
  /** Whether its last word may be the beginning of a longer one. */
  readonly isBeginning: boolean;
}

/** The words of the text that hits have, without filters and exclusions. */
export function soughtWords(text: string): Sought[] {
  const parts = (text.match(PART) ?? []).filter((part) => !isFilter(part) && !part.startsWith("-"));
  const last = parts.findLastIndex((part) => !part.startsWith('"'));
  return parts.map((part, at) => ({ text: part, isBeginning: at === last }));
}

function isFilter(part: string): boolean {
  return /^(?:from|in|before|after|on|has):./i.test(part);
}

function written({ name, value }: Filter): string {
  return `${name}:${/\s/.test(value) ? `"${value}"` : value}`;
}
