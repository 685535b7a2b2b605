/** What is beside the open channel, or over it: its details, a thread, the activity, or a search; each loads when it is first opened. */
import { roomy } from "../page/media";
import type { Search } from "../state/search";
import type { App } from "./app";
import { lazy } from "./Lazy";

const Activity = lazy(() => import("./Activity"), "Activity");
const ChannelDetails = lazy(() => import("./ChannelDetails"), "ChannelDetails");
const SearchPanel = lazy(() => import("./SearchPanel"), "SearchPanel");
const Thread = lazy(() => import("./Thread"), "Thread");

interface SideProps {
  shown: NonNullable<App["side"]["value"]> | Search;
}

export function Side({ shown }: SideProps) {
  const beside = roomy.value;
  if (shown === "details") return <ChannelDetails beside={beside} />;
  if (shown === "activity") return <Activity beside={beside} />;
  if (typeof shown === "object") return <SearchPanel beside={beside} />;
  return <Thread beside={beside} root={shown} />;
}
