/** Where messages are written: Enter sends, except on touch keyboards, and a draft stays for later. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { atLeisure } from "../page/at-leisure";
import { ofInputMethod } from "../page/input-method";
import { touch, wide } from "../page/media";
import type { ChannelId } from "../state/channel";
import type { Answered } from "../state/line";
import type { Mentioned } from "../state/outbox";
import { threadKey } from "../state/writing";
import { strings } from "../strings";
import { lengthOf } from "../text/length";
import { shows } from "../text/shows";
import { useApp } from "./app";
import { useGrowing } from "./growing";
import { Icon } from "./Icon";
import { lazy } from "./Lazy";

const Attach = lazy(() => import("./Attach"), "Attach", true);
const AttachedFiles = lazy(() => import("./AttachedFiles"), "AttachedFiles");
const Completion = lazy(() => import("./Completion"), "Completion", true);
const EmojiPicker = lazy(() => import("./EmojiPicker"), "EmojiPicker");
const Replying = lazy(() => import("./Replying"), "Replying");

/** How many characters are left when the reader is told so. */
const WARN_BELOW = 200;

interface ComposerProps {
  id: ChannelId;
  /** The message that is answered unless another one is chosen: the first one of a thread. */
  root?: Answered | undefined;
}

export function Composer({ id, root }: ComposerProps) {
  const { client } = useApp();
  const key = root ? threadKey(id, root.seq) : id;
  const label = root ? strings.answerThread : strings.messageTo(client.title(id));
  const answered = client.writing.answers(key);
  const area = useRef<HTMLTextAreaElement>(null);
  /** Sends with the mentions that were chosen, once what completes them is there. */
  const sends = useRef<(() => void) | undefined>(undefined);
  const [picking, setPicking] = useState(false);
  const text = client.drafts.get(key);
  const longest = client.outbox.longest.value;
  const left = longest === undefined ? Number.POSITIVE_INFINITY : longest - lengthOf(text);
  const nobody = id === client.sync.nobody.value;
  const readOnly = client.readOnly.value || nobody;
  const attached = client.writing.attached.value[key];
  const sendable = (attached || shows(text)) && left >= 0 && !readOnly;
  useGrowing(area, text);
  useLayoutEffect(() => {
    // A phone's keyboard would cover the messages that the user came to read.
    if (wide.value) area.current?.focus();
  }, []);

  const write = (next: string) => {
    client.drafts.set(key, next);
    if (next.trim() === "") client.typing.ceased();
    else client.tellTyping();
  };
  const post = (mentioned?: Mentioned) => {
    if (attached) {
      void import("../page/attaching").then(({ attachmentsOf }) =>
        attachmentsOf(client).send(key, id, answered ?? root, mentioned),
      );
      return;
    }
    client.send(text, key, answered ?? root, mentioned);
    client.drafts.set(key, "");
  };
  const send = () => {
    if (sendable) (sends.current ?? post)();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && answered) {
      client.writing.answer(key, undefined);
      event.stopPropagation();
    }
    if (event.key === "ArrowUp" && text === "" && !root && client.editLast())
      event.preventDefault();
    if (event.key !== "Enter" || event.shiftKey || ofInputMethod(event)) return;
    // A touch keyboard has no other key that breaks the line.
    if (touch.value && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    send();
  };
  const placeholder = nobody ? strings.nobodyComposer : readOnly ? strings.readOnlyComposer : label;
  return (
    <div class="composer">
      {picking && (
        <EmojiPicker
          to={area}
          close={() => {
            setPicking(false);
            area.current?.focus();
          }}
        />
      )}
      {text && <Completion id={id} area={area} sends={sends} send={post} />}
      <div class="composer-box">
        {answered && (
          <Replying
            to={answered}
            end={() => {
              client.writing.answer(key, undefined);
              area.current?.focus();
            }}
          />
        )}
        {attached && <AttachedFiles at={key} id={id} />}
        {client.files.value && (
          <span class="attach">
            {atLeisure.value && <Attach at={key} id={id} area={area} off={readOnly} />}
          </span>
        )}
        <textarea
          ref={area}
          id={root ? "thread-composer" : "composer"}
          rows={1}
          value={text}
          dir="auto"
          enterkeyhint={touch.value ? "enter" : "send"}
          disabled={readOnly}
          placeholder={placeholder}
          aria-label={label}
          aria-describedby={root ? undefined : "composer-left"}
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
      <p
        id={root ? undefined : "composer-left"}
        class={left < 0 ? "left over" : "left"}
        role="status"
      >
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
