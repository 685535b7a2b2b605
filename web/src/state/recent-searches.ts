/** The searches that were made last, kept in this browser and told to nobody. */
import { signal } from "@preact/signals";
import { NOTHING, queryOf, type Terms } from "../text/terms";
import { SEARCHES } from "./belongings";
import type { Store } from "./kept";

/** The newest first. */
const MOST = 8;

export class RecentSearches {
  readonly all;

  constructor(readonly kept: Store) {
    this.all = signal(kept.read<readonly Terms[]>(SEARCHES) ?? []);
  }

  add(terms: Terms): void {
    const text = terms.text.trim();
    const added = { ...terms, text };
    if (queryOf(added) === queryOf(NOTHING)) return;
    const others = this.all.peek().filter((each) => queryOf(each) !== queryOf(added));
    this.#keep([added, ...others].slice(0, MOST));
  }

  clear(): void {
    this.#keep([]);
  }

  #keep(all: readonly Terms[]): void {
    this.all.value = all;
    this.kept.write(SEARCHES, all.length > 0 ? all : undefined);
  }
}
