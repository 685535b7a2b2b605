/** What an option of a search shows: a channel, a person, or a few words. */
import type { Entry } from "../state/entries";
import { Avatar } from "./Avatar";
import { useApp } from "./app";

interface ValueOptionProps {
  name: string;
  about?: string | undefined;
  entry?: Entry | undefined;
}

export function ValueOption({ name, about, entry }: ValueOptionProps) {
  const { client } = useApp();
  // As a sender one has a face, as a channel the sign of the notes.
  const isMe = entry?.id === client.session.me.value?.uuid;
  const isSelf = isMe && about === undefined;
  return (
    <>
      {entry && (
        <Avatar
          uuid={entry.id}
          name={entry.name}
          online={isMe ? undefined : entry.online}
          self={isSelf}
          details={entry.channel.details}
        />
      )}
      <bdi>{name}</bdi>
      {about && <small>{about}</small>}
    </>
  );
}
