/** Texts of one length that are made to be costly: every mark alone, in pairs, only opened and only closed. */

/** Marks, brackets, links that can and can't be parsed, and signs of more than one character. */
const PARTS: readonly string[] = [
  ...["*", "**", "_", "__", "~~", "*_**__~~a"],
  ...["`", "```", "```\n", "```x\n", "\n```"],
  ...["(", ")", "[", "]", "()", "[x](http://a)"],
  ...["http://", "http://:", "http://[", "http://a(", "HTTPS://a.b/", "h"],
  ...[" ", "\n", "a", " *a", "a* ", "👩‍👩‍👧‍👦", "1️⃣", "\u0310", "\ud83d", "."],
];

/** Each with a name for it. */
export function hostileTexts(length: number): (readonly [name: string, text: string])[] {
  const fill = (unit: string, to = length) => unit.repeat(Math.ceil(to / unit.length)).slice(0, to);
  const texts: (readonly [string, string])[] = [];
  const add = (how: string, parts: readonly string[], text: string) =>
    texts.push([`${parts.map((part) => JSON.stringify(part)).join(" and ")} ${how}`, text]);
  for (const one of PARTS) {
    add("alone", [one], fill(one));
    add("opened", [one], fill(`${one}a `));
    add("closed", [one], fill(` a${one}`));
    add("in pairs", [one], fill(`${one}a${one} `));
    for (const other of PARTS) {
      if (other === one) continue;
      add("by turns", [one, other], fill(one + other));
      add("in halves", [one, other], fill(one, length / 2) + fill(other, length / 2));
    }
  }
  return texts;
}
