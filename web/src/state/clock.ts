/** The server's clock, by which all messages are ordered: this computer's may be wrong. */
export class Clock {
  #ahead = 0;

  /** A message came just after the server stored it at `createdAt`. */
  learn(createdAt: number): void {
    this.#ahead = createdAt - Date.now();
  }

  /** Milliseconds since 1970; by this computer's clock until a message came. */
  now(): number {
    return Date.now() + this.#ahead;
  }
}
