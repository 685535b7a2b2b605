/** The last searches, as options of a field in which nothing is typed. */
import { searchStrings } from "../search-strings";
import type { RecentSearches } from "../state/recent-searches";
import { queryOf, type Terms } from "../text/terms";
import { useApp } from "./app";
import { Icon } from "./Icon";
import type { Option } from "./SearchField";
import { readableQuery } from "./search-filters";

const MOST = 4;

export function useRecentOptions(
  recent: RecentSearches,
  { text, filters }: Terms,
  choose: (terms: Terms) => void,
): Option[] {
  const { client } = useApp();
  const isBegun = text !== "" || filters.some(({ name }) => name !== "in");
  if (isBegun || !client.channels.supported.value) return [];
  return recent.all.value.slice(0, MOST).map((terms) => ({
    key: `recent ${queryOf(terms)}`,
    group: searchStrings.recent,
    shown: (
      <>
        <Icon name="clock" />
        <bdi>{readableQuery(client, terms)}</bdi>
      </>
    ),
    choose: () => {
      recent.add(terms);
      choose(terms);
    },
  }));
}

/** Below the last searches. */
export function ClearRecent({ recent }: { recent: RecentSearches }) {
  return (
    <p class="recent-about">
      {searchStrings.recentAbout}
      <button type="button" class="link" onClick={() => recent.clear()}>
        {searchStrings.clearRecent}
      </button>
    </p>
  );
}
