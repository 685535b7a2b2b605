/** Which message's menu is open: by the button that shows at a message, by touch, or by keys. */
import { useState } from "preact/hooks";
import { touch } from "../page/media";

export interface MenuPlace {
  readonly seq: number;
  /** Where the button is within the frame of the messages, in pixels. */
  readonly top: number;
  readonly bottom: number;
  readonly end: number;
}

export interface MessageMenus {
  readonly at: MenuPlace | undefined;
  /** Goes back to the button that opened it. */
  close: () => void;
  /** The focus is elsewhere already, or the button is. */
  leave: () => void;
  onClick: (event: MouseEvent) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

const BUTTON = ".entry-more";

export function useMessageMenu(): MessageMenus {
  const [at, setAt] = useState<MenuPlace | undefined>(undefined);
  const close = () => {
    const seq = at?.seq;
    setAt(undefined);
    document.querySelector<HTMLElement>(`[data-seq="${seq}"] ${BUTTON}`)?.focus();
  };
  const leave = () => setAt(undefined);
  const onClick = (event: MouseEvent) => {
    const target = event.target as Element;
    const button = target.closest<HTMLElement>(BUTTON);
    const frame = event.currentTarget as HTMLElement;
    if (button) setAt(placeOf(button, frame));
    else if (touch.value && !target.closest("a, button")) pick(target.closest(".message"), frame);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const frame = event.currentTarget as HTMLElement;
    if (at === undefined && walk(event, frame)) event.preventDefault();
  };
  return { at, close, leave, onClick, onKeyDown };
}

function placeOf(button: HTMLElement, frame: HTMLElement): MenuPlace {
  const box = button.getBoundingClientRect();
  const around = frame.getBoundingClientRect();
  const rtl = getComputedStyle(frame).direction === "rtl";
  return {
    seq: Number(button.closest<HTMLElement>("[data-seq]")?.dataset.seq),
    top: box.top - around.top,
    bottom: around.bottom - box.bottom,
    end: rtl ? box.left - around.left : around.right - box.right,
  };
}

/** Fingers can't point without pressing, so a touched message shows its button, and the one before hides its own. */
function pick(message: Element | null, frame: HTMLElement): void {
  for (const picked of frame.querySelectorAll("[data-picked]"))
    picked.removeAttribute("data-picked");
  if (getSelection()?.isCollapsed !== false) message?.setAttribute("data-picked", "");
}

/** Enter leads from the messages to the button of the newest in view, and the arrows from there. */
function walk({ key, target }: KeyboardEvent, frame: HTMLElement): boolean {
  const buttons = [...frame.querySelectorAll<HTMLElement>(BUTTON)];
  const from = buttons.indexOf(target as HTMLElement);
  const step = { ArrowUp: -1, ArrowDown: 1 }[key];
  const to =
    from >= 0
      ? step && buttons[from + step]
      : key === "Enter" && (target as Element).id === "messages" && newestIn(buttons, frame);
  if (!to) return false;
  to.focus();
  to.scrollIntoView({ block: "nearest" });
  return true;
}

function newestIn(buttons: readonly HTMLElement[], frame: HTMLElement): HTMLElement | undefined {
  const { top, bottom } = frame.getBoundingClientRect();
  return buttons.findLast((button) => {
    const box = button.getBoundingClientRect();
    return box.top >= top && box.bottom <= bottom;
  });
}
