/** Whom a text mentions, as far as its writer chose them. */
import type { Mentioned } from "./outbox";

/** As many as the server takes by name. */
const MOST = 50;
const CODE = /(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g;
const PLACES = /(?<![\p{L}\p{N}\p{M}_.])@(?=\S)/gu;
const GOES_ON = /^[\p{L}\p{N}\p{M}_]/u;

/** `chosen` are users by their names. Where others are named as well, the server finds all by their names. */
export function mentionedIn(text: string, chosen: ReadonlyMap<string, string>): Mentioned {
  const plain = text.replace(CODE, " ");
  const names = [...chosen.keys()].sort((a, b) => b.length - a.length);
  const found = [...plain.matchAll(PLACES)].map(({ index }) => {
    const rest = plain.slice(index + 1);
    return ends(rest, names) ?? ends(rest.toLowerCase(), ["all"]);
  });
  const mentions = [...new Set(found.flatMap((name) => chosen.get(name ?? "") ?? []))];
  const isKnown = found.every((name) => name !== undefined) && mentions.length <= MOST;
  const all = found.some((name) => name === "all" && !chosen.has(name));
  return { ...(mentions.length > 0 && isKnown && { mentions }), ...(all && { mentionAll: true }) };
}

/** The first of the names that the text begins with, and that ends where a word does. */
function ends(text: string, names: readonly string[]): string | undefined {
  return names.find((name) => text.startsWith(name) && !GOES_ON.test(text.slice(name.length)));
}
