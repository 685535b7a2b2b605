/** Says for a moment what happened unasked: a dropped file wasn't taken, or a channel is gone. */
import { useEffect, useState } from "preact/hooks";
import { refusedDrops } from "../page/drops";
import { goneChannel } from "../page/gone";
import { strings } from "../strings";
import { useApp } from "./app";
import { lazy } from "./Lazy";

const ChangeNotices = lazy(() => import("./ChangeNotices"), "ChangeNotices");
const NotMembers = lazy(() => import("./NotMembers"), "NotMembers");

/** Long enough to be read, in milliseconds. */
const SHOWN_FOR = 5000;

export function Notices() {
  const { client } = useApp();
  const drops = useNews(refusedDrops.value);
  const gone = useNews(goneChannel.value);
  const notMembers = useNews(client.incoming.notMembers.value);
  return (
    <>
      <Notice of={drops} text={strings.noFiles} bad />
      {notMembers && <NotMembers message={notMembers} />}
      {(client.changes.undoable.value || client.changes.refused.value) && <ChangeNotices />}
      <Notice of={gone} text={gone ? strings.gone(gone.title) : ""} />
    </>
  );
}

/** What happened before this user signed in is no news. */
function useNews<T>(now: T): T | undefined {
  const [before] = useState(now);
  return now === before ? undefined : now;
}

/** Shown anew for each `of`. */
export function Notice({ of, text, bad = false }: { of: unknown; text: string; bad?: boolean }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (of === undefined) return;
    setShown(true);
    const timer = setTimeout(() => setShown(false), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [of]);
  return (
    <p class={shown ? `notice${bad ? "" : " calm"}` : "unseen"} role="status">
      {shown ? text : ""}
    </p>
  );
}
