/** How channels are named: from the side of the one who is signed in. */
import type { Message } from "./protocol.gen.ts";

/** The other user's UUID, or empty for General: `recipientUUID` as this user sees it. */
export type ChannelId = string;

export const GENERAL: ChannelId = "";

/** Whose conversation a message belongs to, seen by `me`. */
export function channelOf(message: Message, me: string): ChannelId {
  if (message.RecipientUUID === GENERAL) return GENERAL;
  return message.SenderUUID === me ? message.RecipientUUID : message.SenderUUID;
}
