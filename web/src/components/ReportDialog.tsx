/** Reports a message to the admins, with a reason. */
import { useRef, useState } from "preact/hooks";
import { peopleStrings } from "../people-strings";
import { excerptOf } from "../state/line";
import { useApp } from "./app";
import { Dialog } from "./Dialog";
import { Failure } from "./Failure";
import { useWork } from "./working";
import "../styles/channel-dialogs.css";
import "../styles/details.css";

const LONGEST = 500;

export function ReportDialog() {
  const { client, dialog, message } = useApp();
  const work = useWork();
  const [done, setDone] = useState(false);
  const reason = useRef<HTMLTextAreaElement>(null);
  const line = message.value;
  if (line === undefined) return null;
  const recipientUUID = client.open.value;
  const send = () =>
    work.run(async () => {
      const report = { recipientUUID, seq: line.seq, reason: reason.current?.value.trim() ?? "" };
      await client.socket.request({ type: "report", report });
      setDone(true);
    });
  const close = () => {
    dialog.value = undefined;
  };
  return (
    <Dialog title={peopleStrings.reportTitle} class="deleting details">
      <blockquote dir="auto">{excerptOf(line)}</blockquote>
      {done ? (
        <>
          <p role="status">{peopleStrings.reported}</p>
          <div class="dialog-actions">
            <button type="button" class="quiet" onClick={close}>
              {peopleStrings.close}
            </button>
          </div>
        </>
      ) : (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <div class="field">
            <label for="reason">{peopleStrings.reason}</label>
            <textarea ref={reason} id="reason" maxLength={LONGEST} rows={3} dir="auto" autofocus />
          </div>
          <p class="aside">{peopleStrings.reportAbout}</p>
          <Failure work={work} />
          <div class="dialog-actions">
            <button type="submit" class="primary" disabled={work.busy}>
              {peopleStrings.send}
            </button>
            <button type="button" class="quiet" onClick={close}>
              {peopleStrings.cancel}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
