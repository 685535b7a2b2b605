/** Follows the chosen theme; the first paint has it already, by early-theme.js. */
import { effect } from "@preact/signals";
import type { Settings } from "./settings";

export function followTheme(settings: Settings): void {
  effect(() => {
    const theme = settings.theme.value;
    const root = document.documentElement;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
  });
}
