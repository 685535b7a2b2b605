/** What the page is shown on, as signals. */
import { type ReadonlySignal, signal } from "@preact/signals";

/** Whether there is room for two panes. */
export const wide: ReadonlySignal<boolean> = matches("(min-width: 720px)");
/** Whether there is room for the details beside the channel. */
export const roomy: ReadonlySignal<boolean> = matches("(min-width: 1100px)");
/** Whether fingers are all there is, so that the keyboard is one on the screen. */
export const touch: ReadonlySignal<boolean> = matches("(hover: none) and (pointer: coarse)");

function matches(query: string): ReadonlySignal<boolean> {
  const media = matchMedia(query);
  const now = signal(media.matches);
  media.addEventListener("change", (event) => {
    now.value = event.matches;
  });
  return now;
}
