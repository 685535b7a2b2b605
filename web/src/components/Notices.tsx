/** Says for a moment what happened unasked; the words load when there are some. */
import { useState } from "preact/hooks";
import { fileNotice } from "../page/drops";
import { goneChannel } from "../page/gone";
import { useApp } from "./app";
import { lazy } from "./Lazy";

const ChangeNotices = lazy(() => import("./ChangeNotices"), "ChangeNotices");
const NewsNotices = lazy(() => import("./NewsNotices"), "NewsNotices");

export function Notices() {
  const { client } = useApp();
  const notice = useNews(fileNotice.value);
  const gone = useNews(goneChannel.value);
  const reported = useNews(client.incoming.reported.value);
  const { resetBy } = client;
  const notMembers = useNews(client.incoming.notMembers.value);
  return (
    <>
      {(notice || gone || notMembers || reported || resetBy.value) && (
        <NewsNotices {...{ notice, gone, notMembers, reported, resetBy: resetBy.value }} />
      )}
      {(client.changes.undoable.value || client.changes.refused.value) && <ChangeNotices />}
    </>
  );
}

/** What happened before this user signed in is no news. */
function useNews<T>(now: T): T | undefined {
  const [before] = useState(now);
  return now === before ? undefined : now;
}
