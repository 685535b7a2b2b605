/** Names of channels, as the signed-in user sees them. */
import type { Message } from "./protocol.gen.ts";

/** The other user's UUID, or empty for General: `recipientUUID` as this user sees it. */
export type ChannelId = string;

export const GENERAL: ChannelId = "";

/** The channel of a message, as `me` sees it. */
export function channelOf(message: Message, me: string): ChannelId {
  if (message.RecipientUUID === GENERAL) return GENERAL;
  return message.SenderUUID === me ? message.RecipientUUID : message.SenderUUID;
}
