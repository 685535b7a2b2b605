/** The scrolling of a channel as a component's own, and the rows that its list shows. */
import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { isCovered } from "../page/covered";
import type { ChannelId } from "../state/channel";
import type { Line } from "../state/line";
import { useApp } from "./app";
import { useFill, useGrowth } from "./growth";
import { type Rows, rowsOf } from "./rows";
import { Scrolling } from "./scrolling";

export interface Shown {
  readonly scrolling: Scrolling;
  readonly rows: Rows;
  /** How many of the rows the virtual list has taken. */
  readonly count: number;
  /** Whether the newest rows of this render stand above the others. */
  readonly shift: boolean;
}

export function useScrolling(id: ChannelId): Shown {
  const app = useApp();
  const { client, route } = app;
  const [, again] = useReducer((n: number) => n + 1, 0);
  const kept = useRef<Scrolling | undefined>(undefined);
  kept.current ??= new Scrolling(
    client,
    id,
    () => isCovered(app),
    () => again(0),
  );
  const scrolling = kept.current;
  const { timeline } = scrolling;
  const version = timeline.version.value;
  const newFrom = client.reading.newFrom.value;
  const pending = client.outbox.pending.value.filter((sent) => sent.channel === id);
  const me = client.session.me.value?.uuid ?? "";
  const shown = (line: Line) => client.changes.shown(id, line, me);
  const rows = rowsOf({ lines: timeline.lines, pending, me, newFrom, shown });
  const detached = timeline.detached.value;
  const newIsComing = timeline.opening.value && newFrom !== undefined && !timeline.holds(newFrom);
  const { shift, count } = useGrowth(timeline.first, rows.length, again);

  useLayoutEffect(() => {
    if (count > 0 && (scrolling.isPlaced || !newIsComing)) scrolling.settle();
  });
  useJumpToOwn(scrolling, pending.at(-1)?.clientUUID);
  useSignalEffect(() => scrolling.look());
  const place = route.place.value;
  const isThere = timeline.loaded.value && !timeline.opening.value;
  useLayoutEffect(() => {
    if (isThere) scrolling.visit(place.seq);
  }, [place, isThere]);
  const editing = client.writing.editing.value;
  const edited = editing?.id === id && !editing.inThread ? editing.seq : undefined;
  useLayoutEffect(() => {
    // What is drawn comes into view by itself, and leaves the list where it is.
    const isDrawn = document.querySelector(`#messages [data-seq="${edited}"]`) !== null;
    if (edited !== undefined && !isDrawn) scrolling.show(edited);
  }, [edited]);
  useFill(scrolling.askMore, [version, detached, client.session.live.value]);
  return { scrolling, rows, count, shift };
}

/** Writers see what they wrote. */
function useJumpToOwn(scrolling: Scrolling, newestPending: string | undefined): void {
  const shown = useRef(newestPending);
  useLayoutEffect(() => {
    if (newestPending !== undefined && newestPending !== shown.current) scrolling.jump();
    shown.current = newestPending;
  });
}
