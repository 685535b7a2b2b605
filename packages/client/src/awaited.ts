/** The requests of one connection that are not answered yet. */
import { type Disconnected, Refusal } from "./errors.ts";
import { ErrorCode, type Outgoing } from "./protocol.gen.ts";

interface Request {
  readonly resolve: (frame: Outgoing) => void;
  readonly reject: (reason: Error) => void;
  readonly length: number;
}

export class Awaited {
  readonly #requests = new Map<number, Request>();
  #nextId = 1;

  /** Takes what settles a request of this many bytes; returns its `id`. */
  add(resolve: (frame: Outgoing) => void, reject: (reason: Error) => void, length: number): number {
    const id = this.#nextId++;
    this.#requests.set(id, { resolve, reject, length });
    return id;
  }

  settle(frame: Outgoing): void {
    if (frame.type === "error") {
      const { code, error, payload } = frame.error;
      const refusal = new Refusal(code, payload, error);
      if (frame.id !== undefined) this.#take(frame.id)?.reject(refusal);
      else if (code === ErrorCode.TooLarge) this.#takeLongest()?.reject(refusal);
    } else if ("id" in frame && frame.id !== undefined) {
      this.#take(frame.id)?.resolve(frame);
    }
  }

  /** The connection has ended, which 1009 says of a request that was too large. */
  end(why: Disconnected): void {
    if (why.code === 1009) this.#takeLongest()?.reject(tooLarge());
    for (const { reject } of this.#requests.values()) reject(why);
    this.#requests.clear();
  }

  #take(id: number | string): Request | undefined {
    const request = this.#requests.get(Number(id));
    this.#requests.delete(Number(id));
    return request;
  }

  /** Where one is too large, the longest is. */
  #takeLongest(): Request | undefined {
    const byLength = [...this.#requests].sort(([, a], [, b]) => b.length - a.length);
    return byLength[0] && this.#take(byLength[0][0]);
  }
}

/** As the server says it. */
export function tooLarge(type = ""): Refusal {
  return new Refusal(ErrorCode.TooLarge, type, "The request is too large.");
}
