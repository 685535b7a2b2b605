/** A message's text while its author edits it: Enter saves, Escape leaves it as it was. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { messageStrings } from "../message-strings";
import { focusComposer } from "../page/focus";
import { ofInputMethod } from "../page/input-method";
import { touch } from "../page/media";
import type { Line } from "../state/line";
import { mentionedIn } from "../state/mentioning";
import { strings } from "../strings";
import { lengthOf } from "../text/length";
import { shows } from "../text/shows";
import { useApp } from "./app";
import { Completion } from "./Completion";
import { useGrowing } from "./growing";
import "../styles/edit-field.css";

export function EditField({ line }: { line: Line }) {
  const { client } = useApp();
  const { editing } = client.writing;
  const area = useRef<HTMLTextAreaElement>(null);
  const text = editing.value?.text ?? line.text;
  const longest = client.outbox.longest.value ?? Number.POSITIVE_INFINITY;
  const over = lengthOf(text) - longest;
  const saves = shows(text) && over <= 0;
  useGrowing(area, text);
  useLayoutEffect(() => {
    const field = area.current;
    field?.focus();
    field?.setSelectionRange(text.length, text.length);
    field?.scrollIntoView({ block: "nearest" });
  }, []);
  const end = () => {
    editing.value = undefined;
    // It would bring up the keyboard of a phone again.
    if (!touch.value) focusComposer();
  };
  const save = () => {
    if (!saves || editing.value === undefined) return;
    const { id, seq } = editing.value;
    // Whom it names the server finds anew; that all are mentioned can only end.
    const ends = line.mentionsAll && !mentionedIn(text, new Map()).mentionAll;
    const messageEdit = {
      ...{ recipientUUID: id, seq, message: text },
      ...(ends && { mentionAll: false }),
    };
    if (text !== line.text) client.changes.make({ type: "messageEdit", messageEdit });
    end();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (ofInputMethod(event)) return;
    const isSent = event.key === "Enter" && !event.shiftKey;
    if (event.key === "Escape") end();
    // A touch keyboard has no other key that breaks the line.
    else if (isSent && (!touch.value || event.ctrlKey || event.metaKey)) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="edit-field">
      <Completion id={client.open.value} area={area} />
      <textarea
        ref={area}
        rows={1}
        value={text}
        dir="auto"
        enterkeyhint={touch.value ? "enter" : "done"}
        aria-label={messageStrings.editing}
        onInput={({ currentTarget }) => {
          if (editing.value) editing.value = { ...editing.value, text: currentTarget.value };
        }}
        onKeyDown={onKeyDown}
      />
      <div class="dialog-actions">
        <button type="button" class="primary" disabled={!saves} onClick={save}>
          {messageStrings.save}
        </button>
        <button type="button" class="link" onClick={end}>
          {messageStrings.cancel}
        </button>
        {over > 0 && (
          <p class="over" role="status">
            {strings.charactersOver(over)}
          </p>
        )}
      </div>
    </div>
  );
}
