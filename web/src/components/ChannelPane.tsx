/** The open channel: its header, its messages, who is typing, and the composer. */
import { wide } from "../page/media";
import { type Channel, GENERAL } from "../state/channel";
import { strings } from "../strings";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Composer } from "./Composer";
import { Icon } from "./Icon";
import { lazy } from "./Lazy";
import { MessageList } from "./MessageList";

const ClosedComposer = lazy(() => import("./ClosedComposer"), "ClosedComposer");
const NobodyHere = lazy(() => import("./NobodyHere"), "NobodyHere");

export function ChannelPane() {
  const { client } = useApp();
  const id = client.open.value;
  return (
    <main class="channel">
      <ChannelHeader />
      {id === client.sync.nobody.value ? (
        <div class="messages-frame">
          <NobodyHere />
        </div>
      ) : (
        <MessageList key={id} id={id} />
      )}
      <TypingLine />
      {client.closedBy(id) ? (
        <ClosedComposer key={`closed ${id}`} id={id} />
      ) : (
        <Composer key={`write ${id}`} id={id} />
      )}
    </main>
  );
}

function ChannelHeader() {
  const { client, route } = useApp();
  const id = client.open.value;
  const name = client.name(id);
  const channel = client.channels.get(id);
  const self = id === client.session.me.value?.uuid;
  const online =
    id === GENERAL || channel.details || self || id === client.sync.nobody.value
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
      <Avatar uuid={id} name={name} online={online} self={self} details={channel.details} />
      <div class="channel-title">
        <h2>
          <bdi>{client.title(id)}</bdi>
        </h2>
        <ChannelState />
      </div>
      <HeaderButtons channel={channel} />
    </header>
  );
}

function ChannelState() {
  const { client } = useApp();
  const id = client.open.value;
  const { details } = client.channels.get(id);
  if (id !== GENERAL && details) {
    const { Archived, Topic, Users, usersTotal } = details;
    const count = Users ? strings.peopleIn(usersTotal) : strings.members(usersTotal);
    const about = [Archived && strings.isArchived, count, Topic];
    return <small dir="auto">{about.filter(Boolean).join(" · ")}</small>;
  }
  if (!client.session.live.value) return null;
  if (id === GENERAL) return <small>{strings.peopleOnline(client.people.online.value)}</small>;
  if (id === client.session.me.value?.uuid || id === client.sync.nobody.value) return null;
  return <small>{client.people.get(id)?.online ? strings.online : strings.offline}</small>;
}

/** A server of 0.1 has neither details nor a search. */
function HeaderButtons({ channel }: { channel: Channel }) {
  const { client, dialog, side } = useApp();
  const { id } = channel;
  if (!client.channels.supported.value || id === client.sync.nobody.value) return null;
  const searchLabel = strings.searchIn(client.title(id));
  const label = strings.detailsOf(client.title(id));
  const shown = side.value === "details";
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-label={searchLabel}
        title={searchLabel}
        onClick={() => {
          dialog.value = "searchHere";
        }}
      >
        <Icon name="search" />
      </button>
      <button
        type="button"
        id="details-button"
        class="icon-button"
        aria-label={label}
        title={label}
        aria-expanded={shown}
        onClick={() => {
          side.value = shown ? undefined : "details";
        }}
      >
        <Icon name={channel.details ? "people" : "about"} />
      </button>
    </>
  );
}

function TypingLine() {
  const { client } = useApp();
  const names = client.typing.in(client.open.value).map((uuid) => client.personName(uuid));
  return (
    <p class="typing" aria-live="off">
      {names.length > 0 && <bdi>{strings.typing(names)}</bdi>}
    </p>
  );
}
