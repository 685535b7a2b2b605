/** The pinned messages of the open channel, as its details show them; a click leads to one. */
import { messageStrings } from "../message-strings";
import { roomy } from "../page/media";
import { toHash } from "../page/route";
import type { ChannelId } from "../state/channel";
import { excerptOf } from "../state/line";
import { dateOf } from "../text/date";
import { useApp } from "./app";
import { useListing } from "./listings";

export function PinnedList({ id }: { id: ChannelId }) {
  const { client, side } = useApp();
  const listing = useListing(id);
  const me = client.session.me.value?.uuid ?? "";
  const lines = listing.lines.value
    .map((line) => client.changes.shown(id, line, me))
    .filter(({ pinned }) => pinned);
  return (
    <section>
      <header>
        <h3>
          {messageStrings.pinned} {lines.length > 0 && <span>{lines.length}</span>}
        </h3>
      </header>
      {listing.loaded.value && lines.length === 0 && (
        <p class="aside">{messageStrings.nothingPinned}</p>
      )}
      {lines.length > 0 && (
        <ul class="pinned">
          {lines.toReversed().map((line) => (
            <li key={line.seq}>
              <a
                href={toHash(id, line.seq)}
                onClick={() => {
                  if (!roomy.value) side.value = undefined;
                }}
              >
                <span dir="auto">{excerptOf(line)}</span>
                <small>
                  <bdi>{client.personName(line.sender)}</bdi>, {dateOf(line.at)}
                </small>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
