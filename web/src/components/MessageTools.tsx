/** The tools beside a message that is pointed at or has the focus: quick reactions, reply, and edit where it is one's own. */

import { useEffect } from "preact/hooks";
import { messageStrings } from "../message-strings";
import { quickEmoji } from "../page/quick-emoji";
import type { Line } from "../state/line";
import { strings } from "../strings";
import { useApp } from "./app";
import { Drawing } from "./Icon";
import { edit, react, reply, rightsOf } from "./message-actions";
import { messageIcons } from "./message-icons";
import "../styles/message-tools.css";

const WARM = [
  () => import("./EditField"),
  () => import("./MessageMenu"),
  () => import("./Replying"),
  () => import("./DeleteDialog"),
  () => import("./ChangeNotices"),
];

interface MessageToolsProps {
  line: Line;
  inThread?: boolean | undefined;
}

export function MessageTools({ line, inThread = false }: MessageToolsProps) {
  const app = useApp();
  useEffect(() => {
    // Without a connection they couldn't be loaded when they are needed.
    for (const part of WARM) part().catch(() => undefined);
  }, []);
  const { reacts, writes, edits } = rightsOf(app, line);
  const tool = (icon: keyof typeof messageIcons, label: string, act: () => void) => (
    <button type="button" tabIndex={-1} aria-label={label} title={label} onClick={act}>
      <Drawing path={messageIcons[icon]} />
    </button>
  );
  return (
    <>
      {reacts &&
        quickEmoji(app.settings.kept).map((emoji) => (
          <button
            key={emoji}
            type="button"
            tabIndex={-1}
            aria-label={messageStrings.react(emoji)}
            title={messageStrings.react(emoji)}
            onClick={() => react(app, line, emoji)}
          >
            {emoji}
          </button>
        ))}
      {reacts && (
        <button
          type="button"
          tabIndex={-1}
          data-picks
          aria-label={strings.react}
          title={strings.react}
        >
          <Drawing path={messageIcons.smile} />
        </button>
      )}
      {writes && tool("reply", messageStrings.reply, () => reply(app, line, inThread))}
      {edits && tool("pencil", messageStrings.edit, () => edit(app, line, inThread))}
    </>
  );
}
