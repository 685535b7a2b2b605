/** Marks in a text the words that were searched for, and cuts out the part around them. */
import type { Sought } from "./terms";
import { type Word, words } from "./words";

export interface Part {
  readonly text: string;
  readonly marked: boolean;
}

/** From, and up to, a place in the text. */
type Stretch = readonly [from: number, to: number];

/** What is shown of a long text, in characters, and how much of it stands before the first mark. */
const LONGEST = 260;
const BEFORE = 70;

/** The text in parts; a long one is cut to what stands around the first mark. */
export function excerpt(text: string, sought: readonly Sought[]): Part[] {
  const marks = stretches(text, sought);
  const [from, to] = cut(text, marks[0]?.[0] ?? 0);
  const parts: Part[] = [];
  const add = (part: string, marked: boolean) => part && parts.push({ text: part, marked });
  let at = from;
  if (from > 0) add("…", false);
  for (const [begin, end] of marks) {
    if (end <= at || begin >= to) continue;
    add(text.slice(at, Math.max(at, begin)), false);
    add(text.slice(Math.max(at, begin), Math.min(end, to)), true);
    at = Math.min(end, to);
  }
  add(text.slice(at, to), false);
  if (to < text.length) add("…", false);
  return parts;
}

/** Where the words stand, in order and apart from each other. */
function stretches(text: string, sought: readonly Sought[]): Stretch[] {
  const all = words(text);
  const found = sought.flatMap(({ text: wanted, isBeginning }) =>
    stretchesOf(all, words(wanted), isBeginning),
  );
  found.sort(([a], [b]) => a - b);
  const apart: [number, number][] = [];
  for (const [from, to] of found) {
    const last = apart.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else apart.push([from, to]);
  }
  return apart;
}

function stretchesOf(all: readonly Word[], phrase: readonly Word[], beginning: boolean): Stretch[] {
  const [only] = phrase;
  if (only === undefined) return [];
  if (phrase.length === 1 && only.spaceless) return all.flatMap((word) => partsOf(word, only));
  return all.flatMap((_, at) => {
    const found: Stretch[] = [];
    for (const [n, wanted] of phrase.entries()) {
      const word = all[at + n];
      const isLast = n === phrase.length - 1;
      const stretch = word && stretchIn(word, wanted, n === 0, isLast, beginning);
      if (stretch === undefined) return [];
      found.push(stretch);
    }
    return found;
  });
}

/** The part of a word that a word of a phrase stands for; a run without spaces goes on at the phrase's ends. */
function stretchIn(
  { folded, spaceless, places }: Word,
  wanted: Word,
  first: boolean,
  last: boolean,
  beginning: boolean,
): Stretch | undefined {
  const size = wanted.folded.length;
  const isBegun = last && (beginning || spaceless) && folded.startsWith(wanted.folded);
  if (folded === wanted.folded || isBegun) return stretch(places, 0, size);
  if (first && spaceless && folded.endsWith(wanted.folded))
    return stretch(places, folded.length - size, folded.length);
  return undefined;
}

function partsOf({ folded, spaceless, places }: Word, { folded: wanted }: Word): Stretch[] {
  if (!spaceless) return [];
  const found: Stretch[] = [];
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1))
    found.push(stretch(places, at, at + wanted.length));
  return found;
}

function stretch(places: readonly number[], from: number, to: number): Stretch {
  return [places[from] ?? 0, places[to] ?? 0];
}

/** The part of the text that is shown, between words where there are spaces. */
function cut(text: string, mark: number): Stretch {
  if (text.length <= LONGEST) return [0, text.length];
  const from = mark <= BEFORE ? 0 : edge(text, mark - BEFORE, mark);
  const to = Math.min(text.length, from + LONGEST);
  const space = text.lastIndexOf(" ", to);
  const isNear = space > to - 30 && space > mark;
  return [from, to === text.length ? to : isNear ? space : whole(text, to)];
}

/** The beginning of the first word from here on, but not behind `most`. */
function edge(text: string, from: number, most: number): number {
  const space = text.indexOf(" ", from);
  return space >= 0 && space < Math.min(most, from + 30) ? space + 1 : whole(text, from);
}

/** Not between the halves of a character. */
function whole(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : at;
}
