/** The full view of a search: the field, and all hits with what stands around them, beside the channel or over it. */

import { useEffect } from "preact/hooks";
import { focusComposer } from "../page/focus";
import { roomy, wide } from "../page/media";
import { searchStrings } from "../search-strings";
import type { Search } from "../state/search";
import { strings } from "../strings";
import { looksFor } from "../text/terms";
import { useApp } from "./app";
import { Cross } from "./Cross";
import { Icon } from "./Icon";
import { ClearRecent, useRecentOptions } from "./recent-options";
import { SearchField } from "./SearchField";
import { focusHit, SearchHits } from "./SearchHits";
import { SearchState } from "./SearchState";
import { SidePanel } from "./SidePanel";
import { readableQuery } from "./search-filters";
import { endSearch, goToHit, useAsking, useRecent } from "./searching";

export function SearchPanel({ beside }: { beside: boolean }) {
  const app = useApp();
  const { client, route, search } = app;
  useEffect(
    () => () => {
      if (!client.session.signedIn.peek()) endSearch(app);
    },
    [],
  );
  const { value } = search;
  if (value === undefined) return null;
  const isAway = !value.shown.value && !roomy.value;
  if (isAway && (wide.value || route.place.value.pane === "channel"))
    return <WayBack search={value} />;
  return isAway ? null : <FullView search={value} beside={beside} />;
}

function FullView({ search, beside }: { search: Search; beside: boolean }) {
  const app = useApp();
  const { client } = app;
  const recent = useRecent();
  const terms = search.terms.value;
  useAsking(search);
  useEffect(() => {
    search.shown.value = true;
  }, [search]);
  const options = useRecentOptions(recent, terms, (again) => {
    search.terms.value = again;
  });
  const close = () => {
    endSearch(app);
    if (beside) focusComposer();
  };
  return (
    <SidePanel
      title={searchStrings.titleOf(readableQuery(client, terms))}
      heading={searchStrings.title}
      class="search-panel"
      beside={beside}
      close={close}
    >
      <SearchField
        label={strings.searchMessages}
        search={search}
        options={options}
        enter={() => recent.add(terms)}
        leave={() => focusHit(0)}
        below={options.length > 0 && <ClearRecent recent={recent} />}
      />
      {looksFor(terms) ? (
        <SearchState search={search} />
      ) : (
        <p class="search-state">{searchStrings.begin}</p>
      )}
      <SearchHits
        search={search}
        visit={(hit) => {
          recent.add(search.answered.value ?? terms);
          goToHit(app, search, hit);
        }}
      />
    </SidePanel>
  );
}

/** Over the channel to which a hit led. */
function WayBack({ search }: { search: Search }) {
  const app = useApp();
  return (
    <div class="way-back">
      <button
        type="button"
        onClick={() => {
          search.shown.value = true;
        }}
      >
        <Icon name="back" />
        {searchStrings.backToHits}
      </button>
      <button type="button" aria-label={searchStrings.end} onClick={() => endSearch(app)}>
        <Cross />
      </button>
    </div>
  );
}
