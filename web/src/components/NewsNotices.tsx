/** Says for a moment that a file wasn't taken, that a channel is gone, or that somebody isn't notified. */
import type { Message } from "@chinwag/client";
import { channelStrings } from "../channel-strings";
import { fileStrings } from "../file-strings";
import { mentionStrings } from "../mention-strings";
import type { fileNotice } from "../page/drops";
import type { goneChannel } from "../page/gone";
import { channelOf } from "../state/channel";
import { useApp } from "./app";
import { Notice } from "./Notice";

interface NewsNoticesProps {
  notice: typeof fileNotice.value;
  gone: typeof goneChannel.value;
  notMembers: Message | undefined;
}

export function NewsNotices({ notice, gone, notMembers }: NewsNoticesProps) {
  return (
    <>
      <Notice of={notice} text={notice?.why ?? fileStrings.notTaken} bad />
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
