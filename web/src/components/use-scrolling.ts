/** The scrolling of a channel as a component's own, and the rows that its list shows. */
import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { roomy } from "../page/media";
import type { ChannelId } from "../state/channel";
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
  const { client, details, dialog } = useApp();
  const [, again] = useReducer((n: number) => n + 1, 0);
  const kept = useRef<Scrolling | undefined>(undefined);
  kept.current ??= new Scrolling(
    client,
    id,
    () => dialog.value !== undefined || (details.value && !roomy.value),
    () => again(0),
  );
  const scrolling = kept.current;
  const { timeline } = scrolling;
  const version = timeline.version.value;
  const newFrom = client.reading.newFrom.value;
  const pending = client.outbox.pending.value.filter((sent) => sent.channel === id);
  const rows = rowsOf(timeline.lines, pending, client.session.me.value?.uuid ?? "", newFrom);
  const detached = timeline.detached.value;
  const newIsComing = timeline.opening.value && newFrom !== undefined && !timeline.holds(newFrom);
  const { shift, count } = useGrowth(timeline.first, rows.length, again);

  useLayoutEffect(() => {
    if (count > 0 && (scrolling.isPlaced || !newIsComing)) scrolling.settle();
  });
  useJumpToOwn(scrolling, pending.at(-1)?.clientUUID);
  useSignalEffect(() => scrolling.look());
  useFill(scrolling.askMore, [version, detached, client.session.live.value]);
  return { scrolling, rows, count, shift };
}

/** Whoever writes sees what they wrote. */
function useJumpToOwn(scrolling: Scrolling, newestPending: string | undefined): void {
  const shown = useRef(newestPending);
  useLayoutEffect(() => {
    if (newestPending !== undefined && newestPending !== shown.current) scrolling.jump();
    shown.current = newestPending;
  });
}
