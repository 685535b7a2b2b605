/** Where the list of messages stands: at its end, at the first new one, or where the reader is. */
import type { RefObject } from "preact";
import type { VirtualizerHandle } from "virtua";
import { attentive, visible } from "../page/attention";
import type { ChannelId } from "../state/channel";
import type { Client } from "../state/client";
import type { Timeline } from "../state/timeline";
import { START_HEIGHT } from "./ChannelStart";
import type { Folds } from "./Fold";
import { passedOver, type Skipped } from "./skipped";

/** More messages are asked for when the reader is this many pixels from the oldest, or from the newest there are. */
const ASK_MORE_AT = 1200;
/** The reader is at the end when this near to it, in pixels. */
const NEAR_END = 32;
/** What stands above the first new message when the channel is opened there, in pixels. */
const ABOVE_NEW = 48;

export class Scrolling {
  readonly scroller: RefObject<HTMLDivElement | null> = { current: null };
  readonly virtualizer: RefObject<VirtualizerHandle | null> = { current: null };
  readonly folds: Folds = {
    opened: new Set(),
    opening: () => {
      this.#aim = undefined;
      this.#leaveEnd();
    },
  };
  /** What the reader passed over on the way to the newest message. */
  skipped: Skipped | undefined;
  /** The reply from which its reader went to the message that it answers. */
  origin: number | undefined;
  /** The message that is marked for a moment. */
  marked: number | undefined;
  /** The message that is to be brought into view. */
  #wanted: number | undefined;
  /** The message that stays in its place, however high the rows around it turn out to be, until the reader scrolls. */
  #aim: { readonly seq: number; readonly place: "middle" | "top" } | undefined;
  /** The `Seq` at which its reader was before the address led elsewhere; 0 is the end. */
  #left: number | undefined;
  #placed = false;
  #atEnd = true;
  #lastTop = 0;

  constructor(
    readonly client: Client,
    readonly id: ChannelId,
    /** Whether something covers the messages. */
    readonly covered: () => boolean,
    /** What is shown beside the list has changed. */
    readonly changed: () => void,
  ) {}

  /** Whether the newest message is out of view below. */
  get isAway(): boolean {
    return !this.#atEnd && this.#placed;
  }

  /** Whether the list has been where it opens. */
  get isPlaced(): boolean {
    return this.#placed;
  }

  get timeline(): Timeline {
    return this.client.history.timeline(this.id);
  }

  /** Tells how far the reader has read. */
  look(): void {
    const { reading } = this.client;
    const end = readTo(this.virtualizer.current, this.scroller.current, this.timeline);
    const here = attentive.value && !this.covered() && this.#placed;
    const box = this.scroller.current;
    // Who watched without the keys has the newest before them; the way up to the first new one is offered.
    if (here && this.#atEnd && box !== null && this.#newIsAbove(box)) {
      this.skipped = passedOver(this.timeline, reading.newFrom.value ?? 0, this.timeline.last);
      this.changed();
    }
    reading.following.value = here && this.#atEnd && !this.timeline.detached.value;
    if (here && end > 0) reading.read(this.id, end);
  }

