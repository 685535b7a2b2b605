/** Changes what the user prefers for a channel; the reply comes to the state of all their sessions. */
import type { PrefsChange, Socket } from "@chinwag/client";

/** What is left out stays. The generated type asks for `unreadFrom`, which may be left out as well. */
export async function changePrefs(
  socket: Pick<Socket, "request">,
  change: Omit<PrefsChange, "unreadFrom">,
): Promise<void> {
  await socket.request({ type: "channelPrefs", channelPrefs: change as PrefsChange });
}
