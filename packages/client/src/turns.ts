/** Runs tasks one after the other, the first at once; one that fails is reported and holds up none. */

export class Turns {
  readonly #waiting: (() => unknown)[] = [];
  #running = false;

  constructor(readonly report: (error: unknown) => void) {}

  /** How many wait behind the one that runs. */
  get length(): number {
    return this.#waiting.length;
  }

  add(task: () => unknown): void {
    this.#waiting.push(task);
    if (!this.#running) void this.#run();
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let task = this.#waiting.shift(); task; task = this.#waiting.shift()) {
      const done = attempt(task, this.report);
      if (done) await done;
    }
    this.#running = false;
  }
}

/** Calls the task and reports its failure; returns a promise, which never fails, if the task does. */
export function attempt(
  task: () => unknown,
  report: (error: unknown) => void,
): PromiseLike<unknown> | undefined {
  try {
    const done = task();
    return isPromise(done) ? done.then(undefined, report) : undefined;
  } catch (error) {
    report(error);
    return undefined;
  }
}

function isPromise(done: unknown): done is PromiseLike<unknown> {
  return typeof (done as PromiseLike<unknown> | undefined)?.then === "function";
}

/** As an exception that nothing catches: the console shows it, and it ends a Node.js program. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
