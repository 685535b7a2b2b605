/** The list in sections: unread, channels, people with talk, and everybody else on demand. */
import { computed, effect, signal, untracked } from "@preact/signals";
import type { CacheSnapshot } from "virtua";
import type { Route } from "../page/route";
import { type ChannelId, GENERAL, unreadOf } from "../state/channel";
import type { Client } from "../state/client";
import { type Entry, entries } from "../state/entries";

export type SectionName = "unread" | "channels" | "people" | "others";

export interface Heading {
  readonly kind: "heading";
  readonly section: SectionName;
  readonly count: number;
}

export interface EntryRow extends Entry {
  readonly kind: "entry";
  /** Absent for what a search found. */
  readonly section?: SectionName;
}

export type ListRow = Heading | EntryRow;

/** As many people without talk are shown without a click. */
const FEW = 20;

export class Sections {
  /** Whether people without talk are shown; absent until it is known how many they are. */
  readonly othersShown = signal<boolean | undefined>(undefined);
  /** Where the list stood when it was left. */
  place: { top: number; cache: CacheSnapshot } | undefined;
  /** Where the open channel stood when it was opened, so that it doesn't move while it is read. */
  readonly #openWasUnread = signal(false);

  constructor(
    readonly client: Client,
    readonly route: Pick<Route, "place">,
  ) {
    effect(() => {
      const id = this.#open.value;
      client.channels.loaded.value;
      untracked(() => {
        this.#openWasUnread.value = id !== undefined && unreadOf(client.channels.get(id)) > 0;
      });
    });
    effect(() => {
      if (!client.channels.loaded.value) this.othersShown.value = undefined;
      else if (client.people.total.value > 0) untracked(() => this.#showFew());
    });
  }

  /** On a phone none is open while the list is shown. */
  readonly #open = computed(() => {
    const { pane, channel } = this.route.place.value;
    return pane === "channel" ? channel : undefined;
  });

  readonly #sections = computed(() => this.#divided(entries(this.client)));

  readonly rows = computed<readonly ListRow[]>(() => {
    const { unread, channels, people, others } = this.#sections.value;
    return [
      ...section("unread", unread),
      ...section("channels", channels),
      ...section("people", people),
      ...section("others", others, this.othersShown.value ?? false, this.#countOthers()),
    ];
  });

  /** The rows without headings, as they are walked through. */
  readonly shown = computed(() => this.rows.value.filter((row) => row.kind === "entry"));

  #divided(all: readonly Entry[]): Record<SectionName, Entry[]> {
    const me = this.client.session.me.value?.uuid;
    const divided = { unread: [], channels: [], people: [], others: [] } as Record<
      SectionName,
      Entry[]
    >;
    for (const entry of all) divided[this.#sectionOf(entry, me)].push(entry);
    return divided;
  }

  #sectionOf({ id, channel }: Entry, me: string | undefined): SectionName {
    const open = id === this.#open.value;
    if (open ? this.#openWasUnread.value : unreadOf(channel) > 0) return "unread";
    if (id === GENERAL || id === me) return "channels";
    const begun = !open && this.client.drafts.get(id) !== "";
    return channel.total > 0 || begun ? "people" : "others";
  }

  /** The server may have more people than it tells at once; the search finds them. */
  #countOthers(): number {
    const { unread, people, others } = this.#sections.value;
    const talking = [...unread, ...people].filter(({ id }) => id !== GENERAL).length;
    return Math.max(others.length, this.client.people.total.value - 1 - talking);
  }

  #showFew(): void {
    const { unread, people, others } = this.#sections.value;
    this.othersShown.value ??= others.length <= FEW || unread.length + people.length === 0;
  }
}

/** A heading and its entries; nothing where there are none. */
function section(
  name: SectionName,
  found: readonly Entry[],
  shown = true,
  count = found.length,
): ListRow[] {
  if (found.length === 0) return [];
  const rows = found.map((entry): EntryRow => ({ kind: "entry", section: name, ...entry }));
  return [{ kind: "heading", section: name, count }, ...(shown ? rows : [])];
}

export function isEntry(row: ListRow, id: ChannelId | undefined): boolean {
  return row.kind === "entry" && row.id === id;
}
