/** Finds addresses in a text: where one ends, and what of it belongs to the sentence around. */

/** Longer ones stay text, in whole: the start of an address would lead elsewhere. */
const LONGEST_LINK = 2048;
/** Up to white space, quotes and brackets that no address has, and the punctuation of scripts that have no spaces. */
const ADDRESS =
  /https?:\/\/[^\s<>"`\\^{|}\p{Cc}\p{Pi}\p{Pf}\u2014\u2026\u060c\u061b\u061f\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65„‚]+/iuy;
const NAMED = /\[([^[\]\n]{1,300})\]\((https?:\/\/[^\s<>"`[\]\\^{|}\p{Cc}]{1,2048}?)\)(?!\))/iuy;
/** A host in Latin letters ends where a script begins that has no spaces between words. */
const HOST_AND_WORDS =
  /^(https?:\/\/[^/?#]*?[a-z0-9])[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/iu;
const PUNCTUATION = /\p{P}/u;
/** Punctuation that ends an address. */
const ENDS = "/&=-#%@+$";

export interface Link {
  readonly text: string;
  readonly address: string;
}

/** What begins at `at`, up to `end`; without a `link` it stays text. */
export interface FoundLink {
  readonly link?: Link;
  readonly end: number;
}

export function addressAt(text: string, at: number): FoundLink | undefined {
  if (/[a-z0-9]/i.test(text[at - 1] ?? "")) return undefined;
  ADDRESS.lastIndex = at;
  const match = ADDRESS.exec(text)?.[0].split("](", 1)[0];
  if (match === undefined) return undefined;
  const address = withoutTail(HOST_AND_WORDS.exec(match)?.[1] ?? match, text[at - 1] ?? "");
  return found(at, at + address.length, { text: address, address });
}

/** `[text](address)`. A text that looks like another address would deceive, so it stays as it was typed. */
export function namedLinkAt(text: string, at: number): FoundLink | undefined {
  NAMED.lastIndex = at;
  const [whole, name = "", address = ""] = NAMED.exec(text) ?? [];
  if (whole === undefined || /:\/\/|^www\./i.test(name)) return undefined;
  return found(at, at + whole.length, { text: name, address });
}

function found(at: number, end: number, link: Link): FoundLink | undefined {
  if (end === at) return undefined;
  const leads = link.address.length <= LONGEST_LINK && URL.canParse(link.address);
  return leads ? { link, end } : { end };
}

/** Punctuation after an address belongs to the sentence; a bracket does unless it was opened in the address. */
function withoutTail(address: string, before: string): string {
  const unopened: Record<string, number> = {
    ")": excess(address, ")", "("),
    "]": excess(address, "]", "["),
  };
  let end = address.length;
  for (;;) {
    const last = address[end - 1] ?? "";
    const brackets = unopened[last];
    if (brackets !== undefined) {
      if (brackets <= 0) return address.slice(0, end);
      unopened[last] = brackets - 1;
    } else if (!endsSentence(last, before)) return address.slice(0, end);
    end--;
  }
}

/** `_` and `~` are marks around an address only where one stands before it as well. */
function endsSentence(last: string, before: string): boolean {
  if (last === "_" || last === "~") return last === before;
  return PUNCTUATION.test(last) && !ENDS.includes(last);
}

/** How many more of `close` than of `open` there are; less than 0 when there are fewer. */
function excess(text: string, close: string, open: string): number {
  let more = 0;
  for (const char of text) more += char === close ? 1 : char === open ? -1 : 0;
  return more;
}
