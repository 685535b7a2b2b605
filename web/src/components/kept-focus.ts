/** Where the focus goes in what comes and goes. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { keepFocus } from "../page/keeping-focus";

/** The focus stays in a dialog or panel as long as that is shown. */
export function useKeptFocus(container: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => (container.current ? keepFocus(container.current) : undefined), []);
}

/** Its first button has the focus when it comes, and what had it before gets it back. */
export function useBorrowedFocus<E extends HTMLElement>(): RefObject<E | null> {
  const box = useRef<E>(null);
  useLayoutEffect(() => {
    const { current } = box;
    const before = document.activeElement;
    current?.querySelector("button")?.focus();
    return () => {
      const { activeElement: now } = document;
      const isFree = now === document.body || current?.contains(now);
      if (isFree && before instanceof HTMLElement) before.focus();
    };
  }, []);
  return box;
}
