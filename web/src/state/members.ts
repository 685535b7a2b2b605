/** Who is in a channel, as the details show it: page by page, by a search, and with the news. */
import type { Member, MembersNews, Socket } from "@chinwag/client";
import { batch, signal } from "@preact/signals";
import type { ChannelId } from "./channel";

const PAGE = 100;

export class Members {
  readonly list = signal<readonly Member[]>([]);
  /** How many fit the search. */
  readonly total = signal(0);
  #query = "";
  /** Which search was the last: answers to earlier ones are left. */
  #asked = 0;

  constructor(
    readonly socket: Pick<Socket, "request">,
    readonly id: ChannelId,
  ) {}

  /** All whose name begins with `query`. */
  async find(query: string): Promise<void> {
    this.#query = query;
    await this.#ask([]);
  }

  async more(): Promise<void> {
    await this.#ask(this.list.value);
  }

  take({ recipientUUID, added, removed, usersTotal }: MembersNews): void {
    if (recipientUUID !== this.id) return;
    const gone = new Set(removed.map(({ UUID }) => UUID));
    const told = new Map(added.map((member) => [member.UUID, member]));
    const stay = this.list.value.filter(({ UUID }) => !gone.has(UUID));
    const known = new Set(stay.map(({ UUID }) => UUID));
    const came = this.#query === "" ? added.filter(({ UUID }) => !known.has(UUID)) : [];
    batch(() => {
      this.list.value = [...stay.map((member) => told.get(member.UUID) ?? member), ...came];
      if (this.#query === "") this.total.value = usersTotal;
    });
  }

  async #ask(before: readonly Member[]): Promise<void> {
    const asked = ++this.#asked;
    const page = { query: this.#query, offset: before.length, limit: PAGE };
    const channelMembers = { recipientUUID: this.id, ...page };
    const reply = await this.socket.request({ type: "channelMembers", channelMembers });
    if (asked !== this.#asked) return;
    const known = new Set(before.map(({ UUID }) => UUID));
    const { users, total } = reply.channelMembers;
    batch(() => {
      this.list.value = [...before, ...users.filter(({ UUID }) => !known.has(UUID))];
      this.total.value = total;
    });
  }
}
