/** The values that a filter may have, for completion. */
import { searchStrings } from "../search-strings";
import { GENERAL } from "../state/channel";
import type { Client } from "../state/client";
import { type Entry, entries, matching } from "../state/entries";
import { strings } from "../strings";
import type { Filter, FilterName, Terms, TypedFilter } from "../text/terms";
import { queryOf, typedFilter, withFilter } from "../text/terms";

export interface Value {
  readonly filter: Filter;
  readonly name: string;
  /** Beside the name. */
  readonly about?: string;
  /** The channel or the person that it names. */
  readonly entry?: Entry | undefined;
}

const MOST = 6;
const DAY = 86_400_000;
const DAYS_AGO = { today: 0, yesterday: 1, week: 7, month: 30, year: 365 } as const;

/** The values that begin with what is typed, the best first. */
export function valuesOf(client: Client, typed: TypedFilter): Value[] {
  switch (typed.name) {
    case "from":
      return people(client, typed.value);
    case "in":
      return places(client, typed.value);
    case "has":
      return kinds(typed.value);
    default:
      return days(typed.name, typed.value);
  }
}

/** The terms with each filter that has been typed whole, a space behind it, as a filter of its own. */
export function settled(client: Client, terms: Terms): Terms {
  if (!/\s$/.test(terms.text)) return terms;
  const typed = typedFilter(terms.text.trimEnd().replace(/"$/, ""));
  if (typed === undefined) return terms;
  const alike = (a: string, b: string) => a.toLocaleLowerCase() === b.toLocaleLowerCase();
  const whole = valuesOf(client, typed).find(({ filter }) => alike(filter.value, typed.value));
  return whole ? withFilter({ ...terms, text: typed.before }, whole.filter) : terms;
}

/** The filter for a channel. A group has no name, and goes by its UUID. */
export function filterOf(client: Client, id: string): Filter {
  const { details } = client.channels.get(id);
  if (id !== GENERAL && details?.Name === "") return { name: "in", value: id };
  const isSelf = id === client.session.me.peek()?.uuid;
  return { name: "in", value: isSelf ? client.personName(id) : client.name(id) };
}

/** The filter as people read it. */
export function readable(client: Client, { name, value }: Filter): Filter {
  const isGroup = name === "in" && client.channels.has(value);
  return { name, value: isGroup ? client.name(value) : value };
}

/** The query as people read it. */
export function readableQuery(client: Client, { text, filters }: Terms): string {
  return queryOf({ text, filters: filters.map((filter) => readable(client, filter)) });
}

function people(client: Client, query: string): Value[] {
  const me = client.session.me.value?.uuid ?? "";
  const others = client.people.sorted.value.filter(({ uuid }) => uuid !== me);
  const all = [{ uuid: me, name: client.personName(me), online: true }, ...others];
  return matching(all, query)
    .slice(0, MOST)
    .map(({ uuid, name, online }) => ({
      filter: { name: "from", value: name },
      name,
      ...(uuid === me && { about: strings.you }),
      entry: { id: uuid, name, channel: client.channels.get(uuid), online },
    }));
}

function places(client: Client, query: string): Value[] {
  const named = entries(client).map((entry) => {
    const filter = filterOf(client, entry.id);
    return { filter, name: entry.name, channel: entry.channel, entry };
  });
  return matching(named, query).slice(0, MOST);
}

function kinds(query: string): Value[] {
  const all = Object.entries(searchStrings.kinds);
  return all
    .filter(([value]) => value.startsWith(query.toLowerCase()))
    .map(([value, name]) => ({ filter: { name: "has", value }, name }));
}

function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  // What the month doesn't have would be a day of the next one.
  return !Number.isNaN(at) && dayOf(at) === text;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Days are those of UTC, as the server counts them. */
function days(name: FilterName, query: string): Value[] {
  if (isDay(query)) return [{ filter: { name, value: query }, name: query }];
  const now = Date.now();
  return Object.entries(DAYS_AGO)
    .map(([day, ago]) => ({
      name: searchStrings.days[day as keyof typeof DAYS_AGO],
      value: dayOf(now - ago * DAY),
    }))
    .filter(
      (day) =>
        day.value.startsWith(query) ||
        day.name.toLocaleLowerCase().startsWith(query.toLocaleLowerCase()),
    )
    .map((day) => ({ filter: { name, value: day.value }, name: day.name, about: day.value }));
}
