/** Says for a moment that a dropped file wasn't taken, that a channel is gone, or that somebody isn't notified. */
import type { Message } from "@chinwag/client";
import { channelStrings } from "../channel-strings";
import { mentionStrings } from "../mention-strings";
import { messageStrings } from "../message-strings";
import type { goneChannel } from "../page/gone";
import { channelOf } from "../state/channel";
import { useApp } from "./app";
import { Notice } from "./Notice";

interface NewsNoticesProps {
  drops: number | undefined;
  gone: typeof goneChannel.value;
  notMembers: Message | undefined;
}

export function NewsNotices({ drops, gone, notMembers }: NewsNoticesProps) {
  return (
    <>
      <Notice of={drops} text={messageStrings.noFiles} bad />
      {notMembers && <NotMembers message={notMembers} />}
      <Notice of={gone} text={gone ? channelStrings.gone(gone.title) : ""} />
    </>
  );
}

/** They aren't in the channel of the message. */
function NotMembers({ message }: { message: Message }) {
  const { client } = useApp();
  const names = message.NotMembers?.map(({ Username }) => Username) ?? [];
  const channel = channelOf(message, client.session.me.value?.uuid ?? "");
  return <Notice of={message} text={mentionStrings.notMembers(names, client.title(channel))} />;
}
