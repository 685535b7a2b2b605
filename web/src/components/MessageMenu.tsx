/** All that can be done with a message: a menu at its button, or a sheet at the bottom of a phone. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { messageStrings } from "../message-strings";
import { copyText } from "../page/clipboard";
import { touch } from "../page/media";
import { quickEmoji } from "../page/quick-emoji";
import type { Line } from "../state/line";
import { strings } from "../strings";
import { useApp } from "./app";
import { EmojiPicker } from "./EmojiPicker";
import type { Gestures, MenuPlace } from "./gestures";
import { Drawing } from "./Icon";
import { walkMenu } from "./MenuItems";
import {
  askToDelete,
  askToReport,
  askWhoReacted,
  edit,
  linkTo,
  openThread,
  pin,
  react,
  reply,
  rightsOf,
  selectText,
} from "./message-actions";
import { messageIcons } from "./message-icons";
import "../styles/menu.css";
import "../styles/message-menu.css";

interface MessageMenuProps extends Pick<Gestures, "close" | "leave" | "pick"> {
  at: MenuPlace;
  line: Line;
  inThread?: boolean;
}

type Item = readonly [icon: keyof typeof messageIcons, label: string, act: () => void];

/** What an item and the edges of the menu take, in pixels. */
const ITEM = 38;
const EDGES = 24;
const PICKER = 400;
const WIDEST = 362;

export function MessageMenu(props: MessageMenuProps) {
  const { at, line, close, leave, inThread = false } = props;
  const { picks } = at;
  const app = useApp();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (touch.value) return;
    const messages = document.getElementById("messages");
    messages?.addEventListener("scroll", leave, { once: true });
    return () => messages?.removeEventListener("scroll", leave);
  }, []);
  useLayoutEffect(() => {
    box.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus({ preventScroll: true });
  }, [picks]);
  const items = itemsOf(app, line, inThread);
  const place = touch.value ? {} : placeOf(at, picks ? PICKER : EDGES + ITEM * items.length);
  if (picks) {
    return (
      <div class={touch.value ? "picker-place sheet" : "picker-place"} style={place}>
        <EmojiPicker
          to={(emoji) => {
            close();
            react(app, line, emoji);
          }}
          close={close}
        />
      </div>
    );
  }
  return (
    <>
      {touch.value && <div class="sheet-ground" onPointerDown={leave} />}
      <div
        ref={box}
        class={touch.value ? "menu sheet" : "menu"}
        role="menu"
        tabIndex={-1}
        aria-label={strings.menu}
        style={place}
        onFocusOut={(event) => {
          // A finger that lifts takes the focus along; a sheet has a ground to leave it by.
          if (!touch.value && !box.current?.contains(event.relatedTarget as Node | null)) leave();
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") close();
          else if (!walkMenu(box.current, event.key)) return;
          event.preventDefault();
          event.stopPropagation();
        }}
      >
        {touch.value && rightsOf(app, line).reacts && <QuickRow {...props} />}
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
            <Drawing path={messageIcons[icon]} />
            {label}
          </button>
        ))}
      </div>
    </>
  );
}

function QuickRow({ line, close, pick }: MessageMenuProps) {
  const app = useApp();
  return (
    // biome-ignore lint/a11y/useSemanticElements: A fieldset is for fields.
    <div class="quick" role="group" aria-label={strings.react}>
      {quickEmoji(app.settings.kept).map((emoji) => (
        <button
          key={emoji}
          type="button"
          role="menuitem"
          tabIndex={-1}
          aria-label={messageStrings.react(emoji)}
          onClick={() => {
            close();
            react(app, line, emoji);
          }}
        >
          {emoji}
        </button>
      ))}
      <button type="button" role="menuitem" tabIndex={-1} aria-label={strings.react} onClick={pick}>
        <Drawing path={messageIcons.smile} />
      </button>
    </div>
  );
}

function itemsOf(app: ReturnType<typeof useApp>, line: Line, inThread: boolean): Item[] {
  const { client } = app;
  const { writes, edits, deletes, marks, reports } = rightsOf(app, line);
  const { seq, text, pinned, reactions, replies, answered } = line;
  const items: (Item | false | undefined)[] = [
    writes && ["reply", messageStrings.reply, () => reply(app, line, inThread)],
    !inThread &&
      Boolean(replies || answered) && [
        "thread",
        messageStrings.openThread,
        () => openThread(app, line),
      ],
    edits && ["pencil", messageStrings.edit, () => edit(app, line, inThread)],
    reactions && ["smile", messageStrings.whoReacted, () => askWhoReacted(app, line)],
    writes && ["pin", pinned ? messageStrings.unpin : messageStrings.pin, () => pin(app, line)],
    marks && ["unread", messageStrings.markUnread, () => client.reading.markUnread(seq)],
    text !== "" && ["copy", messageStrings.copyText, () => copyText(text)],
    touch.value &&
      text !== "" && [
        "select",
        messageStrings.selectText,
        () =>
          selectText(
            document.querySelector(
              `${inThread ? ".thread" : "#messages"} [data-seq="${seq}"] .bubble`,
            ),
          ),
      ],
    ["link", messageStrings.copyLink, () => copyText(linkTo(app, line))],
    reports && ["flag", messageStrings.report, () => askToReport(app, line)],
    deletes && ["bin", messageStrings.remove, () => askToDelete(app, line)],
  ];
  return items.filter((item): item is Item => Boolean(item));
}

function placeOf({ top, bottom, end }: MenuPlace, height: number): Record<string, string> {
  // A picker at a reaction would begin left of the messages.
  const inline = { insetInlineEnd: `max(10px, min(${end}px, 100% - ${WIDEST}px))` };
  if (bottom > height || bottom > top)
    return { ...inline, insetBlock: `calc(100% - ${bottom}px) auto`, maxHeight: `${bottom}px` };
  return { ...inline, insetBlock: `auto calc(100% - ${top}px)`, maxHeight: `${top}px` };
}
