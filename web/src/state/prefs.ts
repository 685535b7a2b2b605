/** Changes what the user prefers for a channel, here at once and then for all their sessions. */
import type { PrefsChange, Socket } from "@chinwag/client";
import type { ChannelId, Prefs } from "./channel";
import type { Channels } from "./channels";

/** What is left out stays; an empty `mutedUntil` or `section` ends it. */
export type WantedPrefs = Omit<PrefsChange, "unreadFrom" | "recipientUUID">;

/** Where the server refuses it, all is as it was before. */
export async function changePrefs(
  socket: Pick<Socket, "request">,
  channels: Channels,
  recipientUUID: ChannelId,
  wanted: WantedPrefs,
): Promise<void> {
  const before = channels.get(recipientUUID).prefs;
  const { mutedUntil, section, ...others } = { ...before, ...wanted };
  const after: Prefs = {
    ...others,
    ...(mutedUntil && { mutedUntil }),
    ...(section && { section }),
  };
  if (before) channels.takePrefs({ recipientUUID, ...after });
  try {
    const channelPrefs = { recipientUUID, ...wanted };
    await socket.request({ type: "channelPrefs", channelPrefs });
  } catch (error) {
    if (before) channels.takePrefs({ recipientUUID, ...before });
    throw error;
  }
}