  /** After each change of the list, before it is painted. */
  settle(): void {
    const { timeline } = this;
    const newFrom = this.client.reading.newFrom.value;
    if (!this.#placed && newFrom !== undefined && timeline.holds(newFrom)) {
      this.#placed = true;
      const box = this.scroller.current;
      const isRead = this.client.channels.get(this.id).read >= newFrom;
      if (timeline.detached.value || isRead || (box !== null && this.#newIsAbove(box)))
        this.#showNew();
    }
    this.#placed = true;
    this.#showWanted();
    this.follow();
    this.look();
  }

  // The list's own way of scrolling goes on for some time, and would fight with a reader who scrolls up.
  readonly follow = (): void => {
    const box = this.scroller.current;
    if (box === null || this.#takeAim(box)) return;
    if (!this.#atEnd || this.timeline.detached.value) return;
    // On a screen the newest goes on being shown, whichever window has the keys: somebody may watch.
    const watched = visible.value && !this.covered() && this.client.reading.cameLive;
    if (!watched && this.#newIsAbove(box)) {
      this.#showNew();
      return;
    }
    box.scrollTop = box.scrollHeight;
    this.#lastTop = box.scrollTop;
  };

  readonly askMore = (): void => {
    const box = this.scroller.current;
    if (!this.#placed || box === null) return;
    if (box.scrollTop < ASK_MORE_AT) void this.client.history.older(this.id);
    if (below(box) < ASK_MORE_AT) void this.client.history.newer(this.id);
  };

  readonly onScroll = (): void => {
    const box = this.scroller.current;
    if (box === null || !this.#placed) return;
    const was = this.#atEnd;
    const isMoved = Math.abs(box.scrollTop - this.#lastTop) > 1;
    // Only the reader leaves the end; a message that grows while it is measured doesn't.
    if (below(box) < NEAR_END) this.#atEnd = !this.timeline.detached.value;
    else if (box.scrollTop < this.#lastTop) this.#atEnd = false;
    this.#lastTop = box.scrollTop;
    // Who comes to the end stays there.
    if (isMoved || this.#atEnd) this.#aim = undefined;
    if (was !== this.#atEnd) this.changed();
    this.askMore();
    this.look();
  };

  /** Brings a message into view and marks it; `from` is where the way back leads. */
  readonly show = (seq: number, from?: number): void => {
    if (seq < 1 || seq > this.client.channels.get(this.id).total) return;
    this.origin = from;
    this.#wanted = seq;
    this.#leaveEnd();
    void this.client.history.around(this.id, seq);
  };

  /** To the message that the address names, and where it names none any more, back to where the reader was. */
  visit(seq: number | undefined): void {
    const left = this.#left;
    if (seq !== undefined) {
      const end = () => readTo(this.virtualizer.current, this.scroller.current, this.timeline);
      this.#left = left ?? (this.#atEnd ? 0 : end());
      this.show(seq);
    } else if (left !== undefined) {
      this.#left = undefined;
      if (left > 0) this.show(left);
      else this.jump();
    }
  }

  /** To the newest message. */
  readonly jump = (): void => {
    this.origin = this.#aim = undefined;
    const { read, total } = this.client.channels.get(this.id);
    if (read < total) this.skipped = passedOver(this.timeline, read + 1, total);
    this.#atEnd = true;
    void this.client.history.toNewest(this.id);
    this.follow();
    this.changed();
  };

  /** To the first of what a jump passed over. */
  readonly back = (): void => {
    if (this.skipped === undefined) return;
    const { from } = this.skipped;
    this.skipped = this.#aim = undefined;
    this.#placed = false;
    this.client.reading.newFrom.value = from;
    void this.client.history.around(this.id, from);
    this.changed();
  };

  /** Whether the end is further down than the first message that nobody has read yet may go up. */
  #newIsAbove(box: HTMLElement): boolean {
    const newFrom = this.client.reading.newFrom.value;
    if (newFrom === undefined || this.client.channels.get(this.id).read >= newFrom) return false;
    if (newFrom <= (this.skipped?.to ?? 0) || !this.timeline.holds(newFrom)) return false;
    const top = this.virtualizer.current?.getItemOffset(this.timeline.indexOf(newFrom)) ?? 0;
    return START_HEIGHT + top - ABOVE_NEW < box.scrollHeight - box.clientHeight;
  }

  /** Brings the message that was aimed at to its place; returns whether there is one. */
  #takeAim(box: HTMLElement): boolean {
    const list = this.virtualizer.current;
    const aim = this.#aim;
    if (aim === undefined || list === null || !this.timeline.holds(aim.seq)) return false;
    const index = this.timeline.indexOf(aim.seq);
    const top = START_HEIGHT + list.getItemOffset(index);
    const above =
      aim.place === "top" ? ABOVE_NEW : (box.clientHeight - list.getItemSize(index)) / 2;
    box.scrollTop = top - above;
    this.#lastTop = box.scrollTop;
    return true;
  }

  #showNew(): void {
    this.#aim = { seq: this.client.reading.newFrom.value ?? 0, place: "top" };
    this.#leaveEnd();
    this.follow();
  }

  #showWanted(): void {
    const seq = this.#wanted;
    if (seq === undefined || !this.timeline.holds(seq)) return;
    this.#wanted = undefined;
    this.marked = seq;
    this.#aim = { seq, place: "middle" };
    this.changed();
  }

  #leaveEnd(): void {
    this.#atEnd = false;
    this.changed();
  }
}

/** How far the newest message is below the window, in pixels. */
function below(box: HTMLElement): number {
  return box.scrollHeight - box.clientHeight - box.scrollTop;
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
