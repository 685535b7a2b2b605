/** Whether a text is a few emoji and nothing else; such are shown large. */

/** More than these, and longer texts, aren't. */
const MOST = 12;
const LONGEST = 200;

/** Unicode's own list of emoji, flags, keycaps and families among them. A browser that is too old for it shows none large. */
const ONLY_EMOJI = compiled(`^\\s*(?:\\p{RGI_Emoji}\\s*){1,${MOST}}$`);

export function isOnlyEmoji(text: string): boolean {
  return text.length <= LONGEST && ONLY_EMOJI !== undefined && ONLY_EMOJI.test(text);
}

function compiled(source: string): RegExp | undefined {
  try {
    return new RegExp(source, "v");
  } catch {
    return undefined;
  }
}
