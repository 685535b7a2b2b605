/** The open channel: its header, its messages, who is typing, and the composer. */
import { wide } from "../page/media";
import { GENERAL } from "../state/channel";
import { strings } from "../strings";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Composer } from "./Composer";
import { Icon } from "./Icon";
import { MessageList } from "./MessageList";

export function ChannelPane() {
  const { client } = useApp();
  const id = client.open.value;
  return (
    <main class="channel">
      <ChannelHeader />
      {id === client.sync.nobody.value ? (
        <div class="messages-frame">
          <p class="nobody" role="status">
            {strings.nobodyHere}
          </p>
        </div>
      ) : (
        <MessageList key={id} id={id} />
      )}
      <TypingLine />
      <Composer key={`write ${id}`} id={id} />
    </main>
  );
}

function ChannelHeader() {
  const { client, route } = useApp();
  const id = client.open.value;
  const name = client.name(id);
  const self = id === client.session.me.value?.uuid;
  const online =
    id === GENERAL || self || id === client.sync.nobody.value
      ? undefined
      : client.people.get(id)?.online;
  return (
    <header class="channel-head">
      {!wide.value && (
        <button
          type="button"
          class="icon-button back"
          aria-label={strings.back}
          onClick={() => route.toList()}
        >
          <Icon name="back" />
        </button>
      )}
      <Avatar uuid={id} name={name} online={online} self={self} />
      <div class="channel-title">
        <h2>
          <bdi>{name}</bdi>
        </h2>
        <ChannelState />
      </div>
    </header>
  );
}

function ChannelState() {
  const { client } = useApp();
  const id = client.open.value;
  if (!client.session.live.value) return null;
  if (id === GENERAL) return <small>{strings.peopleOnline(client.people.online.value)}</small>;
  if (id === client.session.me.value?.uuid || id === client.sync.nobody.value) return null;
  return <small>{client.people.get(id)?.online ? strings.online : strings.offline}</small>;
}

function TypingLine() {
  const { client } = useApp();
  const names = client.typing
    .in(client.open.value)
    .map((uuid) => client.people.get(uuid)?.name ?? "…");
  return (
    <p class="typing" aria-live="off">
      {names.length > 0 && <bdi>{strings.typing(names)}</bdi>}
    </p>
  );
}
