/** What a channel is about, which its owners edit. */
import { useRef, useState } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { type Channel, type ChannelId, type Details, GENERAL, isNamed } from "../state/channel";
import { dateOf } from "../text/date";
import { useApp } from "./app";
import { Failure } from "./Failure";
import { useWork } from "./working";

interface ChannelAboutProps {
  channel: Channel;
  details: Details;
}

export function ChannelAbout({ channel, details }: ChannelAboutProps) {
  const { client } = useApp();
  const [editing, setEditing] = useState(false);
  const { CreatedAt, Topic, Archived } = details;
  const edits = client.manages(channel.id) && !Archived;
  return (
    <section>
      <header>
        <h3>{channelStrings.about}</h3>
        {edits && !editing && (
          <button type="button" class="link" onClick={() => setEditing(true)}>
            {channelStrings.edit}
          </button>
        )}
      </header>
      {editing ? (
        <Editing id={channel.id} details={details} end={() => setEditing(false)} />
      ) : (
        <>
          <p class="topic-text" dir="auto">
            {Topic || <span class="aside">{channelStrings.noTopic}</span>}
          </p>
          {isNamed(channel) && (
            <p class="aside">{channelStrings.madeOn(dateOf(Date.parse(CreatedAt)))}</p>
          )}
        </>
      )}
    </section>
  );
}

interface EditingProps {
  id: ChannelId;
  details: Details;
  end: () => void;
}

function Editing({ id, details, end }: EditingProps) {
  const { client } = useApp();
  const work = useWork();
  const name = useRef<HTMLInputElement>(null);
  const topic = useRef<HTMLTextAreaElement>(null);
  const save = async () => {
    const [called, about] = [name.current?.value ?? details.Name, topic.current?.value ?? ""];
    const channelEdit = {
      recipientUUID: id,
      ...(called.trim() !== details.Name && { name: called }),
      topic: about.trim(),
    };
    const ask = () => client.socket.request({ type: "channelEdit", channelEdit });
    if (await work.run(ask)) end();
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        end();
      }}
    >
      {id !== GENERAL && (
        <div class="field">
          <label for="edit-name">{channelStrings.channelName}</label>
          <input ref={name} id="edit-name" defaultValue={details.Name} maxLength={65} />
        </div>
      )}
      <div class="field">
        <label for="edit-topic">{channelStrings.topic}</label>
        <textarea
          ref={topic}
          id="edit-topic"
          defaultValue={details.Topic}
          maxLength={500}
          rows={3}
          dir="auto"
        />
      </div>
      <Failure work={work} />
      <div class="dialog-actions">
        <button type="submit" class="quiet" disabled={work.busy}>
          {channelStrings.save}
        </button>
        <button type="button" class="link" onClick={end}>
          {channelStrings.cancel}
        </button>
      </div>
    </form>
  );
}
