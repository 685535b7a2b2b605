/** A search as a component's own: when it asks, how its full view is opened, and the way to a hit. */
import { useEffect, useMemo } from "preact/hooks";
import { roomy } from "../page/media";
import { type Hit, keyOf } from "../state/hit";
import { RecentSearches } from "../state/recent-searches";
import { Search } from "../state/search";
import { strings } from "../strings";
import { queryOf, type Terms } from "../text/terms";
import { type App, useApp } from "./app";

/** Somebody who types pauses this long, in milliseconds, before the server is asked. */
const PAUSE = 150;
/** The hits of a page of the full view. */
const PAGE = 20;

/** Asks anew whenever something else is looked for, and on each connection. */
export function useAsking(search: Search): void {
  const { client } = useApp();
  const isLive = client.session.live.value;
  const query = queryOf(search.terms.value);
  useEffect(() => {
    const { value } = search.answered;
    const isNew = value === undefined || queryOf(value) !== query;
    const isAsked = isLive && client.channels.supported.peek();
    if (!isAsked || !(isNew || search.isStale)) return;
    const timer = setTimeout(() => void search.ask(), isNew && query !== "" ? PAUSE : 0);
    return () => clearTimeout(timer);
  }, [search, query, isLive]);
}

export function useRecent(): RecentSearches {
  const { settings } = useApp();
  return useMemo(() => new RecentSearches(settings.kept), [settings]);
}

/** Shows all hits, in the place of what else is beside the channel. */
export function openFullView(app: App, terms: Terms): void {
  const { client, dialog, query, search, side } = app;
  search.value?.stop();
  search.value = new Search(client, terms, PAGE);
  side.value = undefined;
  query.value = "";
  dialog.value = undefined;
}

export function endSearch({ search }: App): void {
  search.value?.stop();
  search.value = undefined;
}

/** Goes to where a hit stands. */
export function goToHit({ client, route }: App, search: Search, hit: Hit): void {
  const { channel, line } = hit;
  const other = search.other(channel);
  if (other && !client.channels.has(channel)) client.channels.takeDetails(other);
  search.visited.value = keyOf(hit);
  if (!roomy.value) search.shown.value = false;
  route.go(channel, line.seq);
}

/** The name of a hit's channel, also of one that the user isn't in. */
export function titleOf({ client }: App, search: Search, { channel }: Hit): string {
  const other = client.channels.has(channel) ? undefined : search.other(channel);
  return other ? strings.channelTitle(other.Name) : client.title(channel);
}
