/** One channel's messages in the order of their `Seq`, each once, whatever order they come in. */

/** What waits above a hole is kept up to here; beyond it is fetched again. */
const MOST_AHEAD = 1000;

export class InOrder<T> {
  readonly #ahead = new Map<number, T>();

  /** `last` is the newest `Seq` dealt with; without it the first to be taken begins the stretch. */
  constructor(private last?: number) {}

  /** Whether something waits for what should stand before it. */
  get hasHole(): boolean {
    return this.#ahead.size > 0;
  }

  /** Takes one; returns what is next in order: nothing, it, or it and those that waited for it. */
  take(seq: number, item: T): T[] {
    if (this.last !== undefined && seq !== this.last + 1) {
      if (seq > this.last && this.#ahead.size < MOST_AHEAD) this.#ahead.set(seq, item);
      return [];
    }
    this.last = seq;
    return [item, ...this.#joining()];
  }

  #joining(): T[] {
    const joining: T[] = [];
    let next = (this.last ?? 0) + 1;
    for (let item = this.#ahead.get(next); item; item = this.#ahead.get(next)) {
      joining.push(item);
      this.#ahead.delete(next);
      this.last = next++;
    }
    return joining;
  }
}

/**
 * Fetches what is missing, page by page: `fetch` asks for the page after what has been dealt with, has what comes
 * dealt with, and returns how many came.
 */
export async function catchUp(missing: () => number, fetch: () => Promise<number>): Promise<void> {
  let more = missing() > 0;
  while (more) more = (await fetch()) > 0 && missing() > 0;
}
