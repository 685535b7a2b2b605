/** A long message, cut after some 20 lines until its reader asks for all of it. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { strings } from "../strings";

/** Which messages of a channel are shown in full, by `Seq`, for as long as the channel is open. */
export interface Folds {
  readonly opened: Set<number>;
  /** Called before a message grows, so that the list stays where its reader is. */
  readonly opening: () => void;
}

interface FoldProps {
  /** 0 while the server doesn't have the message. */
  seq: number;
  folds: Folds;
  children: ComponentChildren;
}

/** A message with fewer lines than this isn't cut: it would be cut by a few lines only. */
const MOST_LINES = 24;
/** Shorter texts fit into `MOST_LINES` lines in the narrowest window. */
const MAY_BE_LONG = 600;

export function mayBeLong(text: string): boolean {
  return text.length > MAY_BE_LONG || text.split("\n", MOST_LINES).length === MOST_LINES;
}

export function Fold({ seq, folds, children }: FoldProps) {
  const [open, setOpen] = useState(folds.opened.has(seq));
  const box = useRef<HTMLDivElement>(null);
  const cut = useIsLong(box) && !open;
  const show = () => {
    folds.opening();
    folds.opened.add(seq);
    setOpen(true);
  };
  return (
    <>
      {/* The browser's own search scrolls to what it finds in the hidden part. */}
      <div ref={box} class={open ? "fold" : cut ? "fold cut" : "fold closed"} onScroll={show}>
        <div>{children}</div>
      </div>
      {cut && (
        <button type="button" class="show-all" onClick={show}>
          {strings.showAll}
        </button>
      )}
    </>
  );
}

/** Whether what is in the box has more lines than a message may have; it is measured again with each new width. */
function useIsLong(box: { current: HTMLElement | null }): boolean {
  const [long, setLong] = useState(false);
  useLayoutEffect(() => {
    const content = box.current?.firstElementChild as HTMLElement;
    const measure = () => {
      const line = Number.parseFloat(getComputedStyle(content).lineHeight);
      setLong(content.offsetHeight > MOST_LINES * line);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(content);
    return () => observer.disconnect();
  }, [box]);
  return long;
}
