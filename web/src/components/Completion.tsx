/** Completes the word before the caret: people after `@`, channels after `#`, emoji after `:`. */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { insertText } from "../page/insert-text";
import type { ChannelId } from "../state/channel";
import { type Unfinished, unfinishedAt } from "../state/completing";
import { mentionedIn } from "../state/mentioning";
import type { Mentioned } from "../state/outbox";
import { useApp } from "./app";
import { lazy } from "./Lazy";
import { SuggestionList } from "./SuggestionList";
import { type Suggestion, useSuggestions } from "./suggestions";

const AllDialog = lazy(() => import("./AllDialog"), "AllDialog");

/** A mention of all asks first in a channel of at least this many members. */
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
        <SuggestionList
          key={`${word.kind}${word.query}`}
          {...{ area, dismiss, found, take, word }}
        />
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
