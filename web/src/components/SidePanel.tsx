/** What stands beside the open channel where there is room, and else lies over it. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { strings } from "../strings";
import { Cross } from "./Cross";
import { Dialog } from "./Dialog";
import { useKeptFocus } from "./kept-focus";
import "../styles/details.css";

interface SidePanelProps {
  /** Names it with its channel; `heading` is enough where the channel stands beside. */
  title: string;
  heading: string;
  class?: string;
  beside: boolean;
  close: () => void;
  children: ComponentChildren;
}

export function SidePanel({ title, heading, beside, close, children, ...own }: SidePanelProps) {
  const name = `details ${own.class ?? ""}`;
  if (!beside) {
    return (
      <Dialog title={title} class={name} close={close}>
        {children}
      </Dialog>
    );
  }
  return (
    <Aside title={title} heading={heading} name={name} close={close}>
      {children}
    </Aside>
  );
}

interface AsideProps extends Pick<SidePanelProps, "title" | "heading" | "close" | "children"> {
  name: string;
}

function Aside({ title, heading, name, close, children }: AsideProps) {
  const panel = useRef<HTMLElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useKeptFocus(panel);
  useLayoutEffect(() => {
    const { current } = button;
    // What is in it may have taken the focus already.
    if (!current?.closest("aside")?.contains(document.activeElement)) current?.focus();
  }, []);
  return (
    <aside
      ref={panel}
      class={`${name} beside`}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        close();
      }}
    >
      <header class="dialog-head">
        <h2>{heading}</h2>
        <button
          ref={button}
          type="button"
          class="icon-button"
          aria-label={strings.close}
          onClick={close}
        >
          <Cross />
        </button>
      </header>
      {children}
    </aside>
  );
}
