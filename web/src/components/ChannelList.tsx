/** The channels and the people as links, in sections; the arrow keys walk through them. */
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { ChannelId } from "../state/channel";
import { type Entry, entries, matching } from "../state/entries";
import { strings } from "../strings";
import { useApp } from "./app";
import { ChannelRow } from "./ChannelRow";
import { ChannelHint, ListHeading } from "./ListHeading";
import type { ListRow } from "./sections";
import { useSteadyRows } from "./steady";

export function ChannelList({ query }: { query: string }) {
  const { client, route, sections } = useApp();
  const all = query === "" ? sections.rows.value : found(matching(entries(client), query));
  const { rows, press } = useSteadyRows(all);
  const virtualizer = useRef<VirtualizerHandle>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const focused = useSignal<RowKey | undefined>(undefined);
  const open = client.open.value;
  const stop = tabStop(rows, focused.value, open);
  useEffect(() => {
    focused.value = undefined;
  }, [focused, open]);
  useServerSearch(query);
  const cache = useKeptPlace(scroller, virtualizer, query);

  const onKeyDown = (event: KeyboardEvent) => {
    const key = keyAt(event.target);
    const from = rows.findIndex((row) => keyOf(row) === key);
    const at = rows[from];
    if (at === undefined || key === undefined || event.altKey) return;
    const opens = { ArrowRight: true, ArrowLeft: false }[event.key];
    if (at.kind === "heading" && opens !== undefined) sections.show(at.section, opens);
    const to = reached(rows, from, event.key);
    const next = to === undefined ? undefined : rows[to];
    if (to === undefined || next === undefined) return;
    event.preventDefault();
    focused.value = keyOf(next);
    virtualizer.current?.scrollToIndex(to, { align: "nearest" });
    focusRow(scroller.current, keyOf(next));
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: The rows in it are links; the keys only add to them.
    <div
      class="list"
      ref={scroller}
      onKeyDown={onKeyDown}
      onPointerDown={press}
      onFocusIn={(event) => {
        focused.value = keyAt(event.target);
      }}
    >
      {rows.length === 0 && <p class="nobody">{strings.nobodyFound(query)}</p>}
      <Virtualizer
        ref={virtualizer}
        scrollRef={scroller}
        as="ul"
        item="li"
        itemSize={52}
        data={rows}
        keepMounted={[stop]}
        {...(cache && { cache })}
      >
        {(row, index) =>
          row.kind === "heading" ? (
            <ListHeading key={row.section} {...row} tabStop={index === stop} />
          ) : row.kind === "hint" ? (
            <ChannelHint key="hint" />
          ) : (
            <ChannelRow
              // A new row for a new section: Chromium forgets to style one that is moved and changes its class at once.
              key={`${row.section} ${row.id}`}
              id={row.id}
              name={row.name}
              channel={row.channel}
              online={row.online}
              muted={client.channels.isMuted(row.channel)}
              open={row.id === open && route.place.value.pane !== "list"}
              draft={row.id === open ? "" : client.drafts.get(row.id)}
              tabStop={index === stop}
            />
          )
        }
      </Virtualizer>
      {rows.length > 0 && query === "" && client.people.total.value === 1 && (
        <p class="nobody">{strings.nobodyElse}</p>
      )}
    </div>
  );
}

function found(entries: readonly Entry[]): ListRow[] {
  return entries.map((entry) => ({ kind: "entry", ...entry }));
}

/** Names a row while others come and go: a channel, or the heading of a section. */
type RowKey = string;

function keyOf(row: ListRow): RowKey | undefined {
  if (row.kind === "hint") return undefined;
  return row.kind === "entry" ? `row ${row.id}` : `section ${row.section}`;
}

function keyAt(target: EventTarget | null): RowKey | undefined {
  if (!(target instanceof Element)) return undefined;
  const { channel, section } =
    target.closest<HTMLElement>("[data-channel], [data-section]")?.dataset ?? {};
  return channel === undefined ? section && `section ${section}` : `row ${channel}`;
}

/** The one row that Tab comes to: that with the focus, else the open one, else the first. */
function tabStop(rows: readonly ListRow[], focused: RowKey | undefined, open: ChannelId): number {
  for (const key of [focused, `row ${open}`]) {
    const at = key === undefined ? -1 : rows.findIndex((row) => keyOf(row) === key);
    if (at >= 0) return at;
  }
  return Math.max(
    0,
    rows.findIndex(({ kind }) => kind === "entry"),
  );
}

/** The row that a key leads to from another one, headings among them; absent where the key means nothing. */
function reached(rows: readonly ListRow[], from: number, key: string): number | undefined {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: 1, End: -1 }[key];
  if (step === undefined) return undefined;
  let at = key === "Home" ? 0 : key === "End" ? rows.length - 1 : from + step;
  while (rows[at]?.kind === "hint") at += step;
  return at;
}

/** A row that just came into the document takes no focus before it has been measured, a picture or two later. */
function focusRow(list: HTMLElement | null, key: RowKey | undefined, tries = 5): void {
  const all = list?.querySelectorAll<HTMLElement>("[data-channel], [data-section]") ?? [];
  const row = [...all].find((element) => keyAt(element) === key);
  row?.focus();
  if (document.activeElement !== (row ?? null) && tries > 0)
    requestAnimationFrame(() => focusRow(list, key, tries - 1));
}

/** On a phone the list goes while a channel is shown, and comes back where it was. */
function useKeptPlace(
  scroller: { current: HTMLElement | null },
  virtualizer: { current: VirtualizerHandle | null },
  query: string,
) {
  const { sections } = useApp();
  const kept = useRef(query === "" ? sections.place : undefined).current;
  const searching = useRef(false);
  searching.current = query !== "";
  useLayoutEffect(() => {
    if (kept && scroller.current) scroller.current.scrollTop = kept.top;
    return () => {
      const [box, list] = [scroller.current, virtualizer.current];
      if (box && list && !searching.current)
        sections.place = { top: box.scrollTop, cache: list.cache };
    };
  }, [kept, scroller, sections, virtualizer]);
  return kept?.cache;
}

/** Where there are more people than the list holds, the server knows the others. */
function useServerSearch(query: string): void {
  const { client } = useApp();
  useEffect(() => {
    if (query === "" || client.people.total.value <= client.people.sorted.value.length) return;
    const timer = setTimeout(() => client.find(query).catch(() => undefined), 150);
    return () => clearTimeout(timer);
  }, [client, query]);
}
