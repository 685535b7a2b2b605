/** What a menu offers; the arrow keys walk through it, and Escape closes it. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { Drawing } from "./Icon";
import type { MenuProps } from "./Menu";
import "../styles/menu.css";

export interface MenuItem {
  /** The lines of its icon. */
  readonly icon: string;
  readonly label: string;
  readonly act: () => void;
}

interface MenuItemsProps extends MenuProps {
  items: readonly MenuItem[];
}

export function MenuItems({ label, items, close }: MenuItemsProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    box.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, []);
  return (
    <div
      ref={box}
      class="menu"
      role="menu"
      tabIndex={-1}
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
        else if (!walkMenu(box.current, event.key)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            close();
            item.act();
          }}
        >
          <Drawing path={item.icon} />
          {item.label}
        </button>
      ))}
    </div>
  );
}

/** Returns whether the key led to another item. */
export function walkMenu(box: HTMLElement | null, key: string): boolean {
  const items = [...(box?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[key];
  if (to === undefined) return false;
  items[(to + items.length) % items.length]?.focus();
  return true;
}
