/** Creates a named channel: name, topic, who can read it, and who is in it from the start. */
import { newUuid } from "@chinwag/client";
import { useRef, useState } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import type { Person } from "../state/people";
import { strings } from "../strings";
import { useApp } from "./app";
import { Choice } from "./Choice";
import { Dialog } from "./Dialog";
import { FieldError } from "./FieldError";
import { PeoplePicker } from "./PeoplePicker";
import { useWork } from "./working";

type Visibility = keyof typeof channelStrings.visibilities;

const VISIBILITIES = Object.entries(channelStrings.visibilities) as [Visibility, string][];
const LONGEST_NAME = 64;
const LONGEST_TOPIC = 500;

export function NewChannelDialog() {
  const { client, dialog, route } = useApp();
  const work = useWork();
  const [visibility, setVisibility] = useState<Visibility>("public");
  const [people, setPeople] = useState<readonly Person[]>([]);
  const name = useRef<HTMLInputElement>(null);
  const topic = useRef<HTMLInputElement>(null);
  const clientUUID = useRef(newUuid());
  const create = async () => {
    if (!name.current?.value.trim()) {
      work.fail(channelStrings.channelNameMissing);
      name.current?.focus();
      return;
    }
    const channelCreate = {
      name: name.current.value,
      topic: topic.current?.value ?? "",
      private: visibility === "private",
      users: people.map(({ uuid }) => uuid),
      clientUUID: clientUUID.current,
    };
    const done = await work.run(async () => {
      const reply = await client.socket.request({ type: "channelCreate", channelCreate });
      dialog.value = undefined;
      route.go(reply.channelCreate.UUID);
    });
    // What was refused isn't the same channel any more once it is changed.
    if (!done) clientUUID.current = newUuid();
  };
  return (
    <Dialog title={strings.newChannel}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <div class="field">
          <label for="channel-name">{channelStrings.channelName}</label>
          <input
            ref={name}
            id="channel-name"
            maxLength={LONGEST_NAME + 1}
            autocomplete="off"
            spellcheck={false}
            autofocus
            aria-invalid={work.failure !== ""}
            aria-describedby="channel-said"
          />
          <FieldError
            id="channel-said"
            error={work.failure}
            hint={channelStrings.channelNameHint}
          />
        </div>
        <div class="field">
          <label for="channel-topic">{channelStrings.topic}</label>
          <input
            ref={topic}
            id="channel-topic"
            maxLength={LONGEST_TOPIC}
            autocomplete="off"
            placeholder={channelStrings.topicHint}
          />
        </div>
        <Choice
          title={channelStrings.visibility}
          options={VISIBILITIES}
          chosen={visibility}
          choose={(option) => setVisibility(option)}
        />
        <p class="aside">
          {visibility === "private" ? channelStrings.privateAbout : channelStrings.publicAbout}
        </p>
        <PeoplePicker label={channelStrings.people} chosen={people} choose={setPeople} />
        <div class="dialog-actions">
          <button type="submit" class="primary" disabled={work.busy}>
            {channelStrings.create}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
