/** The users of the server: page by page, by the start of their names, as the administration and "People" list them. */
import type { Socket, User, UserEdit } from "@chinwag/client";
import { Pages } from "./pages";

const PAGE = 50;

export class Directory extends Pages<User> {
  constructor(
    readonly socket: Pick<Socket, "request">,
    /** Called with what is learnt of users. */
    readonly learn: (users: readonly User[]) => void,
  ) {
    super(async (query, offset) => {
      const users = { query, offset, limit: PAGE };
      const reply = await socket.request({ type: "users", users });
      learn(reply.users.users);
      return { entries: reply.users.users, total: reply.users.total };
    });
  }

  /** Changes a user, and shows it. */
  async edit(userEdit: UserEdit): Promise<void> {
    const { userEdit: edited } = await this.socket.request({ type: "userEdit", userEdit });
    this.learn([edited]);
    this.list.value = this.list.value.map((user) => (user.UUID === edited.UUID ? edited : user));
  }
}
