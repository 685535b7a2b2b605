/** Asks once before a message is deleted. */
import { messageStrings } from "../message-strings";
import { excerptOf } from "../state/line";
import { useApp } from "./app";
import { Dialog } from "./Dialog";

export function DeleteDialog() {
  const { client, dialog, message } = useApp();
  const line = message.value;
  if (line === undefined) return null;
  const close = () => {
    dialog.value = undefined;
  };
  const remove = () => {
    close();
    client.changes.delete({ recipientUUID: client.open.value, seq: line.seq });
  };
  return (
    <Dialog title={messageStrings.removeTitle} class="deleting">
      <blockquote dir="auto">{excerptOf(line)}</blockquote>
      <p class="aside">{messageStrings.removeAbout}</p>
      <div class="dialog-actions">
        <button type="button" class="primary" autofocus onClick={remove}>
          {messageStrings.remove}
        </button>
        <button type="button" class="quiet" onClick={close}>
          {messageStrings.cancel}
        </button>
      </div>
    </Dialog>
  );
}
