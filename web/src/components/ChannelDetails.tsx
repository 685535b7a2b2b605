/** The details of the open channel: beside it where there is room, else over it. */
import { useEffect } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { GENERAL, isGroup, isLookedAt, isNamed } from "../state/channel";
import { strings } from "../strings";
import { useApp } from "./app";
import { ChannelAbout } from "./ChannelAbout";
import { ChannelManaging } from "./ChannelManaging";
import { ChannelPreferences } from "./ChannelPreferences";
import { FileList } from "./FileList";
import { lazy } from "./Lazy";
import { MemberList } from "./MemberList";
import { PinnedList } from "./PinnedList";
import { SidePanel } from "./SidePanel";
import "../styles/channel-dialogs.css";

const HookSettings = lazy(() => import("./HookSettings"), "HookSettings");
const PersonDetails = lazy(() => import("./PersonDetails"), "PersonDetails");

export function ChannelDetails({ beside }: { beside: boolean }) {
  const { client, side } = useApp();
  const id = client.open.value;
  const close = () => {
    side.value = undefined;
    document.getElementById("details-button")?.focus();
  };
  // What lies over a channel goes with it; what stands beside goes along to the next one.
  useEffect(
    () => () => {
      if (!beside && side.value === "details") side.value = undefined;
    },
    [beside, side, id],
  );
  if (id === client.sync.nobody.value || !client.channels.supported.value) return null;
  const title = strings.detailsOf(client.title(id));
  return (
    <SidePanel title={title} heading={channelStrings.details} beside={beside} close={close}>
      <Contents key={id} />
    </SidePanel>
  );
}

function Contents() {
  const { client } = useApp();
  const channel = client.channels.get(client.open.value);
  const { details, id } = channel;
  const member = !isLookedAt(channel);
  const manages = client.manages(id);
  const me = client.session.me.value?.uuid;
  return (
    <div class="details-parts">
      {details && (isNamed(channel) || details.Topic !== "" || client.manages(id)) && (
        <ChannelAbout channel={channel} details={details} />
      )}
      {member && <ChannelPreferences channel={channel} />}
      <PinnedList id={id} />
      {details && <MemberList id={id} details={details} />}
      {client.files.value && <FileList id={id} />}
      {details && manages && <HookSettings id={id} />}
      {details && (manages || (isNamed(channel) && member)) && (
        <ChannelManaging id={id} details={details} />
      )}
      {!details && id !== me && <PersonDetails uuid={id} />}
      {isGroup(channel) && id !== GENERAL && <p class="aside">{channelStrings.groupStays}</p>}
    </div>
  );
}
