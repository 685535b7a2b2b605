/** What owners decide for a named channel, and admins for General, and leaving it. */
import { useState } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { type ChannelId, type Details, GENERAL } from "../state/channel";
import { useApp } from "./app";
import { Choice } from "./Choice";
import { Failure } from "./Failure";
import { useWork } from "./working";

type Postings = [Details["Posting"], string][];

const POSTINGS = Object.entries(channelStrings.postings) as Postings;
const POSTINGS_IN_GENERAL = Object.entries(channelStrings.postingsInGeneral) as Postings;

interface ChannelManagingProps {
  id: ChannelId;
  details: Details;
}

export function ChannelManaging({ id, details }: ChannelManagingProps) {
  const { client } = useApp();
  const work = useWork();
  const { Archived = false, Posting } = details;
  const manages = client.manages(id);
  /** Until the server has said so. */
  const [chosen, setChosen] = useState<typeof Posting | undefined>(undefined);
  const edit = async (change: { posting?: typeof Posting; archived?: boolean }) => {
    const channelEdit = { recipientUUID: id, ...change };
    setChosen(change.posting);
    await work.run(() => client.socket.request({ type: "channelEdit", channelEdit }));
    setChosen(undefined);
  };
  return (
    <section>
      {manages && !Archived && (
        <Choice
          title={channelStrings.posting}
          options={id === GENERAL ? POSTINGS_IN_GENERAL : POSTINGS}
          chosen={chosen ?? Posting}
          choose={(posting) => void edit({ posting })}
        />
      )}
      {manages && id !== GENERAL && (
        <div>
          <button
            type="button"
            class="quiet"
            disabled={work.busy}
            onClick={() => void edit({ archived: !Archived })}
          >
            {Archived ? channelStrings.bringBack : channelStrings.archive}
          </button>
          {!Archived && <p class="aside">{channelStrings.archiveAbout}</p>}
        </div>
      )}
      <Failure work={work} />
      {details.Member && id !== GENERAL && <Leaving id={id} details={details} />}
    </section>
  );
}

function Leaving({ id, details: channel }: ChannelManagingProps) {
  const { client, side } = useApp();
  const work = useWork();
  const [asked, setAsked] = useState(false);
  const leave = async () => {
    const userUUID = client.session.me.value?.uuid ?? "";
    const memberRemove = { recipientUUID: id, userUUID };
    await work.run(async () => {
      await client.socket.request({ type: "memberRemove", memberRemove });
      side.value = undefined;
    });
  };
  if (!asked) {
    return (
      <div>
        <button type="button" class="quiet bad" onClick={() => setAsked(true)}>
          {channelStrings.leave}
        </button>
      </div>
    );
  }
  return (
    <fieldset class="leaving" aria-label={channelStrings.leave}>
      <p>{leaveText(channel)}</p>
      <div class="dialog-actions">
        <button type="button" class="quiet bad" disabled={work.busy} onClick={leave}>
          {channelStrings.leave}
        </button>
        <button type="button" class="quiet" onClick={() => setAsked(false)}>
          {channelStrings.stay}
        </button>
      </div>
      <Failure work={work} />
    </fieldset>
  );
}

function leaveText({ Private, usersTotal }: Details): string {
  if (!Private) return channelStrings.leavePublic;
  return usersTotal === 1 ? channelStrings.leaveLast : channelStrings.leavePrivate;
}
