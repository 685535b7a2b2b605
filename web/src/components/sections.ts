/** The list in sections: unread, pinned, the user's own ones, channels, people with talk, and everybody else. */
import { computed, effect, signal, untracked } from "@preact/signals";
import type { CacheSnapshot } from "virtua";
import type { Route } from "../page/route";
import type { Settings } from "../page/settings";
import {
  type Channel,
  type ChannelId,
  GENERAL,
  isGroup,
  isNamed,
  unreadOf,
} from "../state/channel";
import type { Client } from "../state/client";
import { type Entry, entries } from "../state/entries";
import { strings } from "../strings";

type Fixed = keyof typeof strings.sections;
/** A section of the user's own by its name. */
export type SectionKey = Fixed | `own ${string}`;

export interface Heading {
  readonly kind: "heading";
  readonly section: SectionKey;
  readonly title: string;
  readonly count: number;
  readonly shown: boolean;
}

export interface EntryRow extends Entry {
  readonly kind: "entry";
  /** Absent for what a search found. */
  readonly section?: SectionKey;
}

/** Stands where there is no channel yet, and says how to come by one. */
export interface Hint {
  readonly kind: "hint";
}

export type ListRow = Heading | EntryRow | Hint;

type Divided = ReadonlyMap<SectionKey, Entry[]>;

/** As many people without talk are shown without a click. */
const FEW = 20;
const byName = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

export class Sections {
  /** Whether people without talk are shown unless the user says; absent until it is known how many they are. */
  readonly othersShown = signal<boolean | undefined>(undefined);
  /** Where the list stood when it was left. */
  place: { top: number; cache: CacheSnapshot } | undefined;
  /** Where the open channel stood when it was opened, so that it doesn't move while it is read. */
  readonly #openWasUnread = signal(false);

  constructor(
    readonly client: Client,
    readonly route: Pick<Route, "place">,
    readonly settings: Pick<Settings, "folded" | "unreadFirst">,
  ) {
    effect(() => {
      const id = this.#open.value;
      client.channels.loaded.value;
      untracked(() => {
        this.#openWasUnread.value = id !== undefined && this.#hasNews(client.channels.get(id));
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

  readonly #divided = computed(() => this.#divide(entries(this.client)));

  readonly rows = computed<readonly ListRow[]>(() => {
    const divided = this.#divided.value;
    const own = [...divided.keys()].filter((key) => key.startsWith("own ")).sort(byName.compare);
    const keys: SectionKey[] = ["unread", "pinned", ...own, "channels", "people", "others"];
    return keys.flatMap((key) => this.#section(key, divided.get(key) ?? []));
  });

  /** The rows without headings, as they are walked through. */
  readonly shown = computed(() => this.rows.value.filter((row) => row.kind === "entry"));

  /** The names of the user's own sections. */
  readonly own = computed(() => {
    const names = this.client.channels.sorted.value.flatMap(({ prefs }) => prefs?.section || []);
    return [...new Set(names)].sort(byName.compare);
  });

  isShown(section: SectionKey): boolean {
    const folded = this.settings.folded.value[section];
    if (folded !== undefined) return !folded;
    return section !== "others" || (this.othersShown.value ?? false);
  }

  show(section: SectionKey, shown: boolean): void {
    this.settings.folded.value = { ...this.settings.folded.value, [section]: !shown };
  }

  #divide(all: readonly Entry[]): Divided {
    const me = this.client.session.me.value?.uuid;
    const divided = new Map<SectionKey, Entry[]>();
    for (const entry of all.filter((entry) => !this.#isHidden(entry))) {
      const key = this.#sectionOf(entry, me);
      divided.set(key, [...(divided.get(key) ?? []), entry]);
    }
    const rank = ({ id }: Entry) => (id === GENERAL ? 0 : id === me ? 1 : 2);
    for (const [key, found] of divided) {
      if (key === "unread" || key === "people" || key === "others") continue;
      found.sort((a, b) => rank(a) - rank(b) || byName.compare(a.name, b.name));
    }
    return divided;
  }

  #isNews(entry: Entry): boolean {
    if (entry.id === this.#open.value) return this.#openWasUnread.value;
    return this.#hasNews(entry.channel);
  }

  #hasNews(channel: Channel): boolean {
    return unreadOf(channel) > 0 && !this.client.channels.isMuted(channel);
  }

  /** An archived channel, or a group of which nothing is wanted, which can't be left. The search finds both. */
  #isHidden(entry: Entry): boolean {
    const { channel, id } = entry;
    const away = channel.details?.Archived || (isGroup(channel) && channel.prefs?.level === "none");
    return away === true && id !== this.#open.value && !this.#isNews(entry);
  }

  #sectionOf(entry: Entry, me: string | undefined): SectionKey {
    const { id, channel } = entry;
    if (this.settings.unreadFirst.value && this.#isNews(entry)) return "unread";
    if (channel.prefs?.pinned) return "pinned";
    if (channel.prefs?.section) return `own ${channel.prefs.section}`;
    if (id === GENERAL || id === me || isNamed(channel)) return "channels";
    const begun = id !== this.#open.value && this.client.drafts.get(id) !== "";
    return channel.total > 0 || begun || isGroup(channel) ? "people" : "others";
  }

  /** A heading and its entries; nothing where there are none. What is new or open shows in a folded one as well. */
  #section(key: SectionKey, found: readonly Entry[]): ListRow[] {
    if (found.length === 0) return [];
    const shown = this.isShown(key);
    const count = key === "others" ? this.#countOthers() : found.length;
    const kept = (entry: Entry) => entry.id === this.#open.value || this.#isNews(entry);
    const entries = shown ? found : key === "others" ? [] : found.filter(kept);
    const rows = entries.map((entry): EntryRow => ({ kind: "entry", section: key, ...entry }));
    const heading: Heading = { kind: "heading", section: key, title: titleOf(key), count, shown };
    return [heading, ...rows, ...(key === "channels" && shown ? this.#hint() : [])];
  }

  #hint(): Hint[] {
    const { sorted, supported } = this.client.channels;
    return supported.value && !sorted.value.some(isNamed) ? [{ kind: "hint" }] : [];
  }

  /** The server may have more people than it tells at once; the search finds them. */
  #countOthers(): number {
    const divided = this.#divided.value;
    const others = divided.get("others")?.length ?? 0;
    const placed = [...divided].flatMap(([key, found]) => (key === "others" ? [] : found));
    const me = this.client.session.me.value?.uuid;
    const talking = placed.filter(
      ({ id, channel }) => id !== me && id !== GENERAL && !channel.details,
    );
    const { reachable, sorted, total } = this.client.people;
    const hidden = sorted.value.length - reachable.value.length;
    return Math.max(others, total.value - 1 - hidden - talking.length);
  }

  #showFew(): void {
    const divided = this.#divided.value;
    const others = divided.get("others")?.length ?? 0;
    const talks = (divided.get("unread")?.length ?? 0) + (divided.get("people")?.length ?? 0);
    this.othersShown.value ??= others <= FEW || talks === 0;
  }
}

function titleOf(key: SectionKey): string {
  return key.startsWith("own ") ? key.slice("own ".length) : strings.sections[key as Fixed];
}

export function isEntry(row: ListRow, id: ChannelId | undefined): boolean {
  return row.kind === "entry" && row.id === id;
}
