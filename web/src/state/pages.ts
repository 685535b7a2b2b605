/** A list of the server's, page by page, by the start of the names. */
import { batch, signal } from "@preact/signals";

interface Page<T> {
  readonly entries: readonly T[];
  readonly total: number;
}

export class Pages<T extends { readonly UUID: string }> {
  readonly list = signal<readonly T[]>([]);
  /** How many fit the search. */
  readonly total = signal(0);
  protected query = "";
  /** Which search was the last: answers to earlier ones are left. */
  #asked = 0;

  constructor(readonly ask: (query: string, offset: number) => Promise<Page<T>>) {}

  /** All whose name begins with `query`. */
  async find(query: string): Promise<void> {
    this.query = query;
    await this.#add([]);
  }

  async more(): Promise<void> {
    await this.#add(this.list.value);
  }

  async #add(before: readonly T[]): Promise<void> {
    const asked = ++this.#asked;
    const { entries, total } = await this.ask(this.query, before.length);
    if (asked !== this.#asked) return;
    const known = new Set(before.map(({ UUID }) => UUID));
    batch(() => {
      this.list.value = [...before, ...entries.filter(({ UUID }) => !known.has(UUID))];
      this.total.value = total;
    });
  }
}
