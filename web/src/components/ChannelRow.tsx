/** A channel in the list: who, the last message, when, and how much is unread. */

import { toHash } from "../page/route";
import { today } from "../page/today";
import {
  type Channel,
  type ChannelId,
  countOf,
  GENERAL,
  isGroup,
  isNamed,
  levelOf,
  PREVIEW,
  unreadOf,
} from "../state/channel";
import { strings } from "../strings";
import { fullDate, shortly } from "../text/dates";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Badge } from "./Badge";
import { Icon } from "./Icon";
import { memo } from "./memo";

interface ChannelRowProps {
  id: ChannelId;
  name: string;
  channel: Channel;
  online: boolean | undefined;
  /** Whether nothing is notified of it. */
  muted: boolean;
  open: boolean;
  draft: string;
  /** Whether Tab comes to it. */
  tabStop: boolean;
}

export const ChannelRow = memo(function ChannelRow({
  id,
  name,
  channel,
  online,
  muted,
  open,
  draft,
  tabStop,
}: ChannelRowProps) {
  const { client } = useApp();
  const me = client.session.me.value?.uuid;
  const unread = unreadOf(channel);
  const count = countOf(channel);
  const { last } = channel;
  const { details } = channel;
  // Of a person or a channel without talk there is nothing to tell but the name.
  const slim = last === undefined && draft === "" && id !== GENERAL && id !== me;
  const marks = marksOf(channel, muted);
  const begun = draft.trim().slice(0, PREVIEW);
  return (
    <a
      class={`row${unread > 0 ? " unread" : ""}${slim ? " slim" : ""}${muted ? " muted" : ""}`}
      href={toHash(id)}
      data-channel={id}
      aria-current={open ? "page" : undefined}
      tabIndex={tabStop ? 0 : -1}
    >
      <Avatar
        uuid={id}
        name={name}
        online={id === me ? undefined : online}
        self={id === me}
        details={details}
      />
      <span class="row-name">
        <bdi>{name}</bdi>
        {online && id !== me && <span class="unseen">, {strings.online}</span>}
        {muted && <Icon name="muted" />}
        {marks && <span class="unseen">, {marks}</span>}
      </span>
      {last && (
        <time class="row-time" dateTime={new Date(last.at).toISOString()} title={fullDate(last.at)}>
          {shortly(last.at, today.value)}
        </time>
      )}
      {!slim && (
        <span class="row-last" dir="auto">
          {begun ? <em>{strings.draft(begun)}</em> : <LastLine id={id} channel={channel} />}
        </span>
      )}
      {count > 0 ? (
        <Badge
          count={count}
          label={levelOf(channel) === "all" ? strings.unread(count) : strings.mentions(count)}
        />
      ) : (
        unread > 0 && (
          <span class="badge dotted">
            <span class="unseen">{strings.newMessages}</span>
          </span>
        )
      )}
    </a>
  );
});

/** What the look of the row tells, in words. */
function marksOf(channel: Channel, muted: boolean): string {
  const { details } = channel;
  const marks = [
    isNamed(channel) && strings.channel,
    isGroup(channel) && strings.group,
    isNamed(channel) && details?.Private && strings.isPrivate,
    details?.Archived && strings.isArchived,
    muted && strings.isMuted,
  ];
  return marks.filter(Boolean).join(", ");
}

function LastLine({ id, channel }: { id: ChannelId; channel: Channel }) {
  const { client } = useApp();
  const me = client.session.me.value?.uuid;
  const { last } = channel;
  if (last === undefined)
    return <>{id === GENERAL ? strings.generalAbout : strings.startOfNotes}</>;
  if (last.deleted) return <>{strings.deletedMessages(1)}</>;
  const text = last.text.replace(/\s+/g, " ");
  if (id === me) return <>{text}</>;
  if (last.sender === me) return <>{strings.yourMessage(text)}</>;
  const shared = id === GENERAL || channel.details !== undefined;
  return <>{shared ? strings.said(client.personName(last.sender), text) : text}</>;
}
