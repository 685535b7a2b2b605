/** What concerns the user: mentions, replies and reactions; a click leads to the message. */
import type { ActivityItem, Message } from "@chinwag/client";
import { useEffect, useMemo } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { mentionStrings } from "../mention-strings";
import { roomy } from "../page/media";
import { toHash } from "../page/route";
import { today } from "../page/today";
import { Activity as Listed } from "../state/activity";
import { excerptOf, lineOf } from "../state/line";
import { strings } from "../strings";
import { fullDate, shortly } from "../text/dates";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Failure } from "./Failure";
import { SidePanel } from "./SidePanel";
import { useWork } from "./working";
import "../styles/activity.css";

export function Activity({ beside }: { beside: boolean }) {
  const { client, side } = useApp();
  const work = useWork();
  const activity = useMemo(() => new Listed(client.socket), [client]);
  const live = client.session.live.value;
  const mentions = client.channels.sorted.value.reduce(
    (sum, each) => sum + (each.mentions ?? 0),
    0,
  );
  useEffect(() => {
    if (live) void work.run(() => activity.load());
  }, [activity, live, mentions]);
  useEffect(() => {
    const { states } = client.incoming;
    const take = (changed: readonly Message[]) => {
      const me = client.session.me.peek()?.uuid ?? "";
      if (activity.concerns(changed, me)) void work.run(() => activity.load());
    };
    states.add(take);
    return () => void states.delete(take);
  }, [activity, client]);
  const close = () => {
    side.value = undefined;
    document.getElementById("activity")?.focus();
  };
  const items = activity.items.value;
  return (
    <SidePanel
      title={strings.activity}
      heading={strings.activity}
      class="activity"
      beside={beside}
      close={close}
    >
      <ul aria-busy={!activity.loaded.value}>
        {items.map((item) => (
          <li key={keyOf(item)}>
            <Item item={item} />
          </li>
        ))}
      </ul>
      {activity.loaded.value && items.length === 0 && (
        <p class="nobody">{mentionStrings.noActivity}</p>
      )}
      {activity.more.value && (
        <button
          type="button"
          class="quiet"
          disabled={work.busy}
          onClick={() => void work.run(() => activity.next())}
        >
          {channelStrings.more}
        </button>
      )}
      <Failure work={work} />
    </SidePanel>
  );
}

function Item({ item }: { item: ActivityItem }) {
  const { client, side } = useApp();
  const { At, Kind, User, message, recipientUUID: id } = item;
  const channel = client.channels.get(id);
  const at = Date.parse(At);
  // A reaction is to one's own message, which one has read.
  const isNew = Kind !== "reaction" && message.Seq > channel.read;
  const person = client.people.get(User.UUID)?.name ?? User.Username;
  const isDirect = message.Recipient !== undefined;
  const where = !isDirect && mentionStrings.inChannel(client.title(id));
  const what = [mentionStrings.did[Kind], item.Emoji, where];
  return (
    <a
      href={toHash(id, message.Seq)}
      class={isNew ? "unread" : undefined}
      onClick={() => {
        if (!roomy.value) side.value = undefined;
      }}
    >
      <Avatar uuid={User.UUID} name={person} />
      <span class="activity-what">
        <bdi>{person}</bdi> {what.filter(Boolean).join(" ")}
        {isNew && <span class="unseen">, {strings.newMessages}</span>}
      </span>
      <time dateTime={At} title={fullDate(at)}>
        {shortly(at, today.value)}
      </time>
      <span class="activity-text" dir="auto">
        {excerptOf(lineOf(message))}
      </span>
    </a>
  );
}

function keyOf({ At, Emoji, Kind, User, message }: ActivityItem): string {
  return [Kind, message.UUID, User.UUID, Emoji, At].join();
}
