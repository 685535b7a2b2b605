/** Completes the word before the caret: people after `@`, channels after `#`, emoji after `:`. */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { mentionStrings } from "../mention-strings";
import { ofInputMethod } from "../page/input-method";
import { insertText } from "../page/insert-text";
import type { ChannelId } from "../state/channel";
import { type Unfinished, unfinishedAt } from "../state/completing";
import { mentionedIn } from "../state/mentioning";
import type { Mentioned } from "../state/outbox";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { lazy } from "./Lazy";
import { type Suggestion, useSuggestions } from "./suggestions";
import "../styles/completion.css";

const AllDialog = lazy(() => import("./AllDialog"), "AllDialog");

/** From so many members on a mention of all is asked for. */
const MANY = 6;

interface CompletionProps {
  id: ChannelId;
  /** Where the word is written. */
  area: RefObject<HTMLTextAreaElement | null>;
  /** Gets what sends the text with its mentions, or asks first. */
  sends?: { current: (() => void) | undefined };
  send?: (mentioned: Mentioned) => void;
}

export function Completion({ id, area, sends, send }: CompletionProps) {
  const { client } = useApp();
  /** Users by the names that were chosen. */
  const chosen = useRef(new Map<string, string>());
  const [asked, setAsked] = useState<Mentioned>();
  const { word, dismiss } = useWord(area);
  const found = useSuggestions(id, word);
  if (sends) {
    sends.current = () => {
      const mentioned = mentionedIn(area.current?.value ?? "", chosen.current);
      const { usersTotal = 0 } = client.channels.get(id).details ?? {};
      if (mentioned.mentionAll && usersTotal >= MANY) setAsked(mentioned);
      else send?.(mentioned);
    };
  }
  useLayoutEffect(
    () => () => {
      if (sends) sends.current = undefined;
    },
    [],
  );
  const take = ({ text, uuid, label }: Suggestion) => {
    const field = area.current;
    if (!field || !word) return;
    const caret = field.selectionStart;
    if (uuid) chosen.current.set(label, uuid);
    dismiss();
    field.setSelectionRange(word.from, caret);
    insertText(field, field.value[caret] === " " ? text.trimEnd() : text);
  };
  return (
    <>
      {word && found.length > 0 && (
        <Suggestions key={`${word.kind}${word.query}`} {...{ area, dismiss, found, take, word }} />
      )}
      {asked && send && (
        <AllDialog
          id={id}
          send={(all) => {
            const { mentionAll: _, ...byName } = asked;
            send(all ? asked : byName);
          }}
          close={() => {
            setAsked(undefined);
            area.current?.focus();
          }}
        />
      )}
    </>
  );
}

/** The unfinished word at the caret, unless it was dismissed. */
function useWord(area: CompletionProps["area"]) {
  const [word, setWord] = useState<Unfinished>();
  const dismissed = useRef<number | undefined>(undefined);
  useEffect(() => {
    const field = area.current;
    if (!field) return;
    const look = () => {
      const isThere =
        field === document.activeElement && field.selectionStart === field.selectionEnd;
      const found = isThere ? unfinishedAt(field.value, field.selectionStart) : undefined;
      if (found?.from !== dismissed.current) dismissed.current = undefined;
      setWord(dismissed.current === undefined ? found : undefined);
    };
    look();
    const events = ["input", "keyup", "click", "focus", "blur"];
    for (const name of events) field.addEventListener(name, look);
    return () => {
      for (const name of events) field.removeEventListener(name, look);
    };
  }, [area]);
  const dismiss = () => {
    dismissed.current = word?.from;
    setWord(undefined);
  };
  return { word, dismiss };
}

interface SuggestionsProps extends Pick<CompletionProps, "area"> {
  word: Unfinished;
  found: readonly Suggestion[];
  take: (suggestion: Suggestion) => void;
  dismiss: () => void;
}

/**
 * A text area can't have the role of a combobox, so it says what it controls by its attributes. The keys are heard before
 * the composer hears them.
 */
function Suggestions({ area, word, found, take, dismiss }: SuggestionsProps) {
  const [key, setKey] = useState<string>();
  const box = useRef<HTMLDivElement>(null);
  const index = Math.max(
    0,
    found.findIndex((each) => each.key === key),
  );
  useLayoutEffect(() => {
    const field = area.current;
    if (!field) return;
    const says = {
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-controls": "completion",
      "aria-activedescendant": `completion-${index}`,
    };
    for (const [name, value] of Object.entries(says)) field.setAttribute(name, value);
    box.current?.children[index]?.scrollIntoView({ block: "nearest" });
    const onKeyDown = (event: KeyboardEvent) => {
      const { altKey, ctrlKey, metaKey, shiftKey } = event;
      if (ofInputMethod(event) || altKey || ctrlKey || metaKey || shiftKey) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const at = found[index];
      if (step !== undefined) setKey(found.at((index + step) % found.length)?.key);
      else if (event.key === "Escape") dismiss();
      else if (at && (event.key === "Enter" || event.key === "Tab")) take(at);
      else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    field.addEventListener("keydown", onKeyDown, { capture: true });
    return () => {
      field.removeEventListener("keydown", onKeyDown, { capture: true });
      for (const name of Object.keys(says)) field.removeAttribute(name);
    };
  });
  return (
    <>
      <div
        ref={box}
        id="completion"
        class="completion"
        role="listbox"
        aria-label={mentionStrings.lists[word.kind]}
        // The text keeps the focus, and a phone its keyboard.
        onPointerDown={(event) => event.preventDefault()}
        onMouseDown={(event) => event.preventDefault()}
      >
        {found.map((suggestion, n) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: The keys are the text's, as the combobox pattern has it.
          <div
            key={suggestion.key}
            id={`completion-${n}`}
            role="option"
            tabIndex={-1}
            aria-selected={n === index}
            onClick={() => take(suggestion)}
          >
            <Sign suggestion={suggestion} />
            <bdi>{suggestion.label}</bdi>
            {suggestion.about && <small dir="auto">{suggestion.about}</small>}
          </div>
        ))}
      </div>
      <p class="unseen" role="status">
        {mentionStrings.suggestions(found.length)}
      </p>
    </>
  );
}

function Sign({ suggestion }: { suggestion: Suggestion }) {
  const { client } = useApp();
  const { details, emoji, label, uuid } = suggestion;
  if (emoji)
    return (
      <span class="sign" aria-hidden="true">
        {emoji}
      </span>
    );
  if (details) return <Avatar uuid={details.UUID} name={label} details={details} />;
  if (!uuid)
    return (
      <span class="avatar sign" aria-hidden="true">
        @
      </span>
    );
  return <Avatar uuid={uuid} name={label} online={client.people.get(uuid)?.online ?? false} />;
}
