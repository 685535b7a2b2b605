/** What has been read: read marks to the server, and where the "new messages" line stands. */

import { isTemporary, type PrefsChange, retryAfter, type Socket } from "@chinwag/client";
import { signal } from "@preact/signals";
import type { Changes } from "./changes";
import { type ChannelId, firstUnread, unreadOf } from "./channel";
import type { Channels } from "./channels";

/** A busy channel is read continuously; the server needs to hear of it now and then. */
const TELL_EVERY = 1000;

export class Reading {
  /** The first `Seq` that was new when the user came, or came while they looked elsewhere. */
  readonly newFrom = signal<number | undefined>(undefined);
  /** Whether the user is looking at the newest message of the open channel. */
  readonly following = signal(false);
  /** Whether what is new came one by one, so that somebody may have watched it, and not after a break. */
  cameLive = false;
  /** What was read on this page, by channel: a connection that breaks takes marks with it. */
  readonly #read = new Map<ChannelId, number>();
  #open: ChannelId | undefined;
  /** Marked as unread while it is open: looking on doesn't read it. */
  #marked: ChannelId | undefined;
  #untold: { id: ChannelId; seq: number } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly socket: Pick<Socket, "request">,
    readonly channels: Channels,
    readonly changes: Pick<Changes, "make" | "marks">,
  ) {}

  opened(id: ChannelId): void {
    this.#open = id;
    this.#marked = undefined;
    this.newFrom.value = undefined;
    this.following.value = false;
    this.lineIfUnread(id);
  }

  /** Draws the line above what is unread, unless there is one already. */
  lineIfUnread(id: ChannelId): void {
    this.cameLive = false;
    const channel = this.channels.get(id);
    if (this.newFrom.value === undefined && unreadOf(channel) > 0)
      this.newFrom.value = firstUnread(channel);
  }

  /** A message of somebody else is about to be taken: the first after all was read is new to who looks elsewhere. */
  arrived(id: ChannelId, seq: number): void {
    const allRead = unreadOf(this.channels.get(id)) === 0;
    if (id !== this.#open || !allRead || this.following.value) return;
    this.newFrom.value = seq;
    this.cameLive = true;
  }

  wrote(): void {
    this.newFrom.value = undefined;
    this.#marked = undefined;
    if (this.#open !== undefined) this.#unmark(this.#open);
  }

  /** From `seq` on the open channel counts as unread, until it is read on another visit. */
  markUnread(seq: number): void {
    const id = this.#open;
    if (id === undefined) return;
    this.#marked = id;
    this.newFrom.value = seq;
    this.#mark(id, seq);
  }

  /** The server refused the mark, so looking on reads again. */
  unmarked(): void {
    this.#marked = undefined;
    this.newFrom.value = undefined;
  }

  read(id: ChannelId, seq: number): void {
    const { prefs } = this.channels.get(id);
    // What has just been left may still be on the screen.
    const isVisited = id === this.#open && id !== this.#marked;
    if (isVisited && seq >= (prefs?.unreadFrom ?? Number.POSITIVE_INFINITY)) this.#unmark(id);
    if (seq <= this.channels.get(id).read) return;
    this.channels.takeRead(id, seq);
    this.#read.set(id, seq);
    if (this.#untold !== undefined && this.#untold.id !== id) this.#tell();
    this.#untold = { id, seq };
    if (this.#timer === undefined) this.#tell();
  }

  /** The server has told what it knows: what was read here stays read, and what was marked stays marked. */
  keep(): void {
    for (const mark of this.changes.marks) this.#show(mark);
    for (const [id, seq] of this.#read) {
      const { read, total } = this.channels.get(id);
      if (seq > read && seq <= total) this.channels.takeRead(id, seq);
      else this.#read.delete(id);
    }
  }

  /** Tells what was kept, for the server knows less. */
  tellKept(): void {
    for (const [id, seq] of this.#read) this.#send(id, seq);
  }

  /** Tells at once what is untold: a page that is hidden may never be shown again. */
  flush(): void {
    if (this.#untold !== undefined) this.#tell();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#untold = undefined;
    this.#read.clear();
    this.newFrom.value = undefined;
  }

  #unmark(id: ChannelId): void {
    if (this.channels.get(id).prefs?.unreadFrom !== undefined) this.#mark(id, 0);
  }

  #mark(recipientUUID: ChannelId, unreadFrom: number): void {
    const channelPrefs = { recipientUUID, unreadFrom };
    this.#show(channelPrefs);
    this.changes.make({ type: "channelPrefs", channelPrefs });
  }

  /** From 0 on is from nowhere on. */
  #show({ recipientUUID, unreadFrom = 0 }: PrefsChange): void {
    const { unreadFrom: _, ...prefs } = this.channels.get(recipientUUID).prefs ?? {};
    const marked = unreadFrom > 0 ? { ...prefs, unreadFrom } : prefs;
    this.channels.takePrefs({ recipientUUID, ...marked });
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#untold === undefined) return;
    const { id, seq } = this.#untold;
    this.#untold = undefined;
    this.#send(id, seq);
    this.#timer = setTimeout(() => this.#tell(), TELL_EVERY);
  }

  /** After a lost connection the next one tells it. */
  #send(id: ChannelId, seq: number): void {
    const channelRead = { recipientUUID: id, seq };
    this.socket.request({ type: "channelRead", channelRead }).catch((why) => {
      if (!isTemporary(why)) return;
      setTimeout(() => {
        if (this.#read.get(id) === seq) this.#send(id, seq);
      }, retryAfter(why));
    });
  }
}
