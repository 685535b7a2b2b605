/** The other person of a direct channel, with what can be done about them. */
import { peopleStrings } from "../people-strings";
import { useApp } from "./app";
import { useDirectory } from "./PeopleList";
import { PersonRow } from "./PersonRow";

export function PersonDetails({ uuid }: { uuid: string }) {
  const { client } = useApp();
  const directory = useDirectory();
  const person = client.people.get(uuid);
  if (person === undefined) return null;
  const user = {
    ...{ UUID: uuid, Username: person.name, OnLine: person.online },
    ...(person.bot && { Bot: true }),
    ...(person.admin && { Role: "admin" as const }),
    ...(person.deactivated && { Deactivated: true }),
  };
  return (
    <section>
      <ul class="members" aria-label={peopleStrings.people}>
        <PersonRow user={user} edit={(change) => directory.edit(change)} />
      </ul>
    </section>
  );
}
