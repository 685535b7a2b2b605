/** Stands in the place of the composer where the user can't write, and says why; a public channel can be joined, and a block ended. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { explainFailure } from "../failure-strings";
import { wide } from "../page/media";
import { peopleStrings } from "../people-strings";
import { block } from "../state/blocks";
import { type ChannelId, GENERAL } from "../state/channel";
import { join } from "../state/joining";
import { useApp } from "./app";
import "../styles/closed-composer.css";

export function ClosedComposer({ id }: { id: ChannelId }) {
  const { client } = useApp();
  const [failure, setFailure] = useState("");
  const place = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    if (wide.value) place.current?.focus();
  }, []);
  const why = client.closedBy(id);
  const at = (element: HTMLElement | null) => {
    place.current = element;
  };
  if (why === undefined) return null;
  const title = client.title(id);
  if (why !== "looking" && why !== "blocked") {
    const who = why === "owners" && id === GENERAL ? "admins" : why;
    return (
      <p ref={at} id="composer" class="closed" tabIndex={-1}>
        {channelStrings.closed[who](title)}
      </p>
    );
  }
  const open = () => (why === "looking" ? join(client, id) : block(client, id, false));
  return (
    <div class="closed">
      <p>
        <bdi>
          {why === "looking" ? channelStrings.lookingAt(title) : peopleStrings.blocked(title)}
        </bdi>
      </p>
      <button
        ref={at}
        id="composer"
        type="button"
        class="primary"
        disabled={!client.session.live.value}
        onClick={() => open().catch((error) => setFailure(explainFailure(error)))}
      >
        {why === "looking" ? channelStrings.joinIt(title) : peopleStrings.unblockIt(title)}
      </button>
      <p class="failure" role="alert">
        {failure}
      </p>
    </div>
  );
}
