/** A field that is as high as its text. */
import { useLayoutEffect } from "preact/hooks";

/** The text wraps anew when the window changes. */
export function useGrowing(area: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    if (area.current) grow(area.current);
  }, [area, text]);
  useLayoutEffect(() => {
    const field = area.current;
    if (field === null) return;
    let width = field.clientWidth;
    const observer = new ResizeObserver(() => {
      if (field.clientWidth === width) return;
      width = field.clientWidth;
      grow(field);
    });
    observer.observe(field);
    return () => observer.disconnect();
  }, [area]);
}

function grow(field: HTMLTextAreaElement): void {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
