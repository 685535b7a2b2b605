/** A channel in the list: who, the last message, when, and how much is unread. */
import { memo } from "preact/compat";
import { toHash } from "../page/route";
import { today } from "../page/today";
import { type Channel, type ChannelId, GENERAL, PREVIEW, unreadOf } from "../state/channel";
import { strings } from "../strings";
import { fullDate, shortly } from "../text/dates";
import { Avatar } from "./Avatar";
import { useApp } from "./app";

interface ChannelRowProps {
  id: ChannelId;
  name: string;
  channel: Channel;
  online: boolean | undefined;
  open: boolean;
  draft: string;
}

/** Above this the badge says only that there are many. */
const MOST_COUNTED = 99;

export const ChannelRow = memo(function ChannelRow({
  id,
  name,
  channel,
  online,
  open,
  draft,
}: ChannelRowProps) {
  const { client } = useApp();
  const me = client.session.me.value?.uuid;
  const unread = unreadOf(channel);
  const { last } = channel;
  const begun = draft.trim().slice(0, PREVIEW);
  return (
    <a
      class={`row${unread > 0 ? " unread" : ""}`}
      href={toHash(id)}
      data-channel={id}
      aria-current={open ? "page" : undefined}
    >
      <Avatar uuid={id} name={name} online={id === me ? undefined : online} self={id === me} />
      <span class="row-name">
        <bdi>{name}</bdi>
        {online && last && id !== me && <span class="unseen">, {strings.online}</span>}
      </span>
      {last && (
        <time class="row-time" dateTime={new Date(last.at).toISOString()} title={fullDate(last.at)}>
          {shortly(last.at, today.value)}
        </time>
      )}
      <span class="row-last" dir="auto">
        {begun ? (
          <em>{strings.draft(begun)}</em>
        ) : (
          <LastLine id={id} channel={channel} online={online} />
        )}
      </span>
      {unread > 0 && (
        <span class="badge">
          <span aria-hidden="true">{unread > MOST_COUNTED ? strings.manyUnread : unread}</span>
          <span class="unseen">{strings.unread(unread)}</span>
        </span>
      )}
    </a>
  );
});

function LastLine({
  id,
  channel,
  online,
}: {
  id: ChannelId;
  channel: Channel;
  online: boolean | undefined;
}) {
  const { client } = useApp();
  const me = client.session.me.value?.uuid;
  const { last } = channel;
  if (last === undefined) {
    if (id === GENERAL) return <>{strings.generalAbout}</>;
    if (id === me) return <>{strings.startOfNotes}</>;
    return <>{online ? strings.online : strings.offline}</>;
  }
  const text = last.text.replace(/\s+/g, " ");
  if (id === me) return <>{text}</>;
  if (last.sender === me) return <>{strings.yourMessage(text)}</>;
  return (
    <>{id === GENERAL ? strings.said(client.people.peek(last.sender)?.name ?? "…", text) : text}</>
  );
}
