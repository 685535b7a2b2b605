/** Sends messages one after the other, each until the server has it, and none twice. */
import { ErrorCode, type Message, type NewMessage } from "./protocol.gen.ts";
import { Disconnected, Refusal, type Socket } from "./socket.ts";

/** What is to be sent, and who is told what became of it. */
export interface SendQueue {
  /** The first message that waits to be sent; it stays the first until it is stored or refused. */
  next(): (NewMessage & { clientUUID: string }) | undefined;
  stored(message: Message, clientUUID: string): void;
  /** For good: it must not be `next` any more. */
  refused(clientUUID: string, reason: unknown): void;
}

/** How long to wait when the store can't answer just now, in milliseconds. */
const STORE_RETRY = 2000;

export class Sender {
  #sending = false;
  #live = false;

  constructor(
    readonly socket: Pick<Socket, "request">,
    readonly queue: SendQueue,
  ) {}

  /** Between `start` and `stop` the connection acts for the user. */
  start(): void {
    this.#live = true;
    this.wake();
  }

  stop(): void {
    this.#live = false;
  }

  /** To be called when the queue has something new. */
  wake(): void {
    void this.#send();
  }

  /** One at a time, so that a refusal of one never changes the order of the others. */
  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (let next = this.queue.next(); next && this.#live; next = this.queue.next()) {
      const wait = await this.#sendOne(next);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    }
    this.#sending = false;
  }

  /** Returns how many milliseconds to wait before the next attempt. */
  async #sendOne(channelMessage: NewMessage & { clientUUID: string }): Promise<number> {
    const { clientUUID } = channelMessage;
    try {
      const reply = await this.socket.request({ type: "channelMessage", channelMessage });
      this.queue.stored(reply.channelMessage, clientUUID);
      return 0;
    } catch (error) {
      if (error instanceof Disconnected || isSignedOut(error)) this.#live = false;
      else if (isTemporary(error)) return retryAfter(error);
      else this.queue.refused(clientUUID, error);
      return 0;
    }
  }
}

/** Whether the connection doesn't act for the user any more; nothing is said of the request itself. */
function isSignedOut(error: unknown): boolean {
  return error instanceof Refusal && error.code === ErrorCode.SignInFirst;
}

/** Whether the same request may succeed later. */
export function isTemporary(error: unknown): error is Refusal {
  const codes: number[] = [ErrorCode.TooManyRequests, ErrorCode.StoreUnavailable];
  return error instanceof Refusal && codes.includes(error.code);
}

/** Milliseconds until a refused request may be made again. */
export function retryAfter(refusal: Refusal): number {
  if (refusal.code !== ErrorCode.TooManyRequests) return STORE_RETRY;
  return 1000 * Math.max(1, Number(refusal.payload) || 1);
}
