/** A message, with the day, the "new messages" line and the sender above it where they change. */
import { memo } from "preact/compat";
import { today } from "../page/today";
import type { Client } from "../state/client";
import type { Pending } from "../state/outbox";
import { strings } from "../strings";
import { dayOf, fullDate, timeOf } from "../text/dates";
import { MessageText } from "../text/MessageText";
import { Avatar, hueOf } from "./Avatar";
import { useApp } from "./app";
import { Icon } from "./Icon";
import type { Row } from "./rows";

type MessageRowProps = Omit<Row, "key">;

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
      <article class="bubble-row" aria-label={strings.saidAt(name, timeOf(row.at))}>
        {!row.mine && row.startsGroup && <Avatar uuid={row.sender} name={name} />}
        <div class="bubble-side">
          {row.startsGroup && (
            <div class="said-by">
              {!row.mine && <bdi style={hueOf(row.sender)}>{name}</bdi>}
              <Time at={row.at} />
            </div>
          )}
          <div class="bubble">
            <MessageText text={row.text} />
          </div>
          {row.pending && <Sending pending={row.pending} />}
        </div>
        {!row.startsGroup && <Time at={row.at} />}
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
  document.getElementById("composer")?.focus();
}
