/** The details of the open channel: beside it where there is room, else over it. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { GENERAL, isGroup, isLookedAt, isNamed } from "../state/channel";
import { strings } from "../strings";
import { useApp } from "./app";
import { ChannelAbout } from "./ChannelAbout";
import { ChannelManaging } from "./ChannelManaging";
import { ChannelPreferences } from "./ChannelPreferences";
import { Dialog } from "./Dialog";
import { Icon } from "./Icon";
import { MemberList } from "./MemberList";
import "../styles/channel-dialogs.css";
import "../styles/details.css";

export function ChannelDetails({ beside }: { beside: boolean }) {
  const { client, details } = useApp();
  const id = client.open.value;
  const close = () => {
    details.value = false;
    document.getElementById("details-button")?.focus();
  };
  // What lies over a channel goes with it; what stands beside goes along to the next one.
  useEffect(
    () => () => {
      if (!beside) details.value = false;
    },
    [beside, details, id],
  );
  if (id === client.sync.nobody.value || !client.channels.supported.value) return null;
  const title = strings.detailsOf(client.title(id));
  if (!beside) {
    return (
      <Dialog title={title} class="details" close={close}>
        <Contents key={id} />
      </Dialog>
    );
  }
  return (
    <Aside title={title} close={close}>
      <Contents key={id} />
    </Aside>
  );
}

interface AsideProps {
  title: string;
  close: () => void;
  children: ComponentChildren;
}

function Aside({ title, close, children }: AsideProps) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus(), []);
  return (
    <aside
      class="details beside"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        close();
      }}
    >
      <header class="dialog-head">
        <h2>{channelStrings.details}</h2>
        <button
          ref={button}
          type="button"
          class="icon-button"
          aria-label={strings.close}
          onClick={close}
        >
          <Icon name="close" />
        </button>
      </header>
      {children}
    </aside>
  );
}

function Contents() {
  const { client } = useApp();
  const channel = client.channels.get(client.open.value);
  const { details, id } = channel;
  const member = !isLookedAt(channel);
  return (
    <div class="details-parts">
      {details && (isNamed(channel) || details.Topic !== "") && (
        <ChannelAbout channel={channel} details={details} />
      )}
      {member && <ChannelPreferences channel={channel} />}
      {details && <MemberList id={id} details={details} />}
      {details && isNamed(channel) && member && <ChannelManaging id={id} details={details} />}
      {isGroup(channel) && id !== GENERAL && <p class="aside">{channelStrings.groupStays}</p>}
    </div>
  );
}
