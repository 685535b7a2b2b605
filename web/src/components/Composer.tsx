/** Where messages are written: Enter sends, except on touch keyboards, and a draft stays for later. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { ofInputMethod } from "../page/input-method";
import { insertText } from "../page/insert-text";
import { touch, wide } from "../page/media";
import type { ChannelId } from "../state/channel";
import { strings } from "../strings";
import { lengthOf } from "../text/length";
import { shows } from "../text/shows";
import { useApp } from "./app";
import { Icon } from "./Icon";
import { lazy } from "./Lazy";

const EmojiPicker = lazy(async () => (await import("./EmojiPicker")).EmojiPicker);

/** How many characters are left when the reader is told so. */
const WARN_BELOW = 200;

export function Composer({ id }: { id: ChannelId }) {
  const { client } = useApp();
  const area = useRef<HTMLTextAreaElement>(null);
  const [picking, setPicking] = useState(false);
  const text = client.drafts.get(id);
  const longest = client.outbox.longest.value;
  const left = longest === undefined ? Number.POSITIVE_INFINITY : longest - lengthOf(text);
  const nobody = id === client.sync.nobody.value;
  const readOnly = client.readOnly.value || nobody;
  const sendable = shows(text) && left >= 0 && !readOnly;
  useGrowing(area, text);
  useLayoutEffect(() => {
    // A phone's keyboard would cover the messages that the user came to read.
    if (wide.value) area.current?.focus();
  }, []);

  const write = (next: string) => {
    client.drafts.set(id, next);
    if (next.trim() === "") client.typing.ceased();
    else client.tellTyping();
  };
  const send = () => {
    if (!sendable) return;
    client.send(text);
    client.drafts.set(id, "");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || ofInputMethod(event)) return;
    // A touch keyboard has no other key that breaks the line.
    if (touch.value && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    send();
  };
  const insert = (emoji: string) => {
    const field = area.current;
    if (field === null) return;
    insertText(field, emoji);
  };

  const placeholder = nobody
    ? strings.nobodyComposer
    : readOnly
      ? strings.readOnlyComposer
      : strings.messageTo(client.title(id));
  return (
    <div class="composer">
      {picking && (
        <EmojiPicker
          pick={insert}
          close={() => {
            setPicking(false);
            area.current?.focus();
          }}
        />
      )}
      <div class="composer-box">
        <textarea
          ref={area}
          id="composer"
          rows={1}
          value={text}
          dir="auto"
          enterkeyhint={touch.value ? "enter" : "send"}
          disabled={readOnly}
          placeholder={placeholder}
          aria-label={strings.messageTo(client.title(id))}
          aria-describedby="composer-left"
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          class="icon-button"
          aria-label={strings.emoji}
          aria-expanded={picking}
          title={strings.emoji}
          disabled={readOnly}
          onClick={() => setPicking(!picking)}
        >
          <Icon name="smile" />
        </button>
        <button
          type="button"
          class="icon-button send"
          aria-label={strings.send}
          title={strings.send}
          disabled={!sendable}
          onClick={() => {
            send();
            area.current?.focus();
          }}
        >
          <Icon name="send" />
        </button>
      </div>
      <p id="composer-left" class={left < 0 ? "left over" : "left"} role="status">
        {readOnly
          ? ""
          : left < 0
            ? strings.charactersOver(-left)
            : left < WARN_BELOW
              ? strings.charactersLeft(left)
              : ""}
      </p>
    </div>
  );
}

/** The field is as high as its text, which wraps anew when the window changes. */
function useGrowing(area: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    if (area.current) grow(area.current);
  }, [area, text]);
  useLayoutEffect(() => {
    const field = area.current;
    if (field === null) return;
    let width = field.clientWidth;
    const observer = new ResizeObserver(() => {
      if (field.clientWidth === width) return;
      width = field.clientWidth;
      grow(field);
    });
    observer.observe(field);
    return () => observer.disconnect();
  }, [area]);
}

function grow(field: HTMLTextAreaElement): void {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
