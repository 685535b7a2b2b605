/** Frames that come unasked and are neither messages nor changes. */
import type { Outgoing } from "./protocol.gen.ts";

/**
 * Frames that are neither messages nor replies: sign-ins and sign-outs, joins and leaves, presence, typing; read marks,
 * preferences and reactions of the user's other sessions; channels that were made or edited or of which the user has become a member, that have gone, their members.
 */
export type News = Extract<
  Outgoing,
  {
    type:
      | "sys"
      | "channelLeave"
      | "channelRead"
      | "channelTyping"
      | "channelPrefs"
      | "messageReact";
  }
>;

const NEWS: readonly string[] = [
  "sys",
  "channelLeave",
  "channelRead",
  "channelTyping",
  "channelPrefs",
  "messageReact",
];

export function isNews(frame: Outgoing): frame is News {
  return NEWS.includes(frame.type) && (!("id" in frame) || frame.id === undefined);
}
