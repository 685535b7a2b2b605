/** What there is to say of a search beside its hits: how many, that there are none, or that not all is searched yet. */

import { explainFailure } from "../failure-strings";
import { searchStrings } from "../search-strings";
import type { Search } from "../state/search";
import { looksFor } from "../text/terms";

export function SearchState({ search }: { search: Search }) {
  const { answered, failure, loading, more, ready } = search;
  const { hits } = search;
  const isAnswered = answered.value !== undefined && looksFor(answered.value);
  const found =
    failure.value !== undefined
      ? explainFailure(failure.value)
      : !isAnswered
        ? loading.value && searchStrings.loading
        : hits.length > 0
          ? searchStrings.found(hits.length, more.value)
          : !loading.value && searchStrings.nothing;
  return (
    <div class="search-state" role="status">
      {found && <p>{found}</p>}
      {isAnswered && ready.value < 1 && <p>{searchStrings.building(ready.value)}</p>}
      {isAnswered && hits.length === 0 && !loading.value && ready.value >= 1 && (
        <p>{searchStrings.nothingAbout}</p>
      )}
    </div>
  );
}
