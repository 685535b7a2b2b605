/** Says for a moment that a file wasn't taken, a channel is gone, a message was reported, the password was reset, or somebody isn't notified. */
import type { Authorized, Message } from "@chinwag/client";
import { channelStrings } from "../channel-strings";
import { fileStrings } from "../file-strings";
import { mentionStrings } from "../mention-strings";
import type { fileNotice } from "../page/drops";
import type { goneChannel } from "../page/gone";
import { peopleStrings } from "../people-strings";
import { channelOf } from "../state/channel";
import { fullDate } from "../text/dates";
import { useApp } from "./app";
import { Notice } from "./Notice";

interface NewsNoticesProps {
  notice: typeof fileNotice.value;
  gone: typeof goneChannel.value;
  notMembers: Message | undefined;
  reported: { readonly UUID: string } | undefined;
  resetBy: Authorized["resetBy"] | undefined;
}

export function NewsNotices({ notice, gone, notMembers, reported, resetBy }: NewsNoticesProps) {
  const { dialog } = useApp();
  return (
    <>
      <Notice of={notice} text={notice?.why ?? fileStrings.notTaken} bad />
      {notMembers && <NotMembers message={notMembers} />}
      {resetBy && <ResetBy resetBy={resetBy} />}
      {reported && (
        <Notice
          of={reported}
          text={peopleStrings.wasReported}
          more={{
            label: peopleStrings.lookAtReport,
            act: () => {
              dialog.value = "adminReports";
            },
          }}
        />
      )}
      <Notice of={gone} text={gone ? channelStrings.gone(gone.title) : ""} />
    </>
  );
}

/** For good reasons an admin's doing is never hidden from the person it is done to. */
function ResetBy({ resetBy }: { resetBy: NonNullable<Authorized["resetBy"]> }) {
  const { client } = useApp();
  const name = resetBy.UUID && client.personName(resetBy.UUID);
  const text = peopleStrings.resetBy(name || undefined, fullDate(Date.parse(resetBy.At)));
  return <Notice of={resetBy} text={text} />;
}

/** They aren't in the channel of the message. */
function NotMembers({ message }: { message: Message }) {
  const { client } = useApp();
  const names = message.NotMembers?.map(({ Username }) => Username) ?? [];
  const channel = channelOf(message, client.session.me.value?.uuid ?? "");
  return <Notice of={message} text={mentionStrings.notMembers(names, client.title(channel))} />;
}
