/** What admins do, by topic: people, invites, channels, reports, hooks and bots, the server's figures. */
import { adminStrings } from "../admin-strings";
import { ChannelAdmin } from "./ChannelAdmin";
import { HookAdmin } from "./HookAdmin";
import { InviteAdmin } from "./InviteAdmin";
import { PeopleList } from "./PeopleList";
import { ReportAdmin } from "./ReportAdmin";
import { ServerFigures } from "./ServerFigures";
import { type Topic, Topics } from "./Topics";
import "../styles/people.css";

const { topics: labels } = adminStrings;
const TOPICS: readonly [Topic, ...Topic[]] = [
  ["people", labels.people, PeopleList],
  ["invites", labels.invites, InviteAdmin],
  ["channels", labels.channels, ChannelAdmin],
  ["reports", labels.reports, ReportAdmin],
  ["hooks", labels.hooks, HookAdmin],
  ["server", labels.server, ServerFigures],
];

export function AdminDialog({ first }: { first?: string }) {
  return <Topics title={adminStrings.title} topics={TOPICS} first={first} />;
}

/** Opened where a report is told of. */
export function ReportsDialog() {
  return <AdminDialog first="reports" />;
}
