/** Whether there is room for two panes, as a signal. */
import { type ReadonlySignal, signal } from "@preact/signals";

export const wide: ReadonlySignal<boolean> = matches("(min-width: 720px)");

function matches(query: string): ReadonlySignal<boolean> {
  const media = matchMedia(query);
  const now = signal(media.matches);
  media.addEventListener("change", (event) => {
    now.value = event.matches;
  });
  return now;
}
