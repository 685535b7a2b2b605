/** What this browser is called in the list of the user's devices, such as "Firefox on Windows". */

/** The first one whose sign is there: browsers name those that they descend from, too. */
const BROWSERS = ["Edge|Edg", "Opera|OPR", "Firefox|FxiOS", "Chrome|CriOS", "Safari"];
const SYSTEMS = ["iPhone", "iPad", "Android", "Windows", "CrOS", "Mac", "Linux"];

export function deviceName(agent: string): string {
  const named = (all: string[]) => all.find((signs) => new RegExp(signs).test(agent));
  return [named(BROWSERS)?.split("|")[0], named(SYSTEMS)].filter(Boolean).join(" on ");
}
