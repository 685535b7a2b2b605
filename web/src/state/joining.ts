/** Becoming a member of a public channel. */
import type { ChannelId } from "./channel";
import type { Client } from "./client";

export async function join({ socket }: Client, recipientUUID: ChannelId): Promise<void> {
  await socket.request({ type: "memberAdd", memberAdd: { recipientUUID } });
}
