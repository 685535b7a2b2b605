/** The filters of a search: those that are set, and the names of those that can be. */

import { searchStrings } from "../search-strings";
import type { Search } from "../state/search";
import { FILTERS, type FilterName, withoutFilter } from "../text/terms";
import { useApp } from "./app";
import { Cross } from "./Cross";
import { readable } from "./search-filters";

export function Chips({ search, done }: { search: Search; done: () => void }) {
  const { client } = useApp();
  const terms = search.terms.value;
  if (terms.filters.length === 0) return null;
  return (
    <ul class="chips" aria-label={searchStrings.filters}>
      {terms.filters.map((filter) => {
        const { name, value } = readable(client, filter);
        return (
          <li key={`${name}: ${filter.value}`}>
            <button
              type="button"
              aria-label={searchStrings.removeFilter(`${name}: ${value}`)}
              onClick={() => {
                search.terms.value = withoutFilter(terms, filter);
                done();
              }}
            >
              <span>{name}:</span> <bdi>{value}</bdi>
              <Cross />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** The names of the filters, as they are typed. */
export function Hints({ add }: { add: (name: FilterName) => void }) {
  return (
    <div class="hints">
      {FILTERS.map((name) => (
        <button
          key={name}
          type="button"
          aria-label={searchStrings.addFilter(name)}
          title={searchStrings.addFilter(name)}
          onClick={() => add(name)}
        >
          {name}:
        </button>
      ))}
    </div>
  );
}
