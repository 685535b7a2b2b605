/** What is done with the messages of a frame: pointed at, touched, pressed long, or walked by keys. What answers pointers loads with the first of these. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useRef, useState } from "preact/hooks";
import type { Gesture, GestureHandling } from "./gesture-handling";

export interface MenuPlace {
  readonly seq: number;
  /** Where the button is within the frame of the messages, in pixels. */
  readonly top: number;
  readonly bottom: number;
  readonly end: number;
  /** Whether an emoji is picked for the message instead. */
  readonly picks: boolean;
}

export interface Gestures {
  /** The message whose tools are shown. The list isn't drawn anew for it, since it would go back to its end. */
  readonly active: ReadonlySignal<number | undefined>;
  /** The message whose menu is open. */
  readonly at: MenuPlace | undefined;
  /** Goes back to the button that opened it. */
  close: () => void;
  /** The focus is elsewhere already, or the button is. */
  leave: () => void;
  pick: () => void;
  /** For the frame. */
  readonly handlers: {
    onClick: (event: Gesture) => void;
    onContextMenu: (event: Gesture) => void;
    onFocusIn: (event: Gesture) => void;
    onPointerDown: (event: Gesture) => void;
    onPointerUp: (event: Gesture) => void;
    onPointerCancel: (event: Gesture) => void;
    onPointerMove: (event: Gesture) => void;
    onTouchEnd: (event: Gesture) => void;
    onKeyDown: (event: KeyboardEvent) => void;
  };
}

export const MORE = ".entry-more";

/** `to` leads to the message that a quote is of. */
export function useGestures(to: (seq: number, from: number) => void): Gestures {
  const active = useSignal<number | undefined>(undefined);
  const [at, show] = useState<MenuPlace | undefined>(undefined);
  const lead = useRef(to);
  lead.current = to;
  const handling = useRef<GestureHandling | undefined>(undefined);
  const handle = (event: Gesture) => {
    const frame = event.currentTarget as HTMLElement;
    if (handling.current) {
      handling.current.handle(event, frame);
      return;
    }
    // The first gestures are answered in their order, a moment later.
    import("./gesture-handling").then(
      ({ GestureHandling }) => {
        handling.current ??= new GestureHandling(active, show, lead);
        handling.current.handle(event, frame);
      },
      () => undefined,
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (at === undefined && walk(event)) event.preventDefault();
  };
  const leave = () => show(undefined);
  return {
    ...{ active, at, leave },
    close: () => {
      leave();
      if (at) handling.current?.focus(at);
    },
    pick: () => show(at && { ...at, picks: true }),
    // Each key means what has the focus when it is pressed, so that none can wait.
    handlers: {
      onClick: handle,
      onContextMenu: handle,
      onFocusIn: handle,
      onPointerDown: handle,
      onPointerUp: handle,
      onPointerCancel: handle,
      onPointerMove: handle,
      onTouchEnd: handle,
      onKeyDown,
    },
  };
}

/** Enter leads from the messages to the tools of the newest in view, and the arrows from there. */
function walk({ key, target, currentTarget }: KeyboardEvent): boolean {
  const frame = currentTarget as HTMLElement;
  const from = target as HTMLElement;
  const entry = from.matches("button") ? from.closest(".entry") : null;
  const more = [...frame.querySelectorAll<HTMLElement>(MORE)];
  const to = entry
    ? (beside(more, entry.querySelector(MORE), key, ["ArrowUp", "ArrowDown"]) ??
      beside([...entry.querySelectorAll("button")], from, key, ["ArrowLeft", "ArrowRight"]))
    : key === "Enter" && from.id === "messages" && newestIn(more, frame);
  if (!to) return false;
  to.focus();
  to.scrollIntoView({ block: "nearest" });
  return true;
}

function beside(
  all: readonly HTMLElement[],
  from: Element | null,
  key: string,
  keys: readonly string[],
): HTMLElement | undefined {
  const step = keys.indexOf(key);
  return step < 0 ? undefined : all[all.indexOf(from as HTMLElement) + 2 * step - 1];
}

function newestIn(buttons: readonly HTMLElement[], frame: HTMLElement): HTMLElement | undefined {
  const { top, bottom } = frame.getBoundingClientRect();
  return buttons.findLast((button) => {
    const box = button.getBoundingClientRect();
    return box.top >= top && box.bottom <= bottom;
  });
}
