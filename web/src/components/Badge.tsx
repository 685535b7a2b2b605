/** How many messages are unread: a number, which the label says in words. */
import { strings } from "../strings";

/** Above this it says only that there are many. */
const MOST_COUNTED = 99;

export function Badge({ count, label }: { count: number; label: string }) {
  return (
    <span class="badge">
      <span aria-hidden="true">{count > MOST_COUNTED ? strings.manyUnread : count}</span>
      <span class="unseen">{label}</span>
    </span>
  );
}
