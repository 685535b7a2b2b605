/** The messages of a channel: a virtual list that stays at its end, loads older ones, and never jumps. */
import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { attentive, visible } from "../page/attention";
import { today } from "../page/today";
import { type ChannelId, unreadOf } from "../state/channel";
import type { Timeline } from "../state/timeline";
import { strings } from "../strings";
import { dayOf, daysBetween, timeOf } from "../text/dates";
import { useApp } from "./app";
import { ChannelStart, START_HEIGHT } from "./ChannelStart";
import { Icon } from "./Icon";
import { MessageRow } from "./MessageRow";
import { rowsOf } from "./rows";

/** More messages are asked for when the reader is this many pixels from the oldest, or from the newest there are. */
const ASK_MORE_AT = 1200;
/** The reader is at the end when this near to it, in pixels. */
const NEAR_END = 32;
/** What stands above the first new message when the channel is opened there, in pixels. */
const ABOVE_NEW = 48;

export function MessageList({ id }: { id: ChannelId }) {
  const { client, dialog } = useApp();
  const { history, reading, channels } = client;
  const timeline = history.timeline(id);
  timeline.version.value;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useRef<VirtualizerHandle>(null);
  const placed = useRef(false);
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const skipped = useRef<Skipped | undefined>(undefined);
  const [, again] = useReducer((n: number) => n + 1, 0);
  const newFrom = reading.newFrom.value;
  const pending = client.outbox.pending.value.filter((sent) => sent.channel === id);
  const rows = rowsOf(timeline.lines, pending, client.session.me.value?.uuid ?? "", newFrom);
  const detached = timeline.detached.value;
  const newIsComing = timeline.opening.value && newFrom !== undefined && !timeline.holds(newFrom);
  const { shift, count } = useGrowth(timeline.first, rows.length, again);

  const look = () => {
    const end = readTo(virtualizer.current, scroller.current, timeline);
    const here = attentive.value && dialog.value === undefined && placed.current;
    const box = scroller.current;
    // Who watched without the keys has the newest before them; the way up to the first new one is offered.
    if (here && atEnd.current && box !== null && newIsAbove(box)) {
      skipped.current = passedOver(timeline, newFrom ?? 0, timeline.last);
      again(0);
    }
    reading.following.value = here && atEnd.current && !timeline.detached.value;
    if (here && end > 0) reading.read(id, end);
  };
  /** Whether the end is further down than the first message that nobody has read yet may go up. */
  const newIsAbove = (box: HTMLElement) => {
    if (newFrom === undefined || channels.get(id).read >= newFrom) return false;
    if (newFrom <= (skipped.current?.to ?? 0)) return false;
    const top = virtualizer.current?.getItemOffset(timeline.indexOf(newFrom)) ?? 0;
    return (
      timeline.holds(newFrom) &&
      START_HEIGHT + top - ABOVE_NEW < box.scrollHeight - box.clientHeight
    );
  };
  // The list's own way of scrolling goes on for some time, and would fight with a reader who scrolls up.
  const follow = () => {
    const box = scroller.current;
    if (!atEnd.current || box === null || timeline.detached.value) return;
    // On a screen the newest goes on being shown, whichever window has the keys: somebody may watch.
    const watched = visible.value && dialog.value === undefined && reading.cameLive;
    if (!watched && newIsAbove(box)) {
      showNew();
      return;
    }
    box.scrollTop = box.scrollHeight;
    lastTop.current = box.scrollTop;
  };
  const showNew = () => {
    atEnd.current = false;
    const index = timeline.indexOf(newFrom ?? 0);
    virtualizer.current?.scrollToIndex(index, { align: "start", offset: -ABOVE_NEW });
    again(0);
  };
  const askMore = (box: HTMLElement) => {
    if (!placed.current) return;
    const below = box.scrollHeight - box.clientHeight - box.scrollTop;
    if (box.scrollTop < ASK_MORE_AT) void history.older(id);
    if (below < ASK_MORE_AT) void history.newer(id);
  };
  const onScroll = () => {
    const box = scroller.current;
    if (box === null || !placed.current) return;
    const below = box.scrollHeight - box.clientHeight - box.scrollTop;
    const was = atEnd.current;
    // Only the reader leaves the end; a message that grows while it is measured doesn't.
    if (below < NEAR_END) atEnd.current = !timeline.detached.value;
    else if (box.scrollTop < lastTop.current) atEnd.current = false;
    lastTop.current = box.scrollTop;
    if (was !== atEnd.current) again(0);
    askMore(box);
    look();
  };
  const jump = () => {
    const { read, total } = channels.get(id);
    if (read < total) skipped.current = passedOver(timeline, read + 1, total);
    atEnd.current = true;
    // Ends the list's own scrolling to the first new message, which may still go on.
    virtualizer.current?.scrollTo(Number.MAX_SAFE_INTEGER);
    void history.toNewest(id);
    again(0);
  };
  const back = () => {
    const { from } = skipped.current as Skipped;
    skipped.current = undefined;
    placed.current = false;
    reading.newFrom.value = from;
    void history.around(id, from);
    again(0);
  };

  useLayoutEffect(() => {
    if (count === 0 || (newIsComing && !placed.current)) return;
    if (!placed.current && newFrom !== undefined && timeline.holds(newFrom)) {
      placed.current = true;
      const box = scroller.current;
      if (detached || (box !== null && newIsAbove(box)) || channels.get(id).read >= newFrom)
        showNew();
    }
    placed.current = true;
    follow();
    look();
  });
  const newestPending = pending.at(-1)?.clientUUID;
  const shownPending = useRef(newestPending);
  useLayoutEffect(() => {
    // Whoever writes sees what they wrote.
    if (newestPending !== undefined && newestPending !== shownPending.current) jump();
    shownPending.current = newestPending;
  });
  useSignalEffect(() => {
    attentive.value;
    dialog.value;
    look();
  });
  const live = client.session.live.value;
  useFill(scroller, askMore, [timeline.version.value, detached, live]);

  const unread = unreadOf(channels.get(id));
  return (
    <div class="messages-frame">
      {/* A list that loads by itself must not be read aloud by itself: Announcer does that. */}
      <div
        ref={scroller}
        class="messages"
        role="log"
        aria-live="off"
        aria-label={strings.messagesIn(client.name(id))}
        aria-busy={!timeline.loaded.value}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: A region that scrolls must be reachable by keyboard.
        tabIndex={0}
        id="messages"
      >
        <div class="messages-spring" />
        <ChannelStart id={id} atStart={timeline.atStart} />
        <Virtualizer
          ref={virtualizer}
          scrollRef={scroller}
          startMargin={START_HEIGHT}
          bufferSize={600}
          shift={shift}
          data={{ length: count }}
          onScroll={onScroll}
          onResize={follow}
        >
          {(_, index) => {
            const { key, ...row } = rows.at(index);
            return <MessageRow key={key} {...row} />;
          }}
        </Virtualizer>
      </div>
      {skipped.current !== undefined && (
        <button type="button" class="jump up" onClick={back}>
          <Icon name="up" />
          {skippedText(skipped.current)}
        </button>
      )}
      {!atEnd.current && placed.current && (
        <button type="button" class="jump" onClick={jump}>
          <Icon name="down" />
          {unread > 0 ? strings.newBelow(unread) : strings.jumpToNewest}
        </button>
      )}
    </div>
  );
}

