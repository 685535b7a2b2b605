/** What is done with the messages of a frame: pointed at, touched, pressed long, or walked by keys. What answers loads with the first of these. */
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
  readonly handlers: Record<`on${(typeof GESTURES)[number]}`, (event: Gesture) => void>;
}

const GESTURES = [
  "Click",
  "ContextMenu",
  "KeyDown",
  "FocusIn",
  "PointerDown",
  "PointerUp",
  "PointerCancel",
  "PointerMove",
  "TouchEnd",
] as const;

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
      handling.current.handle(event, frame, at);
      return;
    }
    // The first gestures are answered in their order, a moment later.
    import("./gesture-handling").then(
      ({ GestureHandling }) => {
        handling.current ??= new GestureHandling(active, show, lead);
        handling.current.handle(event, frame, at);
      },
      () => undefined,
    );
  };
  const leave = () => show(undefined);
  return {
    ...{ active, at, leave },
    close: () => {
      leave();
      if (at) handling.current?.focus(at);
    },
    pick: () => show(at && { ...at, picks: true }),
    handlers: Object.fromEntries(
      GESTURES.map((name) => [`on${name}`, handle]),
    ) as Gestures["handlers"],
  };
}
