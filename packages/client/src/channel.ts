/** Names of channels, as the signed-in user sees them. */
import type { InboxChannel, Message } from "./protocol.gen.ts";

/**
 * `recipientUUID` as this user sees it: empty for General, the other user's UUID for a private channel, else a group's
 * or a named channel's UUID.
 */
export type ChannelId = string;

/** `direct` is a private channel with one user, `shared` a group or a named channel. */
export type ChannelKind = "general" | "direct" | "shared";

export const GENERAL: ChannelId = "";

/** The channel of a message, as `me` sees it. */
export function channelOf(message: Message, me: string): ChannelId {
  if (message.Recipient === undefined) return message.RecipientUUID;
  return message.SenderUUID === me ? message.RecipientUUID : message.SenderUUID;
}

/** The kind of the channel of a message, or of an entry of the inbox. */
export function kindOf(of: Message | InboxChannel): ChannelKind {
  const listed = "recipientUUID" in of;
  if ((listed ? of.recipientUUID : of.RecipientUUID) === GENERAL) return "general";
  const shared = listed ? of.Channel !== undefined : of.Recipient === undefined;
  return shared ? "shared" : "direct";
}
