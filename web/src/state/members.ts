/** Who is in a channel, as the details show it: page by page, by a search, and with the news. */
import type { Member, MembersNews, Socket } from "@chinwag/client";
import { batch } from "@preact/signals";
import type { ChannelId } from "./channel";
import { Pages } from "./pages";

const PAGE = 100;

export class Members extends Pages<Member> {
  constructor(
    socket: Pick<Socket, "request">,
    readonly id: ChannelId,
  ) {
    super(async (query, offset) => {
      const channelMembers = { recipientUUID: id, query, offset, limit: PAGE };
      const reply = await socket.request({ type: "channelMembers", channelMembers });
      return { entries: reply.channelMembers.users, total: reply.channelMembers.total };
    });
  }

  take({ recipientUUID, added, removed, usersTotal }: MembersNews): void {
    if (recipientUUID !== this.id) return;
    const gone = new Set(removed.map(({ UUID }) => UUID));
    const told = new Map(added.map((member) => [member.UUID, member]));
    const stay = this.list.value.filter(({ UUID }) => !gone.has(UUID));
    const known = new Set(stay.map(({ UUID }) => UUID));
    const came = this.query === "" ? added.filter(({ UUID }) => !known.has(UUID)) : [];
    batch(() => {
      this.list.value = [...stay.map((member) => told.get(member.UUID) ?? member), ...came];
      if (this.query === "") this.total.value = usersTotal;
    });
  }
}
