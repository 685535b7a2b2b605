/** A message, with the day, the "new messages" line and the sender above it where they change. */

import { memo } from "preact/compat";
import { focusComposer } from "../page/focus";
import { today } from "../page/today";
import type { Client } from "../state/client";
import type { Pending } from "../state/outbox";
import { strings } from "../strings";
import { dayOf, fullDate, timeOf } from "../text/dates";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Fold, type Folds, mayBeLong } from "./Fold";
import { Icon } from "./Icon";
import { MessageText } from "./MessageText";
import type { Row } from "./rows";

interface MessageRowProps extends Omit<Row, "key"> {
  /** The same object for all rows of a channel. */
  folds: Folds;
}

export const MessageRow = memo(function MessageRow(row: MessageRowProps) {
  const { client } = useApp();
  const name =
    client.people.get(row.sender)?.name ?? (row.mine ? (client.session.me.value?.name ?? "") : "…");
  const state = row.pending === undefined ? "" : row.pending.refused ? " refused" : " pending";
  return (
    <div
      class={`message${row.mine ? " mine" : ""}${row.startsGroup ? " first" : ""}${state}`}
      data-seq={row.seq || undefined}
    >
      {row.startsDay && (
        <div class="day">
          <span>{dayOf(row.at, today.value)}</span>
        </div>
      )}
      {row.isNew && (
        <div class="new-line">
          <span>{strings.newMessages}</span>
        </div>
      )}
      <article class="entry" aria-label={strings.saidAt(name, timeOf(row.at))}>
        {row.startsGroup ? <Avatar uuid={row.sender} name={name} /> : <SideTime at={row.at} />}
        <div class="entry-body">
          {row.startsGroup && (
            <div class="said-by">
              <bdi>{name}</bdi>
              {row.mine && <span class="you">{strings.you}</span>}
              <Time at={row.at} />
            </div>
          )}
          <div class="bubble">
            {mayBeLong(row.text) ? (
              <Fold seq={row.seq} folds={row.folds}>
                <MessageText text={row.text} />
              </Fold>
            ) : (
              <MessageText text={row.text} />
            )}
          </div>
          {row.pending && <Sending pending={row.pending} />}
        </div>
        {row.seq > 0 && client.channels.supported.value && (
          <button
            type="button"
            class="entry-more"
            // The arrow keys lead from one to the next; Tab would take long.
            tabIndex={-1}
            aria-label={strings.messageMenu(name, timeOf(row.at))}
            aria-haspopup="menu"
          >
            <Icon name="more" />
          </button>
        )}
      </article>
    </div>
  );
}, sameRow);

/** A pending message is a new object with each change of the outbox; only what is shown of it counts. */
function sameRow(a: MessageRowProps, b: MessageRowProps): boolean {
  return (
    a.seq === b.seq &&
    a.text === b.text &&
    a.at === b.at &&
    a.sender === b.sender &&
    a.mine === b.mine &&
    a.startsDay === b.startsDay &&
    a.startsGroup === b.startsGroup &&
    a.isNew === b.isNew &&
    a.pending?.clientUUID === b.pending?.clientUUID &&
    a.pending?.refused === b.pending?.refused
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
  const { client } = useApp();
  if (pending.refused === undefined) {
    return (
      <span class="sending">
        <Icon name="clock" />
        {strings.sending}
      </span>
    );
  }
  return (
    <span class="not-sent" role="alert">
      <Icon name="alert" />
      <span>
        {strings.notSent} {pending.refused}
      </span>
      <button type="button" onClick={() => client.outbox.retry(pending.clientUUID)}>
        {strings.retry}
      </button>
      <button type="button" onClick={() => mend(client, pending)}>
        {strings.edit}
      </button>
      <button type="button" onClick={() => client.outbox.discard(pending.clientUUID)}>
        {strings.discard}
      </button>
    </span>
  );
}

function mend(client: Client, pending: Pending): void {
  client.belongings.mend(pending.clientUUID);
  focusComposer();
}