/**
 * The virtual list can take rows at its start or at its end in one go, not both: when older and newer
 * ones came together, the newer wait for the next go.
 */
function useGrowth(first: number, length: number, again: (n: number) => void) {
  const before = useRef({ first: 0, count: 0 });
  const shift = before.current.first > 0 && first > 0 && first < before.current.first;
  const count = shift
    ? Math.min(length, before.current.count + before.current.first - first)
    : length;
  useLayoutEffect(() => {
    before.current = { first, count };
    if (count < length) again(0);
  });
  return { shift, count };
}

/** Asks without a gesture: in a window so tall that nothing scrolls, at either end, and after a break. */
function useFill(
  scroller: { current: HTMLElement | null },
  askMore: (box: HTMLElement) => void,
  when: readonly unknown[],
): void {
  useLayoutEffect(() => {
    if (scroller.current) askMore(scroller.current);
  }, when);
}

/** What was passed over on the way to the newest message. */
interface Skipped {
  readonly from: number;
  readonly to: number;
  /** When the first of them was sent; absent where it isn't held. */
  readonly since: number | undefined;
}

function passedOver(timeline: Timeline, from: number, to: number): Skipped {
  return { from, to, since: timeline.lines[timeline.indexOf(from)]?.at };
}

function skippedText({ from, to, since }: Skipped): string {
  const now = today.value;
  const day = since && (daysBetween(since, now) > 0 ? dayOf(since, now) : timeOf(since));
  return strings.newSince(to - from + 1, day || undefined);
}

/** The newest `Seq` that is in view. */
function readTo(
  handle: VirtualizerHandle | null,
  box: HTMLElement | null,
  { lines, last }: { lines: readonly { seq: number }[]; last: number },
): number {
  if (handle === null || box === null || lines.length === 0) return 0;
  const bottom = box.scrollTop + box.clientHeight;
  if (box.scrollHeight - bottom < NEAR_END) return last;
  const index = handle.findItemIndex(bottom) - 1;
  return lines[Math.min(index, lines.length - 1)]?.seq ?? 0;
}
