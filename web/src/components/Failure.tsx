/** Why the last request of a dialog or panel failed; it takes no room while nothing has. */
import type { Work } from "./working";

export function Failure({ work }: { work: Work }) {
  return (
    <p class="failure" role="alert">
      {work.failure}
    </p>
  );
}
