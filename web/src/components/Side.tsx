/** What is beside the open channel, or over it: its details, a thread, or the activity; each loads when it is first opened. */
import { roomy } from "../page/media";
import type { App } from "./app";
import { lazy } from "./Lazy";

const Activity = lazy(() => import("./Activity"), "Activity");
const ChannelDetails = lazy(() => import("./ChannelDetails"), "ChannelDetails");
const Thread = lazy(() => import("./Thread"), "Thread");

export function Side({ shown }: { shown: App["side"]["value"] }) {
  const beside = roomy.value;
  if (shown === "details") return <ChannelDetails beside={beside} />;
  if (shown === "activity") return <Activity beside={beside} />;
  return shown === undefined ? null : <Thread beside={beside} root={shown} />;
}
