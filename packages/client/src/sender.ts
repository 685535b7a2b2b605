/** Sends messages one after the other, each until the server has it, and none twice. */
import { Disconnected, Refusal } from "./errors.ts";
import { ErrorCode, type Message, type NewMessage } from "./protocol.gen.ts";
import type { Reply, Socket } from "./socket.ts";

/** Messages to be sent, and the outcome of each. */
export interface SendQueue {
  /** The first message that waits to be sent; it stays the first until it is stored or refused. */
  next(): (NewMessage & { clientUUID: string }) | undefined;
  stored(message: Message, clientUUID: string): void;
  /** For good: it must not be `next` any more. */
  refused(clientUUID: string, reason: unknown): void;
}

/** The delay after error 30, in milliseconds. */
const STORE_RETRY = 2000;

export class Sender {
  #sending = false;
  #live = false;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly socket: Pick<Socket, "request">,
    readonly queue: SendQueue,
  ) {}

  /** Between `start` and `stop` the connection is signed in. */
  start(): void {
    this.#live = true;
    this.wake();
  }

  stop(): void {
    this.#live = false;
    this.#endPause();
  }

  /** To be called when the queue has a new message. */
  wake(): void {
    if (!this.#sending && this.#pause === undefined) void this.#send();
  }

  /** One at a time, so that a refusal of one never changes the order of the others. */
  async #send(): Promise<void> {
    this.#sending = true;
    let wait = 0;
    try {
      for (let next = this.queue.next(); next && this.#live; next = this.queue.next()) {
        wait = await this.#sendOne(next);
        if (wait > 0) break;
      }
    } finally {
      this.#sending = false;
    }
    if (wait > 0 && this.#live) this.#pauseFor(wait);
  }

  #pauseFor(wait: number): void {
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.wake();
    }, wait);
  }

  #endPause(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  /** Returns how many milliseconds to wait before the next attempt. */
  async #sendOne(channelMessage: NewMessage & { clientUUID: string }): Promise<number> {
    const { clientUUID } = channelMessage;
    let reply: Reply<"channelMessage">;
    try {
      reply = await this.socket.request({ type: "channelMessage", channelMessage });
    } catch (error) {
      if (error instanceof Disconnected || isSignedOut(error)) this.#live = false;
      else if (isTemporary(error)) return retryAfter(error);
      else this.queue.refused(clientUUID, error);
      return 0;
    }
    this.queue.stored(reply.channelMessage, clientUUID);
    return 0;
  }
}

/** Whether the connection is signed out, which says nothing of the request itself. */
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
