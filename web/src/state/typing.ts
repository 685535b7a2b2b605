/** Who is typing where, and telling others that this user is. */
import { signal } from "@preact/signals";
import type { ChannelId } from "./channel";

/** The server lets one notice in 2 s through; a little more hides a lost one. */
const SHOWN_FOR = 5000;
const TELL_EVERY = 2500;

export class Typing {
  readonly #typers = signal<ReadonlyMap<ChannelId, readonly string[]>>(new Map());
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #toldAt = Number.NEGATIVE_INFINITY;
  #tellTimer: ReturnType<typeof setTimeout> | undefined;

  in(channel: ChannelId): readonly string[] {
    return this.#typers.value.get(channel) ?? [];
  }

  take(channel: ChannelId, user: string): void {
    const key = `${channel} ${user}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => this.stopped(channel, user), SHOWN_FOR),
    );
    if (!this.in(channel).includes(user)) this.#set(channel, [...this.in(channel), user]);
  }

  /** A message of theirs says so, or nothing came for a while. */
  stopped(channel: ChannelId, user: string): void {
    const key = `${channel} ${user}`;
    clearTimeout(this.#timers.get(key));
    if (!this.#timers.delete(key)) return;
    this.#set(
      channel,
      this.in(channel).filter((typer) => typer !== user),
    );
  }

  /** The user wrote something: calls `tell` now, or as soon as the server would pass it on. */
  wrote(tell: () => void): void {
    if (this.#tellTimer !== undefined) return;
    const wait = this.#toldAt + TELL_EVERY - performance.now();
    const now = () => {
      this.#tellTimer = undefined;
      this.#toldAt = performance.now();
      tell();
    };
    if (wait <= 0) now();
    else this.#tellTimer = setTimeout(now, wait);
  }

  /** The user sent it, left it or deleted it. */
  ceased(): void {
    clearTimeout(this.#tellTimer);
    this.#tellTimer = undefined;
  }

  #set(channel: ChannelId, users: readonly string[]): void {
    this.#typers.value = new Map(this.#typers.peek()).set(channel, users);
  }
}
