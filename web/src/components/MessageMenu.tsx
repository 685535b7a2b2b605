/** What can be done with a message. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { copyText } from "../page/clipboard";
import { isLookedAt } from "../state/channel";
import { strings } from "../strings";
import { useApp } from "./app";
import { Icon, type IconName } from "./Icon";
import { walkMenu } from "./Menu";
import type { MenuPlace } from "./message-menus";

interface MessageMenuProps extends MenuPlace {
  text: string;
  close: () => void;
  leave: () => void;
}

/** What the menu needs below the button, in pixels. */
const ROOM = 130;

export function MessageMenu({ seq, top, bottom, end, text, close, leave }: MessageMenuProps) {
  const { client } = useApp();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    box.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus({ preventScroll: true });
    const messages = document.getElementById("messages");
    messages?.addEventListener("scroll", leave, { once: true });
    return () => messages?.removeEventListener("scroll", leave);
  }, []);
  const marks: [IconName, string, () => void] = [
    "unread",
    channelStrings.markUnread,
    () => client.reading.markUnread(seq),
  ];
  const copies: [IconName, string, () => void] = [
    "copy",
    channelStrings.copyText,
    () => copyText(text),
  ];
  const items = isLookedAt(client.channels.get(client.open.value)) ? [copies] : [marks, copies];
  const place =
    bottom > ROOM
      ? { insetBlockStart: `calc(100% - ${bottom}px)`, insetBlockEnd: "auto" }
      : { insetBlockEnd: `calc(100% - ${top}px)`, insetBlockStart: "auto" };
  return (
    <div
      ref={box}
      class="menu"
      role="menu"
      tabIndex={-1}
      aria-label={strings.menu}
      style={{ ...place, insetInlineEnd: `${end}px` }}
      onFocusOut={(event) => {
        if (!box.current?.contains(event.relatedTarget as Node | null)) leave();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
        else if (!walkMenu(box.current, event.key)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {items.map(([icon, label, act]) => (
        <button
          key={label}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            close();
            act();
          }}
        >
          <Icon name={icon} />
          {label}
        </button>
      ))}
    </div>
  );
}
