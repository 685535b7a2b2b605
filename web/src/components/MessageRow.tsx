/** A message, with the day, the "new messages" line and the sender above it where they change. */

import { type ReadonlySignal, useComputed } from "@preact/signals";
import { today } from "../page/today";
import { isFor, type Line } from "../state/line";
import type { Pending } from "../state/outbox";
import { strings } from "../strings";
import { dayOf, fullDate, timeOf } from "../text/dates";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Fold, type Folds, mayBeLong } from "./Fold";
import { Icon } from "./Icon";
import { lazy } from "./Lazy";
import { MessageText } from "./MessageText";
import { memo } from "./memo";
import { Reactions } from "./Reactions";
import type { Row } from "./rows";

const Files = lazy(() => import("./Files"), "Files");
const EditField = lazy(() => import("./EditField"), "EditField");
const NotSent = lazy(() => import("./NotSent"), "NotSent");
const MessageTools = lazy(() => import("./MessageTools"), "MessageTools");

/** Pending messages and what is laid over others are new objects each time; only what is in them counts. */
const NESTED = ["line", "pending"];

export interface MessageRowProps extends Omit<Row, "key"> {
  /** The same object for all rows of a channel. */
  folds: Folds;
  /** The message whose tools are shown. */
  active: ReadonlySignal<number | undefined>;
  /** Whether it was looked for, and is marked for a moment. */
  marked?: boolean;
  /** Whether it is among the messages of its thread. */
  inThread?: boolean;
}

export const MessageRow = memo(function MessageRow(row: MessageRowProps) {
  const { line, startsGroup: first, mine } = row;
  const { client } = useApp();
  if (row.deleted === 0) return <div class="message" data-seq={line.seq} />;
  const name = line.as ?? client.personName(line.sender);
  const isMarked = isFor(client.session.me.value?.uuid ?? "", line);
  const state = row.pending === undefined ? "" : row.pending.refused ? " refused" : " pending";
  return (
    <div
      class={`message${mine ? " mine" : ""}${first ? " first" : ""}${state}${isMarked ? " for-me" : ""}${row.marked ? " marked" : ""}`}
      data-seq={line.seq || undefined}
    >
      {row.startsDay && (
        <div class="day">
          <span>{dayOf(line.at, today.value)}</span>
        </div>
      )}
      {row.isNew && (
        <div class="new-line">
          <span>{strings.newMessages}</span>
        </div>
      )}
      {row.deleted ? <Deleted {...row} /> : <Said {...row} name={name} />}
    </div>
  );
}, NESTED);

interface SaidProps extends MessageRowProps {
  name: string;
}

function Said({ name, ...row }: SaidProps) {
  const { client } = useApp();
  const { line, startsGroup: first } = row;
  const { at, seq, text } = line;
  const me = client.session.me.value;
  const mention = line.mentions?.includes(me?.uuid ?? "") ? me?.name : line.mentionsAll && "all";
  const editing = client.writing.editing.value;
  const edited =
    editing !== undefined &&
    editing.seq === seq &&
    editing.id === client.open.value &&
    Boolean(editing.inThread) === Boolean(row.inThread);
  return (
    <article class="entry" aria-label={strings.saidAt(name, timeOf(at))}>
      {first ? <Avatar uuid={line.sender} name={name} /> : <SideTime at={at} />}
      <div class="entry-body">
        {line.answered && <Quote {...row} />}
        {first && (
          <div class="said-by">
            <bdi>{name}</bdi>
            {row.mine && <span class="you">{strings.you}</span>}
            {client.people.get(line.sender)?.bot && <span class="you">{strings.bot}</span>}
            <Time at={at} />
            {line.pinned && <Icon name="pin" />}
          </div>
        )}
        {edited ? (
          <EditField line={line} />
        ) : (
          (text || !line.files) && (
            <div class="bubble">
              {mayBeLong(text) ? (
                <Fold seq={seq} folds={row.folds}>
                  <MessageText text={text} mention={mention} />
                </Fold>
              ) : (
                <MessageText text={text} mention={mention} />
              )}
              {line.editedAt && (
                <small
                  class="edited"
                  title={fullDate(line.editedAt)}
                  // As a text it would be copied along.
                  data-text={strings.edited}
                />
              )}
            </div>
          )
        )}
        {line.files && <Files line={line} />}
        {line.reactions && <Reactions line={line} />}
        <Replies line={line} inThread={row.inThread} />
        {row.pending && <Sending pending={row.pending} />}
      </div>
      {seq > 0 && client.channels.supported.value && (
        <Tools {...row} label={strings.messageMenu(name, timeOf(at))} />
      )}
    </article>
  );
}

function Tools({ active, inThread, label, line }: MessageRowProps & { label: string }) {
  const isShown = useComputed(() => active.value === line.seq).value;
  return (
    <div class={isShown ? "entry-tools shown" : "entry-tools"}>
      {isShown && <MessageTools line={line} inThread={inThread} />}
      <button
        type="button"
        class="entry-more"
        // The arrow keys lead from one to the next; Tab would take long.
        tabIndex={-1}
        aria-label={label}
        aria-haspopup="menu"
      >
        <Icon name="more" />
      </button>
    </div>
  );
}

function Deleted({ deleted = 1, line, inThread }: MessageRowProps) {
  return (
    <div class="entry deleted">
      <span />
      <div class="entry-body">
        <p>{strings.deletedMessages(deleted)}</p>
        <Replies line={line} inThread={inThread} />
      </div>
    </div>
  );
}

/** What the message answers; a click leads to it. */
function Quote({ line: { answered }, quote, inThread }: MessageRowProps) {
  const { client } = useApp();
  if (answered === undefined || (inThread && answered.seq === answered.root)) return null;
  return (
    <button type="button" class="quote" tabIndex={-1} data-to={answered.seq}>
      <span class="unseen">{strings.answers} </span>
      <bdi>{answered.as ?? client.personName(answered.sender)}</bdi>{" "}
      <span dir="auto">{quote?.replace(/\s+/g, " ") ?? strings.deletedMessages(1)}</span>
    </button>
  );
}

function Replies({ line, inThread = false }: { line: Line; inThread?: boolean | undefined }) {
  const { side } = useApp();
  if (!line.replies || inThread) return null;
  return (
    <button
      type="button"
      class="replies"
      onClick={() => {
        side.value = line.seq;
      }}
    >
      {strings.replies(line.replies)}
    </button>
  );
}

function Time({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={fullDate(at)}>
      {timeOf(at)}
    </time>
  );
}

/** Shown beside a message that is pointed at. It isn't text, so that it is neither selected nor read aloud. */
function SideTime({ at }: { at: number }) {
  return <span class="side-time" data-time={timeOf(at)} title={fullDate(at)} aria-hidden="true" />;
}

function Sending({ pending }: { pending: Pending }) {
  if (pending.refused !== undefined) return <NotSent pending={pending} />;
  return (
    <span class="sending">
      <Icon name="clock" />
      {strings.sending}
    </span>
  );
}
