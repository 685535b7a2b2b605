/** Everybody who reacted to a message, by emoji. */
import type { User } from "@chinwag/client";
import { useEffect, useState } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { messageStrings } from "../message-strings";
import type { Reaction } from "../state/line";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Dialog } from "./Dialog";
import { Failure } from "./Failure";
import { useWork } from "./working";

const PAGE = 100;

export function ReactorsDialog() {
  const { message } = useApp();
  const line = message.value;
  return (
    <Dialog title={messageStrings.whoReacted} class="reactors">
      {line?.reactions?.map((reaction) => (
        <Reactors key={reaction.emoji} seq={line.seq} reaction={reaction} />
      ))}
    </Dialog>
  );
}

function Reactors({ seq, reaction: { emoji, count } }: { seq: number; reaction: Reaction }) {
  const { client } = useApp();
  const work = useWork();
  const [users, setUsers] = useState<readonly User[]>([]);
  const recipientUUID = client.open.value;
  const more = () =>
    work.run(async () => {
      const page = { recipientUUID, seq, emoji, offset: users.length, limit: PAGE };
      const reply = await client.socket.request({ type: "messageReactors", messageReactors: page });
      setUsers([...users, ...reply.messageReactors.users]);
    });
  useEffect(() => void more(), []);
  return (
    <section>
      <h3>{messageStrings.reactors(emoji, count)}</h3>
      <ul class="members">
        {users.map(({ UUID, Username }) => (
          <li key={UUID}>
            <Avatar uuid={UUID} name={Username} />
            <bdi>{Username}</bdi>
          </li>
        ))}
      </ul>
      <Failure work={work} />
      {users.length > 0 && users.length < count && (
        <button type="button" class="quiet" disabled={work.busy} onClick={() => void more()}>
          {channelStrings.more}
        </button>
      )}
    </section>
  );
}
