/** What stands above the oldest message: the start of the channel, or a sign that older ones are coming. */
import { type ChannelId, type Details, GENERAL } from "../state/channel";
import { strings } from "../strings";
import { useApp } from "./app";

/** Fixed in messages.css as well, because the virtual list must know it. */
export const START_HEIGHT = 168;

export function ChannelStart({ id, atStart }: { id: ChannelId; atStart: boolean }) {
  const { client } = useApp();
  if (!atStart) {
    return (
      <div class="channel-start loading" aria-hidden="true">
        <span />
        <span />
        <span />
      </div>
    );
  }
  const { details } = client.channels.get(id);
  const me = client.session.me.value?.uuid;
  const [title, text] =
    details && id !== GENERAL ? shared(details, client.title(id)) : words(id, me, client.name(id));
  return (
    <div class="channel-start">
      <strong>
        <bdi>{title}</bdi>
      </strong>
      <p>{text}</p>
    </div>
  );
}

function shared({ Archived, Name, Topic, Private }: Details, title: string): [string, string] {
  if (Name === "") return [title, strings.startOfGroupText];
  if (Topic || Archived) return [title, Topic];
  return [title, Private ? strings.startOfPrivateChannelText : strings.startOfChannelText];
}

function words(id: ChannelId, me: string | undefined, name: string): [string, string] {
  if (id === GENERAL) return [strings.startOfGeneral, strings.startOfGeneralText];
  if (id === me) return [strings.startOfNotes, strings.startOfNotesText];
  return [strings.startOfPrivate(name), strings.startOfPrivateText];
}
