/** A thread, or the pinned messages of a channel: read page by page, and kept as they change. */
import type { HistoryPage, Socket } from "@chinwag/client";
import { signal } from "@preact/signals";
import type { ChannelId } from "./channel";
import { type Line, merged } from "./line";

const PAGE = 100;

export class Listing {
  /** In the order of `Seq`. */
  readonly lines = signal<readonly Line[]>([]);
  /** Whether all of them are there. */
  readonly loaded = signal(false);

  constructor(
    readonly id: ChannelId,
    /** The first message of a thread; absent for the pinned messages. */
    readonly root?: number,
  ) {}

  /** The messages themselves come to the listing as every frame does. */
  async load(socket: Pick<Socket, "request">): Promise<void> {
    const { id: recipientUUID, root } = this;
    const which = root === undefined ? { pinned: true } : { root };
    let page: HistoryPage = { recipientUUID, ...which, limit: PAGE, after: 0 };
    const before = new Set(this.lines.peek());
    for (;;) {
      const { channelMessages } = await socket.request({
        type: "channelMessages",
        channelMessages: page,
      });
      const seqs = new Set(channelMessages.messages.map(({ Seq }) => Seq));
      for (const line of before) if (seqs.has(line.seq)) before.delete(line);
      if (channelMessages.received === 0) break;
      page = { ...page, after: Math.max(...seqs) };
    }
    // A line that no page had has left the list, unless it came meanwhile.
    this.lines.value = this.lines.value.filter((line) => !before.has(line));
    this.loaded.value = true;
  }

  /** Takes the states of any messages of the channel. */
  take(lines: readonly Line[]): void {
    const bySeq = new Map(this.lines.value.map((line) => [line.seq, line]));
    let changed = false;
    for (const told of lines) {
      const held = bySeq.get(told.seq);
      const line = held ? merged(held, told) : told;
      if (line === held || (!held && !this.#has(line))) continue;
      changed = true;
      if (this.#has(line)) bySeq.set(line.seq, line);
      else bySeq.delete(line.seq);
    }
    if (changed) this.lines.value = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  }

  forget(): void {
    this.lines.value = [];
    this.loaded.value = false;
  }

  #has({ seq, pinned, answered }: Line): boolean {
    if (this.root === undefined) return pinned === true;
    return seq === this.root || answered?.root === this.root;
  }
}
