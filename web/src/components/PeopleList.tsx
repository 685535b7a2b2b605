/** The people of the server, with a search. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { peopleStrings } from "../people-strings";
import { Directory } from "../state/directory";
import { useApp } from "./app";
import { Failure } from "./Failure";
import { FindField } from "./FindField";
import { PersonRow } from "./PersonRow";
import { useWork } from "./working";
import "../styles/channel-dialogs.css";
import "../styles/details.css";

export function PeopleList() {
  const { client } = useApp();
  const work = useWork();
  const [query, setQuery] = useState("");
  const directory = useDirectory();
  const name = query.trim();
  const live = client.session.live.value;
  useEffect(() => {
    if (!live) return;
    const wait = directory.list.peek().length === 0 ? 0 : 150;
    const timer = setTimeout(() => void work.run(() => directory.find(name)), wait);
    return () => clearTimeout(timer);
  }, [directory, name, live]);
  const list = directory.list.value;
  return (
    <div class="people">
      <FindField label={peopleStrings.find} value={query} onFind={setQuery} />
      {list.length > 0 && (
        <ul class="members" aria-label={peopleStrings.people}>
          {list.map((user) => (
            <PersonRow key={user.UUID} user={user} edit={(change) => directory.edit(change)} />
          ))}
        </ul>
      )}
      {list.length === 0 && name !== "" && (
        <p class="aside" role="status">
          {peopleStrings.nobodyCalled(name)}
        </p>
      )}
      {list.length < directory.total.value && (
        <button type="button" class="quiet" onClick={() => void work.run(() => directory.more())}>
          {peopleStrings.more}
        </button>
      )}
      <Failure work={work} />
    </div>
  );
}

/** What it hears of people is known on the whole page. */
export function useDirectory(): Directory {
  const { client } = useApp();
  return useMemo(
    () =>
      new Directory(client.socket, (users) => {
        for (const user of users) client.people.learn(user, true);
      }),
    [client],
  );
}
