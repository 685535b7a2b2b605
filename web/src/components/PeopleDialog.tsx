/** Everybody on the server. */
import { peopleStrings } from "../people-strings";
import { Dialog } from "./Dialog";
import { PeopleList } from "./PeopleList";

export function PeopleDialog() {
  return (
    <Dialog title={peopleStrings.people} class="browse">
      <PeopleList />
    </Dialog>
  );
}
