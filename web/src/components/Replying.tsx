/** The line above the field while one writes a reply: the author of the quoted message, and a button to stop replying. */

import { messageStrings } from "../message-strings";
import type { Answered } from "../state/line";
import { useApp } from "./app";
import { Cross } from "./Cross";
import { Drawing } from "./Icon";
import { messageIcons } from "./message-icons";
import "../styles/replying.css";

interface ReplyingProps {
  to: Answered;
  /** Answers none. */
  end: () => void;
}

export function Replying({ to, end }: ReplyingProps) {
  const { client } = useApp();
  return (
    <p class="replying">
      <Drawing path={messageIcons.reply} />
      <span>
        {messageStrings.replyingTo} <bdi>{to.as ?? client.personName(to.sender)}</bdi>
      </span>
      <button type="button" class="icon-button" aria-label={messageStrings.noReply} onClick={end}>
        <Cross />
      </button>
    </p>
  );
}
