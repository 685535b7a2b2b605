/** Whom the user has blocked: asked for once after each sign-in, and changed here. */
import type { Client } from "./client";

type Blocker = Pick<Client, "socket" | "blocked">;

export function loadBlocked(client: Blocker): Promise<void> {
  return ask(client, {});
}

export function block(client: Blocker, userUUID: string, on: boolean): Promise<void> {
  return ask(client, { userUUID, on });
}

async function ask(client: Blocker, block: { userUUID?: string; on?: boolean }): Promise<void> {
  const reply = await client.socket.request({ type: "block", block });
  client.blocked.value = new Map(reply.block.users.map(({ UUID, Username }) => [UUID, Username]));
}
