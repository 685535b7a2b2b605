/** The users of the server: page by page, by the start of their names, as the administration and "People" list them. */
import type { Socket, User, UserEdit } from "@chinwag/client";
import { batch, signal } from "@preact/signals";

const PAGE = 50;

export class Directory {
  readonly list = signal<readonly User[]>([]);
  /** How many fit the search. */
  readonly total = signal(0);
  #query = "";
  /** Which search was the last: answers to earlier ones are left. */
  #asked = 0;

  constructor(
    readonly socket: Pick<Socket, "request">,
    /** Called with what is learnt of users. */
    readonly learn: (users: readonly User[]) => void,
  ) {}

  /** All whose name begins with `query`. */
  async find(query: string): Promise<void> {
    this.#query = query;
    await this.#ask([]);
  }

  async more(): Promise<void> {
    await this.#ask(this.list.value);
  }

  /** Changes a user, and shows it. */
  async edit(userEdit: UserEdit): Promise<void> {
    const { userEdit: edited } = await this.socket.request({ type: "userEdit", userEdit });
    this.learn([edited]);
    this.list.value = this.list.value.map((user) => (user.UUID === edited.UUID ? edited : user));
  }

  async #ask(before: readonly User[]): Promise<void> {
    const asked = ++this.#asked;
    const users = { query: this.#query, offset: before.length, limit: PAGE };
    const reply = await this.socket.request({ type: "users", users });
    if (asked !== this.#asked) return;
    const known = new Set(before.map(({ UUID }) => UUID));
    const { users: page, total } = reply.users;
    this.learn(page);
    batch(() => {
      this.list.value = [...before, ...page.filter(({ UUID }) => !known.has(UUID))];
      this.total.value = total;
    });
  }
}
