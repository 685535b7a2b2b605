/** One channel's messages in the order of their `Seq`, each once, in any order of arrival. */

/** The most messages kept beyond a gap; further ones are fetched again. */
const MOST_AHEAD = 1000;

export class InOrder<T> {
  readonly #ahead = new Map<number, T>();

  /** `last` is the `Seq` of the newest item handled; without it the first item taken is the beginning. */
  constructor(private last?: number) {}

  /** Whether an item waits for a missing one before it. */
  get hasHole(): boolean {
    return this.#ahead.size > 0;
  }

  /** Takes an item; returns the next ones in order: none, this one, or this one and those that waited for it. */
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
 * Fetches the missing items, page by page: `fetch` requests the page after the last item handled, handles its items,
 * and returns how many there were.
 */
export async function catchUp(missing: () => number, fetch: () => Promise<number>): Promise<void> {
  let more = missing() > 0;
  while (more) more = (await fetch()) > 0 && missing() > 0;
}
