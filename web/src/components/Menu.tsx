/** A button that opens a menu above it, or below. */
import type { ComponentChild } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./Icon";

/** What the items of a menu are drawn with. */
export interface MenuProps {
  label: string;
  close: () => void;
}

interface MenuButtonProps {
  label: string;
  /** Draws the items, which load when the menu is first opened. */
  items: (menu: MenuProps) => ComponentChild;
  icon?: IconName;
  /** Whether it opens below the button. */
  down?: boolean;
}

export function Menu({ label, items, icon = "more", down = false }: MenuButtonProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const side = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // Below the last rows of a dialog there is no room for it.
    if (open && down) side.current?.lastElementChild?.scrollIntoView({ block: "nearest" });
  }, [open, down]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div
      ref={side}
      class={down ? "menu-side down" : "menu-side"}
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node | null)) setOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name={icon} />
      </button>
      {open && items({ label, close })}
    </div>
  );
}
