/** Keeps the rows of a list where they are while one is pressed, so that the press ends on the row that it began on. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

/** A touch screen makes the click some time after the finger is lifted, in milliseconds. */
const CLICK_AFTER = 300;
const ENDS = ["pointerup", "pointercancel", "dragend"] as const;

/** Returns `rows`, or while the pointer is down those of before, and the handler for `pointerdown`. */
export function useSteadyRows<T>(rows: readonly T[]): {
  rows: readonly T[];
  press: (event: PointerEvent) => void;
} {
  const pressed = useSignal(false);
  const shown = useRef(rows);
  if (!pressed.value) shown.current = rows;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const press = (event: PointerEvent) => {
    if (event.button !== 0) return;
    clearTimeout(timer.current);
    pressed.value = true;
  };
  useEffect(() => {
    const release = () => {
      if (!pressed.value) return;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        pressed.value = false;
      }, CLICK_AFTER);
    };
    for (const name of ENDS) addEventListener(name, release);
    return () => {
      clearTimeout(timer.current);
      for (const name of ENDS) removeEventListener(name, release);
    };
  }, [pressed]);
  return { rows: shown.current, press };
}
