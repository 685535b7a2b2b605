/** Says for a moment who isn't notified of a message, because they aren't in its channel. */
import type { Message } from "@chinwag/client";
import { mentionStrings } from "../mention-strings";
import { channelOf } from "../state/channel";
import { useApp } from "./app";
import { Notice } from "./Notices";

export function NotMembers({ message }: { message: Message }) {
  const { client } = useApp();
  const names = message.NotMembers?.map(({ Username }) => Username) ?? [];
  const channel = channelOf(message, client.session.me.value?.uuid ?? "");
  return <Notice of={message} text={mentionStrings.notMembers(names, client.title(channel))} />;
}
