/** What is done with the messages of a frame: pointed at, touched, pressed long, or walked by keys. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useRef, useState } from "preact/hooks";
import { touch } from "../page/media";

export interface MenuPlace {
  readonly seq: number;
  /** Where the button is within the frame of the messages, in pixels. */
  readonly top: number;
  readonly bottom: number;
  readonly end: number;
}

export interface Gestures {
  /** The message whose tools are shown. The list isn't drawn anew for it, since it would go back to its end. */
  readonly active: ReadonlySignal<number | undefined>;
  /** The message whose menu is open. */
  readonly at: MenuPlace | undefined;
  /** Whether an emoji is picked for it instead. */
  readonly picks: boolean;
  /** Goes back to the button that opened it. */
  close: () => void;
  /** The focus is elsewhere already, or the button is. */
  leave: () => void;
  pick: () => void;
  /** For the frame. */
  readonly handlers: {
    onClick: (event: MouseEvent) => void;
    onContextMenu: (event: MouseEvent) => void;
    onKeyDown: (event: KeyboardEvent) => void;
    onFocusIn: (event: FocusEvent) => void;
    onPointerDown: (event: PointerEvent) => void;
    onPointerUp: () => void;
    onPointerCancel: () => void;
    onPointerMove: (event: PointerEvent) => void;
    onTouchEnd: (event: TouchEvent) => void;
  };
}

const MORE = ".entry-more";
/** A finger that stays for this long means the message, in milliseconds. */
const LONG_PRESS = 450;
/** A finger that moves further scrolls, in pixels. */
const STAYS_WITHIN = 10;

/** `to` leads to the message that a quote is of. */
export function useGestures(to: (seq: number, from: number) => void): Gestures {
  const active = useSignal<number | undefined>(undefined);
  const [at, setAt] = useState<MenuPlace | undefined>(undefined);
  const [picks, setPicks] = useState(false);
  const within = useRef<HTMLElement | undefined>(undefined);
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | undefined>(
    undefined,
  );
  const pressedLong = useRef(false);
  const open = (element: Element, frame: HTMLElement, picking: boolean) => {
    within.current = frame;
    setPicks(picking);
    setAt(placeOf(element, frame));
  };
  const point = (element: Element) => {
    const seq = seqOf(element);
    if (seq !== undefined) active.value = seq;
  };
  const leave = () => setAt(undefined);
  const close = () => {
    leave();
    within.current?.querySelector<HTMLElement>(`[data-seq="${at?.seq}"] ${MORE}`)?.focus();
  };
  const lift = () => {
    clearTimeout(press.current?.timer);
    press.current = undefined;
  };
  const onClick = ({ target, currentTarget }: MouseEvent) => {
    const frame = currentTarget as HTMLElement;
    const pressed = (target as Element).closest<HTMLElement>("a, button");
    const quoted = pressed?.dataset.to;
    if (quoted !== undefined) to(Number(quoted), seqOf(pressed) ?? 0);
    else if (pressed?.matches(`${MORE}, [data-picks]`))
      open(pressed, frame, pressed.matches("[data-picks]"));
    // Fingers can't point without pressing.
    else if (touch.value && !pressed && !isSelecting()) point(target as Element);
  };
  const onPointerDown = ({
    target,
    currentTarget,
    pointerType,
    clientX,
    clientY,
  }: PointerEvent) => {
    lift();
    pressedLong.current = false;
    const more = (target as Element).closest(".entry")?.querySelector(MORE);
    if (pointerType !== "touch" || !more || (target as Element).closest("a, textarea")) return;
    // A finger that stays within a selection moves its ends.
    if (isSelecting()) return;
    const frame = currentTarget as HTMLElement;
    const timer = setTimeout(() => {
      pressedLong.current = true;
      open(more, frame, false);
    }, LONG_PRESS);
    press.current = { timer, x: clientX, y: clientY };
  };
  // A pointer that rests points at nothing, also when a message comes up below it.
  const onPointerMove = ({ target, pointerType, clientX, clientY }: PointerEvent) => {
    if (pointerType !== "touch") point(target as Element);
    else if (press.current !== undefined) {
      const { x, y } = press.current;
      if (Math.hypot(clientX - x, clientY - y) > STAYS_WITHIN) lift();
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (at === undefined && walk(event)) event.preventDefault();
  };
  return {
    ...{ active, at, picks, close, leave },
    pick: () => setPicks(true),
    handlers: {
      ...{ onClick, onKeyDown, onPointerDown, onPointerMove },
      onFocusIn: ({ target }) => point(target as Element),
      onPointerUp: lift,
      onPointerCancel: lift,
      // The click that follows would press what has come up below the finger.
      onTouchEnd: (event) => pressedLong.current && event.preventDefault(),
      // The browser's own menu would lie over the message's.
      onContextMenu: (event) => press.current !== undefined && event.preventDefault(),
    },
  };
}

function isSelecting(): boolean {
  return getSelection()?.isCollapsed === false;
}

function seqOf(element: Element | null | undefined): number | undefined {
  const seq = element?.closest<HTMLElement>("[data-seq]")?.dataset.seq;
  return seq === undefined ? undefined : Number(seq);
}

function placeOf(button: Element, frame: HTMLElement): MenuPlace {
  const box = button.getBoundingClientRect();
  const around = frame.getBoundingClientRect();
  const rtl = getComputedStyle(frame).direction === "rtl";
  return {
    seq: seqOf(button) ?? 0,
    top: box.top - around.top,
    bottom: around.bottom - box.bottom,
    end: rtl ? box.left - around.left : around.right - box.right,
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
