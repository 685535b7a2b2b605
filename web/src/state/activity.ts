/** Mentions, replies and reactions that concern the user, newest first, read page by page. */
import type { ActivityItem, ActivityPage, Message, Socket } from "@chinwag/client";
import { batch, signal } from "@preact/signals";

const PAGE = 20;

export class Activity {
  readonly items = signal<readonly ActivityItem[]>([]);
  /** Whether there are older ones. */
  readonly more = signal(false);
  readonly loaded = signal(false);
  #before = "";
  #loading = false;
  #wanted = false;
  /** Which request was the last: answers to earlier ones are left. */
  #asked = 0;

  constructor(readonly socket: Pick<Socket, "request">) {}

  /** The newest, in the place of all that is held. While it is under way, others become one that follows. */
  async load(): Promise<void> {
    this.#wanted = true;
    if (this.#loading) return;
    this.#loading = true;
    try {
      while (this.#wanted) {
        this.#wanted = false;
        await this.#ask({ limit: Math.max(PAGE, this.items.value.length) }, []);
      }
    } finally {
      this.#loading = false;
    }
  }

  /** Whether these changes may concern the list: reactions to the user's messages, and what it shows. */
  concerns(changed: readonly Message[], me: string): boolean {
    const shown = new Set(this.items.value.map(({ message }) => message.UUID));
    return changed.some(({ SenderUUID, UUID }) => SenderUUID === me || shown.has(UUID));
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
