/** Answers what is done with the messages of a frame. */
import type { Signal } from "@preact/signals";
import { touch } from "../page/media";
import { type MenuPlace, MORE } from "./gestures";

export type Gesture = MouseEvent | FocusEvent | PointerEvent | TouchEvent;

/** A finger that stays for this long means the message, in milliseconds. */
const LONG_PRESS = 450;
/** A finger that moves further scrolls, in pixels. */
const STAYS_WITHIN = 10;

export class GestureHandling {
  #press: { timer: ReturnType<typeof setTimeout>; x: number; y: number } | undefined;
  #pressedLong = false;
  #frame: HTMLElement | undefined;

  constructor(
    /** The message whose tools are shown. */
    readonly active: Signal<number | undefined>,
    readonly show: (at: MenuPlace) => void,
    /** Leads to the message that a quote is of. */
    readonly to: { readonly current: (seq: number, from: number) => void },
  ) {}

  handle(event: Gesture, frame: HTMLElement): void {
    switch (event.type) {
      case "click":
        this.#click(event.target as Element, frame);
        break;
      case "focusin":
        this.#point(event.target as Element);
        break;
      case "pointerdown":
        this.#down(event as PointerEvent, frame);
        break;
      case "pointermove":
        this.#move(event as PointerEvent);
        break;
      case "touchend":
        // The click that follows would press what has come up below the finger.
        if (this.#pressedLong) event.preventDefault();
        break;
      case "contextmenu":
        // The browser's own menu would lie over the message's.
        if (this.#press !== undefined) event.preventDefault();
        break;
      default:
        this.#lift();
    }
  }

  /** Leads the focus to the button that opened a menu. */
  focus({ seq }: MenuPlace): void {
    this.#frame?.querySelector<HTMLElement>(`[data-seq="${seq}"] ${MORE}`)?.focus();
  }

  #click(target: Element, frame: HTMLElement): void {
    const pressed = target.closest<HTMLElement>("a, button");
    const quoted = pressed?.dataset.to;
    if (quoted !== undefined) this.to.current(Number(quoted), seqOf(pressed) ?? 0);
    else if (pressed?.matches(`${MORE}, [data-picks]`))
      this.#open(pressed, frame, pressed.matches("[data-picks]"));
    // Fingers can't point without pressing.
    else if (touch.value && !pressed && !isSelecting()) this.#point(target);
  }

  #down({ target, pointerType, clientX, clientY }: PointerEvent, frame: HTMLElement): void {
    this.#lift();
    this.#pressedLong = false;
    const more = (target as Element).closest(".entry")?.querySelector(MORE);
    if (pointerType !== "touch" || !more || (target as Element).closest("a, textarea")) return;
    // A finger that stays within a selection moves its ends.
    if (isSelecting()) return;
    const timer = setTimeout(() => {
      this.#pressedLong = true;
      this.#open(more, frame, false);
    }, LONG_PRESS);
    this.#press = { timer, x: clientX, y: clientY };
  }

  // A pointer that rests points at nothing, also when a message comes up below it.
  #move({ target, pointerType, clientX, clientY }: PointerEvent): void {
    if (pointerType !== "touch") this.#point(target as Element);
    else if (this.#press !== undefined) {
      const { x, y } = this.#press;
      if (Math.hypot(clientX - x, clientY - y) > STAYS_WITHIN) this.#lift();
    }
  }

  #lift(): void {
    clearTimeout(this.#press?.timer);
    this.#press = undefined;
  }

  #point(element: Element): void {
    const seq = seqOf(element);
    if (seq !== undefined) this.active.value = seq;
  }

  #open(element: Element, frame: HTMLElement, picks: boolean): void {
    this.#frame = frame;
    this.show({ ...placeOf(element, frame), picks });
  }
}

function isSelecting(): boolean {
  return getSelection()?.isCollapsed === false;
}

function seqOf(element: Element | null | undefined): number | undefined {
  const seq = element?.closest<HTMLElement>("[data-seq]")?.dataset.seq;
  return seq === undefined ? undefined : Number(seq);
}

function placeOf(button: Element, frame: HTMLElement): Omit<MenuPlace, "picks"> {
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
