/** Adds several people to the open channel. */
import { useState } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import type { Person } from "../state/people";
import { useApp } from "./app";
import { Dialog } from "./Dialog";
import { Failure } from "./Failure";
import { PeoplePicker } from "./PeoplePicker";
import { useWork } from "./working";

export function AddPeopleDialog() {
  const { client, dialog } = useApp();
  const work = useWork();
  const [people, setPeople] = useState<readonly Person[]>([]);
  const recipientUUID = client.open.value;
  const add = () =>
    work.run(async () => {
      const users = people.map(({ uuid }) => uuid);
      await client.socket.request({ type: "memberAdd", memberAdd: { recipientUUID, users } });
      dialog.value = undefined;
    });
  return (
    <Dialog title={channelStrings.addPeople(client.title(recipientUUID))}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (people.length > 0) void add();
        }}
      >
        <PeoplePicker
          label={channelStrings.people}
          chosen={people}
          choose={setPeople}
          suggests
          autofocus
        />
        <Failure work={work} />
        <div class="dialog-actions">
          <button type="submit" class="primary" disabled={work.busy || people.length === 0}>
            {channelStrings.add}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
