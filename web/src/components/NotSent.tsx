/** Why the server refused a message, and what can be done with it. */

import { explainRefusal } from "../failure-strings";
import { messageStrings } from "../message-strings";
import { focusComposer } from "../page/focus";
import type { Pending } from "../state/outbox";
import { useApp } from "./app";
import { Drawing } from "./Icon";
import "../styles/not-sent.css";

export function NotSent({ pending }: { pending: Pending }) {
  const { answered, channel, clientUUID, files, refused } = pending;
  const { client } = useApp();
  const { belongings, outbox } = client;
  return (
    <span class="not-sent" role="alert">
      <Drawing path="M12 8v5M12 16.5h.01M12 3l9.5 17h-19z" />
      <span>
        {messageStrings.notSent} {why(refused)}
      </span>
      <button type="button" onClick={() => outbox.retry(clientUUID)}>
        {messageStrings.retry}
      </button>
      <button
        type="button"
        onClick={() => {
          belongings.mend(clientUUID);
          if (files)
            void import("../page/attaching").then(({ attachmentsOf }) =>
              attachmentsOf(client).restore(channel, files),
            );
          client.writing.answer(channel, answered);
          focusComposer();
        }}
      >
        {messageStrings.edit}
      </button>
      <button type="button" onClick={() => outbox.discard(clientUUID)}>
        {messageStrings.discard}
      </button>
    </span>
  );
}

function why(refused: Pending["refused"]): string | undefined {
  if (refused === "left") return messageStrings.leftForLong;
  if (typeof refused !== "object") return refused;
  return "longest" in refused ? messageStrings.tooLong(refused.longest) : explainRefusal(refused);
}
