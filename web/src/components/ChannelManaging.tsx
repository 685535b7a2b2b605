/** What owners decide for a channel, and leaving it. */
import { useState } from "preact/hooks";
import type { ChannelId, Details } from "../state/channel";
import { strings } from "../strings";
import { useApp } from "./app";
import { Failure } from "./ChannelPreferences";
import { Choice } from "./Choice";
import { useWork } from "./working";

const POSTINGS = Object.entries(strings.postings) as [keyof typeof strings.postings, string][];

interface ChannelManagingProps {
  id: ChannelId;
  details: Details;
}

export function ChannelManaging({ id, details }: ChannelManagingProps) {
  const { client } = useApp();
  const work = useWork();
  const { Archived = false, Owner, Posting } = details;
  const edit = (change: { posting?: typeof Posting; archived?: boolean }) => {
    const channelEdit = { recipientUUID: id, ...change };
    void work.run(() => client.socket.request({ type: "channelEdit", channelEdit }));
  };
  return (
    <section>
      {Owner && !Archived && (
        <Choice
          title={strings.posting}
          options={POSTINGS}
          chosen={Posting}
          choose={(posting) => edit({ posting })}
        />
      )}
      {Owner && (
        <div>
          <button
            type="button"
            class="quiet"
            disabled={work.busy}
            onClick={() => edit({ archived: !Archived })}
          >
            {Archived ? strings.bringBack : strings.archive}
          </button>
          {!Archived && <p class="aside">{strings.archiveAbout}</p>}
        </div>
      )}
      <Failure work={work} />
      <Leaving id={id} details={details} />
    </section>
  );
}

function Leaving({ id, details }: ChannelManagingProps) {
  const { client } = useApp();
  const work = useWork();
  const [asked, setAsked] = useState(false);
  const leave = () => {
    const userUUID = client.session.me.value?.uuid ?? "";
    const memberRemove = { recipientUUID: id, userUUID };
    void work.run(() => client.socket.request({ type: "memberRemove", memberRemove }));
  };
  if (!asked) {
    return (
      <div>
        <button type="button" class="quiet bad" onClick={() => setAsked(true)}>
          {strings.leave}
        </button>
      </div>
    );
  }
  return (
    <fieldset class="leaving" aria-label={strings.leave}>
      <p>{leaveText(details)}</p>
      <div class="dialog-actions">
        <button type="button" class="quiet bad" autofocus disabled={work.busy} onClick={leave}>
          {strings.leave}
        </button>
        <button type="button" class="quiet" onClick={() => setAsked(false)}>
          {strings.stay}
        </button>
      </div>
      <Failure work={work} />
    </fieldset>
  );
}

function leaveText({ Private, usersTotal }: Details): string {
  if (!Private) return strings.leavePublic;
  return usersTotal === 1 ? strings.leaveLast : strings.leavePrivate;
}
