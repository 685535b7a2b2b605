/** The page's icon with a number on it, which loads with the first message that is counted. */

/** Above this there is room for no number. */
const MOST = 9;
const DISC = '<circle cx="42" cy="24" r="22" fill="#d6202a"/>';

/** The address of the icon that says `count`. */
export async function numberedIcon(count: number): Promise<string> {
  const icon = await (await fetch("/icon.svg")).text();
  const text = count > MOST ? `${MOST}+` : String(count);
  const size = text.length > 1 ? 26 : 34;
  const number = `<text x="42" y="${24 + 0.36 * size}" font-family="sans-serif" font-size="${size}" font-weight="700" text-anchor="middle" fill="#fff">${text}</text>`;
  const svg = icon.replace("</svg>", `${DISC}${number}</svg>`);
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
