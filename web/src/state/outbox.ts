/** What this page sends: shown at once, sent one after the other, and kept until the server has it. */

import {
  type Message,
  type NewMessage,
  newUuid,
  Refusal,
  Sender,
  type SendQueue,
  type Socket,
} from "@chinwag/client";
import { signal } from "@preact/signals";
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

export class Outbox implements SendQueue {
  readonly pending = signal<readonly Pending[]>([]);
  readonly #sender: Sender;

  constructor(
    socket: Pick<Socket, "request">,
    readonly kept: Store,
  ) {
    this.#sender = new Sender(socket, this);
    this.pending.value = kept.read<Pending[]>(KEPT) ?? [];
  }

  /** Between `start` and `stop` the connection acts for the user. */
  start(): void {
    this.#sender.start();
  }

  stop(): void {
    this.#sender.stop();
  }

  add(channel: ChannelId, text: string): void {
    this.#set([...this.pending.value, { clientUUID: newUuid(), channel, text, at: Date.now() }]);
    this.#sender.wake();
  }

  /** Tries a refused one again; it keeps its `clientUUID`, so it can't be stored twice. */
  retry(clientUUID: string): void {
    this.#change(clientUUID, (sent) => ({ ...sent, refused: undefined, at: Date.now() }));
    this.#sender.wake();
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

  next(): (NewMessage & { clientUUID: string }) | undefined {
    const next = this.pending.value.find((sent) => sent.refused === undefined);
    if (next === undefined) return undefined;
    return { recipientUUID: next.channel, message: next.text, clientUUID: next.clientUUID };
  }

  stored(message: Message, clientUUID: string): void {
    this.takeMessage({ ...message, clientUUID });
  }

  refused(clientUUID: string, reason: unknown): void {
    const refused =
      reason instanceof Refusal ? explain(reason.code, reason.payload) : strings.unknownError;
    this.#change(clientUUID, (sent) => ({ ...sent, refused }));
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
