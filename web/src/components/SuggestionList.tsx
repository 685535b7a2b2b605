/** The list from which a word is completed; the keys are the composer's, as the combobox pattern has it. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { mentionStrings } from "../mention-strings";
import { ofInputMethod } from "../page/input-method";
import type { Unfinished } from "../state/completing";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import type { Suggestion } from "./suggestions";
import "../styles/completion.css";

interface SuggestionListProps {
  /** Where the word is written. */
  area: RefObject<HTMLTextAreaElement | null>;
  word: Unfinished;
  found: readonly Suggestion[];
  take: (suggestion: Suggestion) => void;
  dismiss: () => void;
}

/**
 * A text area can't have the role of a combobox, so it says what it controls by its attributes. The keys are heard before
 * the composer hears them.
 */
export function SuggestionList({ area, word, found, take, dismiss }: SuggestionListProps) {
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
