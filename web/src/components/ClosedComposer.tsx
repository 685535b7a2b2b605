/** Stands in the place of the composer where the user can't write, and says why; a public channel can be joined. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { channelStrings } from "../channel-strings";
import { explainFailure } from "../failure-strings";
import { wide } from "../page/media";
import { type ChannelId, closedBy } from "../state/channel";
import { useApp } from "./app";
import "../styles/closed-composer.css";

export function ClosedComposer({ id }: { id: ChannelId }) {
  const { client } = useApp();
  const [failure, setFailure] = useState("");
  const place = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    if (wide.value) place.current?.focus();
  }, []);
  const why = closedBy(client.channels.get(id));
  const at = (element: HTMLElement | null) => {
    place.current = element;
  };
  if (why !== "looking") {
    return (
      <p ref={at} id="composer" class="closed" tabIndex={-1}>
        {why === "archived" ? channelStrings.archivedLine : channelStrings.ownersLine}
      </p>
    );
  }
  const join = () => client.join(id).catch((error) => setFailure(explainFailure(error)));
  const title = client.title(id);
  return (
    <div class="closed">
      <p>
        <bdi>{channelStrings.lookingAt(title)}</bdi>
      </p>
      <button
        ref={at}
        id="composer"
        type="button"
        class="primary"
        disabled={!client.session.live.value}
        onClick={join}
      >
        {channelStrings.joinIt(title)}
      </button>
      <p class="failure" role="alert">
        {failure}
      </p>
    </div>
  );
}
