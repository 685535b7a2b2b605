/** The bots of the server that aren't hooks', found among all its users. */
import type { Socket, User } from "@chinwag/client";

/** As many as the server tells at once. */
const PAGE = 1000;

export async function findBots(socket: Pick<Socket, "request">): Promise<User[]> {
  const bots: User[] = [];
  for (let offset = 0; ; ) {
    const { users } = await socket.request({ type: "users", users: { offset, limit: PAGE } });
    bots.push(...users.users.filter(({ Bot, Hook, Deactivated }) => Bot && !Hook && !Deactivated));
    offset += users.received;
    if (users.received === 0 || offset >= users.total) return bots;
  }
}
