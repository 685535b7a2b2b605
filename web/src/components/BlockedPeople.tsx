/** Those whom the user has blocked, each to be written to again. */
import { peopleStrings } from "../people-strings";
import { block } from "../state/blocks";
import { useApp } from "./app";
import { Failure } from "./Failure";
import { useWork } from "./working";
import "../styles/people.css";

export function BlockedPeople() {
  const { client } = useApp();
  const work = useWork();
  const blocked = [...client.blocked.value];
  return (
    <section class="settings-part">
      <h3>{peopleStrings.blockedPeople}</h3>
      {blocked.length === 0 && <p class="aside">{peopleStrings.noneBlocked}</p>}
      {blocked.length > 0 && (
        <ul class="facts" aria-label={peopleStrings.blockedPeople}>
          {blocked.map(([uuid, name]) => (
            <li key={uuid}>
              <bdi>{name}</bdi>
              <button
                type="button"
                class="quiet"
                aria-label={peopleStrings.unblockIt(name)}
                disabled={work.busy}
                onClick={() => void work.run(() => block(client, uuid, false))}
              >
                {peopleStrings.unblock}
              </button>
            </li>
          ))}
        </ul>
      )}
      <Failure work={work} />
    </section>
  );
}
