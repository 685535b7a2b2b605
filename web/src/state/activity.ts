/** Mentions, replies and reactions that concern the user, newest first, read page by page. */
import type { ActivityItem, ActivityPage, Socket } from "@chinwag/client";
import { batch, signal } from "@preact/signals";

const PAGE = 20;

export class Activity {
  readonly items = signal<readonly ActivityItem[]>([]);
  /** Whether there are older ones. */
  readonly more = signal(false);
  readonly loaded = signal(false);
  #before = "";
  /** Which request was the last: answers to earlier ones are left. */
  #asked = 0;

  constructor(readonly socket: Pick<Socket, "request">) {}

  /** The newest, in the place of all that is held. */
  async load(): Promise<void> {
    await this.#ask({ limit: Math.max(PAGE, this.items.value.length) }, []);
  }

  async next(): Promise<void> {
    await this.#ask({ limit: PAGE, before: this.#before }, this.items.value);
  }

  async #ask(page: ActivityPage, held: readonly ActivityItem[]): Promise<void> {
    const asked = ++this.#asked;
    const { activity } = await this.socket.request({ type: "activity", activity: page });
    if (asked !== this.#asked) return;
    this.#before = activity.before;
    batch(() => {
      this.items.value = [...held, ...activity.items];
      this.more.value = activity.more;
      this.loaded.value = true;
    });
  }
}
