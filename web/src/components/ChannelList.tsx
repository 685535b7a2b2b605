/** General and the people, as links to their channels; the arrow keys walk through them. */
import { useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { entries, matching } from "../state/entries";
import { strings } from "../strings";
import { useApp } from "./app";
import { ChannelRow } from "./ChannelRow";
import { useSteadyRows } from "./steady";

export function ChannelList({ query }: { query: string }) {
  const { client, route } = useApp();
  const all = useComputed(() => entries(client));
  const { rows, press } = useSteadyRows(matching(all.value, query));
  const virtualizer = useRef<VirtualizerHandle>(null);
  const scroller = useRef<HTMLDivElement>(null);
  useServerSearch(query);

  const walk = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0 || event.altKey) return;
    const from = rows.findIndex(({ id }) => id === (event.target as HTMLElement).dataset.channel);
    const to = rows[from + step];
    if (to === undefined) return;
    event.preventDefault();
    virtualizer.current?.scrollToIndex(from + step, { align: "nearest" });
    requestAnimationFrame(() => focusRow(scroller.current, to.id));
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: The rows in it are links; the arrow keys only add to them.
    <div class="list" ref={scroller} onKeyDown={walk} onPointerDown={press}>
      {rows.length === 0 && <p class="nobody">{strings.nobodyFound(query)}</p>}
      <Virtualizer
        ref={virtualizer}
        scrollRef={scroller}
        as="ul"
        item="li"
        itemSize={64}
        data={rows}
      >
        {(row) => (
          <ChannelRow
            key={row.id}
            id={row.id}
            name={row.name}
            channel={row.channel}
            online={row.online}
            open={row.id === client.open.value && route.place.value.pane !== "list"}
            draft={row.id === client.open.value ? "" : client.drafts.get(row.id)}
          />
        )}
      </Virtualizer>
      {rows.length > 0 && query === "" && client.people.total.value === 1 && (
        <p class="nobody">{strings.nobodyElse}</p>
      )}
    </div>
  );
}

function focusRow(list: HTMLElement | null, id: string): void {
  list?.querySelector<HTMLElement>(`[data-channel="${CSS.escape(id)}"]`)?.focus();
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
