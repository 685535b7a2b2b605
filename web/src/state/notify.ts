/** What the user chose for the notifications of all their devices: quiet hours, a pause, what they show. */
import {
  ErrorCode,
  type Notify,
  type NotifyChange,
  Refusal,
  retryAfter,
  type Socket,
} from "@chinwag/client";
import { signal } from "@preact/signals";

/** No server tells of a change by another device, so what is older than this is asked for again, in milliseconds. */
const OLD = 60_000;

export class NotifyChoice {
  /** Unknown before it was asked for. */
  readonly chosen = signal<Notify | undefined>(undefined);
  #at = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  #sending: Promise<void> | undefined;
  /** By the server. */
  #told: Notify | undefined;
  /** What the server hasn't answered. */
  #sent: NotifyChange | undefined;
  /** What waits to be sent after that. */
  #wanted: NotifyChange | undefined;
  /** Which user's it is: answers for those before are left. */
  #user = 0;

  constructor(readonly socket: Pick<Socket, "request">) {}

  /** As it is now. Of several that ask at once one asks the server. */
  load(): Promise<void> {
    const asking =
      this.#asking ??
      this.#ask({}).finally(() => {
        if (this.#asking === asking) this.#asking = undefined;
      });
    this.#asking = asking;
    return asking;
  }

  /** As it was a minute ago at the latest; where the server doesn't answer, as it was last known. */
  async recent(): Promise<Notify | undefined> {
    if (performance.now() - this.#at > OLD) await this.load().catch(() => undefined);
    return this.chosen.value;
  }

  /** Shown at once, and sent one after the other: those that wait become one. Where one is refused all is as it was. */
  change(change: NotifyChange): Promise<void> {
    this.#wanted = { ...this.#wanted, ...change };
    this.#show();
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  /** For the next user. */
  clear(): void {
    this.#user++;
    this.#told = undefined;
    this.#sent = undefined;
    this.#wanted = undefined;
    this.#asking = undefined;
    this.#show();
    this.#at = Number.NEGATIVE_INFINITY;
  }

  async #ask(change: NotifyChange): Promise<void> {
    const user = this.#user;
    const { notify } = await this.socket.request({ type: "notify", notify: change });
    if (user !== this.#user) return;
    this.#at = performance.now();
    this.#told = notify;
    this.#show();
  }

  async #send(): Promise<void> {
    for (let change = this.#wanted; change; change = this.#wanted) {
      [this.#sent, this.#wanted] = [change, undefined];
      try {
        await this.#ask(change);
      } catch (error) {
        if (!isTooMany(error)) {
          this.#wanted = undefined;
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, retryAfter(error)));
        // Nothing is left of it where the user has gone meanwhile.
        if (this.#sent) this.#again(change);
      } finally {
        this.#sent = undefined;
        this.#show();
      }
    }
  }

  #again(change: NotifyChange): void {
    this.#wanted = { ...change, ...this.#wanted };
  }

  #show(): void {
    this.chosen.value = this.#told && { ...this.#told, ...this.#sent, ...this.#wanted };
  }
}

/** Whether the server takes it a little later. */
function isTooMany(error: unknown): error is Refusal {
  return error instanceof Refusal && error.code === ErrorCode.TooManyRequests;
}
