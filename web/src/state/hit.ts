/** A message that a search found. */
import type { ChannelId } from "./channel";
import type { Line } from "./line";

export interface Hit {
  readonly channel: ChannelId;
  readonly line: Line;
}

/** Names a hit among others. */
export function keyOf({ channel, line }: Hit): string {
  return `${channel}/${line.seq}`;
}
