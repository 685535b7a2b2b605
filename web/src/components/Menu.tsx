/** A button that opens a menu above it, or below. */
import { useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./Icon";
import { lazy } from "./Lazy";

const MenuItems = lazy(() => import("./MenuItems"), "MenuItems");

export interface MenuItem {
  readonly icon: IconName;
  readonly label: string;
  readonly act: () => void;
}

interface MenuProps {
  label: string;
  items: readonly MenuItem[];
  icon?: IconName;
  /** Whether it opens below the button. */
  down?: boolean;
}

export function Menu({ label, items, icon = "more", down = false }: MenuProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div
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
      {open && <MenuItems label={label} items={items} close={close} />}
    </div>
  );
}
