/** What this page sends: shown at once, sent one after the other, and kept until the server has it. */
import { signal } from "@preact/signals";
import { ErrorCode, type Message } from "../protocol.gen";
import { Disconnected, Refusal, type Socket } from "../socket";
import { explain, strings } from "../strings";
import type { ChannelId } from "./channel";
import type { Store } from "./kept";

export interface Pending {
  readonly clientUUID: string;
  readonly channel: ChannelId;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Why the server refused it; absent while it is being sent. */
  readonly refused?: string | undefined;
}

const KEPT = "chinwag.outbox";
const STORE_RETRY = 2000;

export class Outbox {
  readonly pending = signal<readonly Pending[]>([]);
  #sending = false;
  #live = false;

  constructor(
    readonly socket: Pick<Socket, "request">,
    readonly kept: Store,
  ) {
    this.pending.value = kept.read<Pending[]>(KEPT) ?? [];
  }

  /** Between `start` and `stop` the connection acts for the user. */
  start(): void {
    this.#live = true;
    void this.#send();
  }

  stop(): void {
    this.#live = false;
  }

  add(channel: ChannelId, text: string): void {
    this.#set([...this.pending.value, { clientUUID: newUuid(), channel, text, at: Date.now() }]);
    void this.#send();
  }

  /** Tries a refused one again; it keeps its `clientUUID`, so it can't be stored twice. */
  retry(clientUUID: string): void {
    this.#change(clientUUID, (sent) => ({ ...sent, refused: undefined, at: Date.now() }));
    void this.#send();
  }

  discard(clientUUID: string): void {
    this.#set(this.pending.value.filter((sent) => sent.clientUUID !== clientUUID));
  }

  /** The server has it: the message now stands in its channel. */
  takeMessage(message: Message): void {
    if (message.clientUUID !== undefined) this.discard(message.clientUUID);
  }

  clear(): void {
    this.#set([]);
  }

  /** One at a time, so that a refusal of one never changes the order of the others. */
  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (let next = this.#next(); next !== undefined && this.#live; next = this.#next()) {
      const wait = await this.#sendOne(next);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    }
    this.#sending = false;
  }

  #next(): Pending | undefined {
    return this.pending.value.find((sent) => sent.refused === undefined);
  }

  /** Returns how many milliseconds to wait before the next attempt. */
  async #sendOne({ clientUUID, channel, text }: Pending): Promise<number> {
    const channelMessage = { recipientUUID: channel, message: text, clientUUID };
    try {
      const { channelMessage: stored } = await this.socket.request({
        type: "channelMessage",
        channelMessage,
      });
      this.takeMessage({ ...stored, clientUUID });
      return 0;
    } catch (error) {
      if (error instanceof Disconnected) {
        this.#live = false;
        return 0;
      }
      return this.#refuse(clientUUID, error);
    }
  }

  #refuse(clientUUID: string, error: unknown): number {
    if (error instanceof Refusal && error.code === ErrorCode.TooManyRequests) {
      return 1000 * Math.max(1, Number(error.payload) || 1);
    }
    if (error instanceof Refusal && error.code === ErrorCode.StoreUnavailable) return STORE_RETRY;
    const refused =
      error instanceof Refusal ? explain(error.code, error.payload) : strings.unknownError;
    this.#change(clientUUID, (sent) => ({ ...sent, refused }));
    return 0;
  }

  #change(clientUUID: string, change: (sent: Pending) => Pending): void {
    this.#set(
      this.pending.value.map((sent) => (sent.clientUUID === clientUUID ? change(sent) : sent)),
    );
  }

  #set(pending: readonly Pending[]): void {
    this.pending.value = pending;
    this.kept.write(KEPT, pending.length > 0 ? pending : undefined);
  }
}

/** As `crypto.randomUUID`, which a page served without TLS doesn't have. */
function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
