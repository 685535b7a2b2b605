/** A thread beside its channel: the message that began it, all that answer, and where the next answer is written. */
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { messageStrings } from "../message-strings";
import type { Line } from "../state/line";
import { useApp } from "./app";
import { Composer } from "./Composer";
import type { Folds } from "./Fold";
import { useGestures } from "./gestures";
import { useListing } from "./listings";
import { MessageMenu } from "./MessageMenu";
import { MessageRow } from "./MessageRow";
import { rowsOf } from "./rows";
import { SidePanel } from "./SidePanel";
import "../styles/thread.css";

export function Thread({ beside, root }: { beside: boolean; root: number }) {
  const { client, side } = useApp();
  const id = client.open.value;
  const opened = useRef(id);
  const close = () => {
    side.value = undefined;
    document.querySelector<HTMLElement>(`[data-seq="${root}"] .replies`)?.focus();
  };
  useEffect(() => {
    if (opened.current !== id) side.value = undefined;
  }, [id, side]);
  const title = messageStrings.threadIn(client.title(id));
  return (
    <SidePanel
      title={title}
      heading={messageStrings.thread}
      class="thread"
      beside={beside}
      close={close}
    >
      <Messages key={`${id} ${root}`} id={id} root={root} />
    </SidePanel>
  );
}

function Messages({ id, root }: { id: string; root: number }) {
  const { client } = useApp();
  const listing = useListing(id, root);
  const box = useRef<HTMLDivElement>(null);
  const folds: Folds = useMemo(() => ({ opened: new Set(), opening: () => undefined }), []);
  const me = client.session.me.value?.uuid ?? "";
  const lines = listing.lines.value;
  const pending = client.outbox.pending.value.filter(
    ({ channel, answered }) => channel === id && answered?.root === root,
  );
  const bySeq = new Map(lines.map((line) => [line.seq, line]));
  const shown = (line: Line) => client.changes.shown(id, line, me);
  const rows = rowsOf({ lines, pending, me, shown, find: (seq) => bySeq.get(seq) });
  const gestures = useGestures((seq) => {
    box.current?.querySelector(`[data-seq="${seq}"]`)?.scrollIntoView({ block: "center" });
  });
  const newest = rows.length > 0 ? rows.at(rows.length - 1).key : "";
  useLayoutEffect(() => {
    box.current?.scrollTo(0, box.current.scrollHeight);
  }, [newest]);
  const index = rows.indexOf(gestures.at?.seq ?? 0);
  const first = bySeq.get(root);
  const answered = first && { seq: root, root, sender: first.sender, as: first.as };
  return (
    <>
      <div class="messages-frame" {...gestures.handlers}>
        <div
          ref={box}
          class="messages"
          role="log"
          aria-live="off"
          aria-label={messageStrings.thread}
          aria-busy={!listing.loaded.value}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: A region that scrolls must be reachable by keyboard.
          tabIndex={0}
        >
          {Array.from({ length: rows.length }, (_, n) => rows.at(n)).map(({ key, ...row }) => (
            <MessageRow key={key} folds={folds} inThread active={gestures.active} {...row} />
          ))}
        </div>
        {gestures.at && index >= 0 && (
          <MessageMenu {...gestures} at={gestures.at} line={rows.at(index).line} inThread />
        )}
      </div>
      {answered && !client.closedBy(id) && <Composer key={root} id={id} root={answered} />}
    </>
  );
}
