/** Starts a group: several people and no name. The same people have one group, however often it is started. */
import { useState } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import type { Person } from "../state/people";
import { useApp } from "./app";
import { Dialog } from "./Dialog";
import { Failure } from "./Failure";
import { PeoplePicker } from "./PeoplePicker";
import { useWork } from "./working";

export function NewGroupDialog() {
  const { client, dialog, route } = useApp();
  const work = useWork();
  const [people, setPeople] = useState<readonly Person[]>([]);
  const start = async () => {
    if (people.length < 2) {
      work.fail(channelStrings.groupSize);
      return;
    }
    await work.run(async () => {
      const users = people.map(({ uuid }) => uuid);
      const reply = await client.socket.request({
        type: "channelCreate",
        channelCreate: { users },
      });
      dialog.value = undefined;
      route.go(reply.channelCreate.UUID);
    });
  };
  return (
    <Dialog title={channelStrings.newGroup}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <p class="aside">{channelStrings.groupAbout}</p>
        <PeoplePicker
          label={channelStrings.people}
          chosen={people}
          choose={setPeople}
          suggests
          autofocus
        />
        <Failure work={work} />
        <div class="dialog-actions">
          <button type="submit" class="primary" disabled={work.busy}>
            {channelStrings.startGroup}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
