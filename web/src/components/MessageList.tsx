/** The messages of a channel: a virtual list that stays at its end, loads older ones, and never jumps. */
import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { attentive } from "../page/attention";
import { type ChannelId, unreadOf } from "../state/channel";
import { strings } from "../strings";
import { useApp } from "./app";
import { ChannelStart, START_HEIGHT } from "./ChannelStart";
import { Icon } from "./Icon";
import { MessageRow } from "./MessageRow";
import { rowsOf } from "./rows";

/** Older messages are asked for when the reader is this many pixels from the oldest. */
const ASK_OLDER_AT = 1200;
/** The reader is at the end when this near to it, in pixels. */
const NEAR_END = 32;

export function MessageList({ id }: { id: ChannelId }) {
  const { client } = useApp();
  const { history, reading, channels } = client;
  const timeline = history.timeline(id);
  timeline.version.value;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useRef<VirtualizerHandle>(null);
  const placed = useRef(false);
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const [, again] = useReducer((n: number) => n + 1, 0);
  const newFrom = reading.newFrom.value;
  const pending = client.outbox.pending.value.filter((sent) => sent.channel === id);
  const rows = rowsOf(timeline.lines, pending, client.session.me.value?.uuid ?? "", newFrom);
  const newIsComing = timeline.opening.value && newFrom !== undefined && newFrom < timeline.first;
  const { shift, count } = useGrowth(timeline.first, rows.length, again);

  const look = () => {
    const end = readTo(virtualizer.current, scroller.current, timeline);
    const here = attentive.value && placed.current;
    reading.following.value = here && atEnd.current;
    if (here && end > 0) reading.read(id, end);
  };
  // The list's own way of scrolling goes on for some time, and would fight with a reader who scrolls up.
  const follow = () => {
    const box = scroller.current;
    if (!atEnd.current || box === null) return;
    box.scrollTop = box.scrollHeight;
    lastTop.current = box.scrollTop;
  };
  const onScroll = () => {
    const box = scroller.current;
    if (box === null || !placed.current) return;
    const below = box.scrollHeight - box.clientHeight - box.scrollTop;
    const was = atEnd.current;
    // Only the reader leaves the end; a message that grows while it is measured doesn't.
    if (below < NEAR_END) atEnd.current = true;
    else if (box.scrollTop < lastTop.current) atEnd.current = false;
    lastTop.current = box.scrollTop;
    if (was !== atEnd.current) again(0);
    if (box.scrollTop < ASK_OLDER_AT) void history.older(id);
    look();
  };
  const jump = () => {
    atEnd.current = true;
    again(0);
  };

  useLayoutEffect(() => {
    if (count === 0 || (newIsComing && !placed.current)) return;
    if (!placed.current) {
      placed.current = true;
      const newAt = timeline.indexOf(newFrom ?? 0);
      if (newAt > 0 && newAt < timeline.lines.length) {
        atEnd.current = false;
        virtualizer.current?.scrollToIndex(newAt, { align: "start", offset: -48 });
        return;
      }
    }
    follow();
    look();
  });
  useSignalEffect(() => {
    attentive.value;
    look();
  });
  useFill(scroller, () => history.older(id), timeline.version.value);

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

/** A window so tall that nothing scrolls must still show what there is. */
function useFill(
  scroller: { current: HTMLElement | null },
  older: () => Promise<void>,
  version: number,
): void {
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box && box.scrollHeight <= box.clientHeight + ASK_OLDER_AT / 2) void older();
  }, [version]);
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
