/** The messages right before and after hits of a search, asked for one after the other as the hits come into view. */
import { isTemporary, retryAfter } from "@chinwag/client";
import { signal } from "@preact/signals";
import type { ChannelId } from "./channel";
import type { Client } from "./client";
import { type Hit, keyOf } from "./hit";
import { type Line, lineOf, merged } from "./line";

export interface Neighbours {
  readonly before?: Line | undefined;
  readonly after?: Line | undefined;
  /** Whether they are still to come. */
  readonly isAwaited: boolean;
}

interface Found extends Omit<Neighbours, "isAwaited"> {
  readonly channel: ChannelId;
}

type Peer = Pick<Client, "socket" | "session" | "history" | "changes">;

export class Surroundings {
  readonly #found = signal<ReadonlyMap<string, Found>>(new Map());
  readonly #asked = new Set<string>();
  readonly #queue: Hit[] = [];
  #isAsking = false;

  constructor(readonly client: Peer) {}

  /** As they are now, without those that are deleted. */
  of(hit: Hit): Neighbours {
    const { changes, session } = this.client;
    const me = session.me.value?.uuid ?? "";
    const found = this.#found.value.get(keyOf(hit));
    const shown = (line: Line | undefined) => {
      const now = line && changes.shown(hit.channel, line, me);
      return now?.deleted ? undefined : now;
    };
    const isAwaited = found === undefined;
    return { before: shown(found?.before), after: shown(found?.after), isAwaited };
  }

  /** Asks for them, once. */
  want(hit: Hit): void {
    if (this.#asked.has(keyOf(hit))) return;
    this.#asked.add(keyOf(hit));
    this.#queue.push(hit);
    void this.#work();
  }

  /** Takes states of messages of a channel, by their `Seq`. */
  change(id: ChannelId, told: ReadonlyMap<number, Line>): void {
    const now = (line: Line | undefined) => {
      const state = line && told.get(line.seq);
      return line && state ? merged(line, state) : line;
    };
    const changed = (found: Found) =>
      found.channel === id
        ? { channel: id, before: now(found.before), after: now(found.after) }
        : found;
    this.#found.value = new Map([...this.#found.peek()].map(([key, each]) => [key, changed(each)]));
  }

  /** What waits isn't asked for any more. */
  stop(): void {
    this.#queue.length = 0;
  }

  async #work(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    for (let hit = this.#queue.shift(); hit; hit = this.#queue.shift()) await this.#ask(hit);
    this.#isAsking = false;
  }

  async #ask(hit: Hit): Promise<void> {
    const { channel: recipientUUID, line } = hit;
    const timeline = this.client.history.kept().get(recipientUUID);
    const held = [line.seq - 1, line.seq + 1].map((seq) => timeline?.get(seq));
    if (held.every((each) => each !== undefined)) {
      this.#take(hit, held);
      return;
    }
    const channelMessages = { recipientUUID, around: line.seq, limit: 3 };
    try {
      const reply = await this.client.socket.request({ type: "channelMessages", channelMessages });
      const lines = reply.channelMessages.messages.map((message) => lineOf(message));
      this.#take(hit, lines);
    } catch (why) {
      // They are a help: a hit is shown without them, too.
      this.#asked.delete(keyOf(hit));
      if (isTemporary(why)) await new Promise((resolve) => setTimeout(resolve, retryAfter(why)));
    }
  }

  #take(hit: Hit, lines: readonly (Line | undefined)[]): void {
    const at = (seq: number) => lines.find((line) => line?.seq === seq);
    const { channel, line } = hit;
    const found = { channel, before: at(line.seq - 1), after: at(line.seq + 1) };
    this.#found.value = new Map([...this.#found.peek(), [keyOf(hit), found]]);
  }
}
