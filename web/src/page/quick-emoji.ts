/** The three reactions that are one click away: those that this browser's user takes most. */
import { signal } from "@preact/signals";
import type { Store } from "../state/kept";

const KEPT = "chinwag.reactions";
const FIRST = ["👍", "🎉", "❤️"];

/** Changes when one is taken. */
const version = signal(0);

export function quickEmoji(kept: Store): string[] {
  version.value;
  const counts = kept.read<Record<string, number>>(KEPT) ?? {};
  const taken = Object.keys(counts).sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0));
  return [...new Set([...taken.filter((emoji) => (counts[emoji] ?? 0) > 1), ...FIRST])].slice(0, 3);
}

/** Once is by chance; from the second time on it is one of the three. */
export function learnEmoji(kept: Store, emoji: string): void {
  const counts = kept.read<Record<string, number>>(KEPT) ?? {};
  kept.write(KEPT, { ...counts, [emoji]: (counts[emoji] ?? 0) + 1 });
  version.value++;
}
