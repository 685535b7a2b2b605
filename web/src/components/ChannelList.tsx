/** The channels and the people as links, in sections; the arrow keys walk through them. */
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { ChannelId } from "../state/channel";
import { entries, matching } from "../state/entries";
import { strings } from "../strings";
import { useApp } from "./app";
import { ChannelRow } from "./ChannelRow";
import { ListHeading } from "./ListHeading";
import { isEntry, type ListRow } from "./sections";
import { useSteadyRows } from "./steady";

export function ChannelList({ query }: { query: string }) {
  const { client, route, sections } = useApp();
  const all = query === "" ? sections.rows.value : found(matching(entries(client), query));
  const { rows, press } = useSteadyRows(all);
  const virtualizer = useRef<VirtualizerHandle>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const focused = useSignal<ChannelId | undefined>(undefined);
  const open = client.open.value;
  const stop = tabStop(rows, focused.value, open);
  useEffect(() => {
    focused.value = undefined;
  }, [focused, open]);
  useServerSearch(query);
  const cache = useKeptPlace(scroller, virtualizer, query);

  const onKeyDown = (event: KeyboardEvent) => {
    const from = rows.findIndex((row) => isEntry(row, channelOf(event.target)));
    const to = from < 0 || event.altKey ? -1 : reached(rows, from, event.key);
    const row = rows[to];
    if (row?.kind !== "entry") return;
    event.preventDefault();
    focused.value = row.id;
    virtualizer.current?.scrollToIndex(to, { align: "nearest" });
    focusRow(scroller.current, row.id);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: The rows in it are links; the keys only add to them.
    <div
      class="list"
      ref={scroller}
      onKeyDown={onKeyDown}
      onPointerDown={press}
      onFocusIn={(event) => {
        focused.value = channelOf(event.target);
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
            <ListHeading key={row.section} {...row} />
          ) : (
            <ChannelRow
              // A new row for a new section: Chromium forgets to style one that is moved and changes its class at once.
              key={`${row.section} ${row.id}`}
              id={row.id}
              name={row.name}
              channel={row.channel}
              online={row.online}
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

function found(entries: ReturnType<typeof matching>): ListRow[] {
  return entries.map((entry) => ({ kind: "entry", ...entry }));
}

function channelOf(target: EventTarget | null): ChannelId | undefined {
  if (!(target instanceof Element)) return undefined;
  return target.closest<HTMLElement>("[data-channel]")?.dataset.channel;
}

/** The one row that Tab comes to: that with the focus, else the open one, else the first. */
function tabStop(
  rows: readonly ListRow[],
  focused: ChannelId | undefined,
  open: ChannelId,
): number {
  for (const id of [focused, open]) {
    const at = id === undefined ? -1 : rows.findIndex((row) => isEntry(row, id));
    if (at >= 0) return at;
  }
  return Math.max(
    0,
    rows.findIndex(({ kind }) => kind === "entry"),
  );
}

/** The row that a key leads to from another one, past the headings; -1 where the key means nothing. */
function reached(rows: readonly ListRow[], from: number, key: string): number {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: 1, End: -1 }[key];
  if (step === undefined) return -1;
  let at = key === "Home" ? 0 : key === "End" ? rows.length - 1 : from + step;
  while (rows[at]?.kind === "heading") at += step;
  return at;
}

/** A row that just came into the document takes no focus before it has been measured, a picture or two later. */
function focusRow(list: HTMLElement | null, id: ChannelId, tries = 5): void {
  const row = list?.querySelector<HTMLElement>(`[data-channel="${CSS.escape(id)}"]`);
  row?.focus();
  if (document.activeElement !== row && tries > 0)
    requestAnimationFrame(() => focusRow(list, id, tries - 1));
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
