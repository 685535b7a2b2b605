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
  const isSelf = entry?.id === client.session.me.value?.uuid;
  return (
    <>
      {entry && (
        <Avatar
          uuid={entry.id}
          name={entry.name}
          online={isSelf ? undefined : entry.online}
          self={isSelf}
          details={entry.channel.details}
        />
      )}
      <bdi>{name}</bdi>
      {about && <small>{about}</small>}
    </>
  );
}
