/** Says for a moment that a message is deleted, with the way back, and that a change was refused. */
import { useEffect, useRef } from "preact/hooks";
import { explainFailure } from "../failure-strings";
import { messageStrings } from "../message-strings";
import { focusComposer } from "../page/focus";
import { useApp } from "./app";
import { Notice } from "./Notice";
import "../styles/change-notices.css";

export function ChangeNotices() {
  const { client } = useApp();
  const refused = client.changes.refused.value;
  const { editing } = client.writing;
  useEffect(() => {
    // What was written isn't lost with the refusal.
    if (refused?.change.type !== "messageEdit" || editing.value !== undefined) return;
    const { recipientUUID: id, seq, message: text } = refused.change.messageEdit;
    editing.value = { id, seq, text };
  }, [refused]);
  const text = refused ? messageStrings.notChanged(explainFailure(refused.why)) : "";
  return (
    <>
      {client.changes.undoable.value && <Undo />}
      <Notice of={refused} text={text} bad />
    </>
  );
}

function Undo() {
  const { client } = useApp();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const undo = button.current;
    undo?.focus();
    return () => {
      if (document.activeElement === undo || document.activeElement === document.body)
        focusComposer();
    };
  }, []);
  return (
    <p class="notice calm undo" role="status">
      {messageStrings.removed}
      <button ref={button} type="button" onClick={() => client.changes.undo()}>
        {messageStrings.undo}
      </button>
    </p>
  );
}
