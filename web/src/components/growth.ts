/** How the virtual list grows at both ends, and when it asks for more without a gesture. */
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * The virtual list can take rows at its start or at its end in one go, not both: when older and newer
 * ones came together, the newer wait for the next go.
 */
export function useGrowth(first: number, length: number, again: (n: number) => void) {
  const before = useRef({ first: 0, count: 0 });
  const shift = before.current.first > 0 && first > 0 && first < before.current.first;
  const count = shift
    ? Math.min(length, before.current.count + before.current.first - first)
    : length;
  useLayoutEffect(() => {
    before.current = { first, count };
    if (count < length) again(0);
  });
  return { shift, count };
}

/** Asks without a gesture: in a window so tall that nothing scrolls, at either end, and after a break. */
export function useFill(askMore: () => void, when: readonly unknown[]): void {
  useLayoutEffect(askMore, when);
}
