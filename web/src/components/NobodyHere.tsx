/** In the place of messages: the address leads to nobody. */
import { channelStrings } from "../channel-strings";

export function NobodyHere() {
  return (
    <p class="nobody" role="status">
      {channelStrings.nobodyHere}
    </p>
  );
}
