/** Says for a moment what happened unasked; the words load when there are some. */
import { useState } from "preact/hooks";
import { refusedDrops } from "../page/drops";
import { goneChannel } from "../page/gone";
import { useApp } from "./app";
import { lazy } from "./Lazy";

const ChangeNotices = lazy(() => import("./ChangeNotices"), "ChangeNotices");
const NewsNotices = lazy(() => import("./NewsNotices"), "NewsNotices");

export function Notices() {
  const { client } = useApp();
  const drops = useNews(refusedDrops.value);
  const gone = useNews(goneChannel.value);
  const notMembers = useNews(client.incoming.notMembers.value);
  return (
    <>
      {(drops || gone || notMembers) && <NewsNotices {...{ drops, gone, notMembers }} />}
      {(client.changes.undoable.value || client.changes.refused.value) && <ChangeNotices />}
    </>
  );
}

/** What happened before this user signed in is no news. */
function useNews<T>(now: T): T | undefined {
  const [before] = useState(now);
  return now === before ? undefined : now;
}
