/** A search: what it looks for, and the hits so far, page by page, kept as they change. */
import {
  channelOf,
  type Channel as Details,
  Disconnected,
  isTemporary,
  type Message,
  retryAfter,
} from "@chinwag/client";
import { batch, effect, signal } from "@preact/signals";
import { looksFor, queryOf, type Terms } from "../text/terms";
import { type ChannelId, GENERAL } from "./channel";
import type { Client } from "./client";
import type { Listed } from "./history";
import type { Hit } from "./hit";
import { type Line, lineOf, merged } from "./line";
import { Surroundings } from "./surroundings";

/** A page without hits may have more behind it; so many are asked for at once. */
const MOST_EMPTY = 10;
/** While the index is being built or is behind, the first page is asked for again after this time, in milliseconds. */
const AGAIN = 3000;
/** Of the list of channels, which has the names of those that the user isn't in. */
const CHANNELS_PAGE = 1000;

type Peer = Pick<Client, "socket" | "session" | "people" | "channels" | "history" | "changes">;

export class Search {
  /** What is in the field. */
  readonly terms;
  /** What the hits are of; absent before the first answer. */
  readonly answered = signal<Terms | undefined>(undefined);
  readonly #hits = signal<readonly Hit[]>([]);
  readonly more = signal(false);
  /** The fraction of all messages that was searched. */
  readonly ready = signal(1);
  readonly failure = signal<unknown>(undefined);
  readonly loading = signal(false);
  /** Whether it is on the screen: on a phone it gives way to the channel. */
  readonly shown = signal(true);
  /** The hit that was visited last. */
  readonly visited = signal("");
  /** Channels that the user isn't in. */
  readonly #others = signal<ReadonlyMap<ChannelId, Details>>(new Map());
  readonly surroundings;
  /** Whether its hits may have changed without a word, so that it has to ask again. */
  isStale = true;
  readonly #unwatch: () => void;
  readonly #listed = new Map<ChannelId, Listed>();
  #before = "";
  /** Counts the questions, so that only the last one is answered. */
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly client: Peer,
    terms: Terms,
    /** How many hits a page has. */
    readonly limit: number,
  ) {
    this.terms = signal(terms);
    this.surroundings = new Surroundings(client);
    this.#unwatch = effect(() => {
      if (!client.session.live.value) this.isStale = true;
    });
  }

  /** The hits that are still there, as they are now. */
  get hits(): Hit[] {
    const { changes, session } = this.client;
    const me = session.me.value?.uuid ?? "";
    return this.#hits.value
      .map(({ channel, line }) => ({ channel, line: changes.shown(channel, line, me) }))
      .filter(({ line }) => !line.deleted);
  }

  /** Asks for what is in the field. The hits of before stay until the answer is there. */
  async ask(): Promise<void> {
    const terms = this.terms.peek();
    const asked = ++this.#asked;
    clearTimeout(this.#timer);
    this.isStale = false;
    if (!looksFor(terms)) {
      this.#take(terms, [], false);
      return;
    }
    await this.#load(asked, terms, "");
    const isCurrent = asked === this.#asked && this.ready.peek() < 1;
    if (isCurrent) this.#timer = setTimeout(() => void this.ask(), AGAIN);
  }

  /** Asks for the next page. */
  async next(): Promise<void> {
    const terms = this.answered.peek();
    if (terms === undefined || !this.more.peek() || this.loading.peek()) return;
    clearTimeout(this.#timer);
    await this.#load(++this.#asked, terms, this.#before);
  }

  /** Ends it: nothing comes any more, and nobody is listened to. */
  stop(): void {
    this.#asked++;
    clearTimeout(this.#timer);
    this.surroundings.stop();
    this.#unwatch();
    for (const listed of this.#listed.values()) this.client.history.listings.delete(listed);
    this.#listed.clear();
  }

  /** What is known of a channel that the user isn't in. */
  other(id: ChannelId): Details | undefined {
    return this.#others.value.get(id);
  }

  async #load(asked: number, terms: Terms, before: string): Promise<void> {
    this.loading.value = true;
    try {
      await this.#pages(asked, terms, before);
      if (asked === this.#asked) this.failure.value = undefined;
    } catch (why) {
      // The next connection asks again.
      if (asked !== this.#asked || why instanceof Disconnected) return;
      if (isTemporary(why)) {
        await new Promise((resolve) => setTimeout(resolve, retryAfter(why)));
        if (asked === this.#asked) await this.#load(asked, terms, before);
      } else this.failure.value = why;
    } finally {
      if (asked === this.#asked) this.loading.value = false;
    }
  }

  async #pages(asked: number, terms: Terms, first: string): Promise<void> {
    const { socket } = this.client;
    let before = first;
    for (let page = 0; page < MOST_EMPTY; page++) {
      const search = { query: queryOf(terms), limit: this.limit, ...(before && { before }) };
      const { search: found } = await socket.request({ type: "search", search });
      if (asked !== this.#asked) return;
      const isFirst = first === "" && (page === 0 || this.#hits.peek().length === 0);
      batch(() => {
        this.ready.value = found.ready;
        this.#before = found.before;
        this.#take(terms, found.messages, found.more, !isFirst);
      });
      if (found.messages.length > 0 || !found.more) return;
      before = found.before;
    }
  }

  #take(terms: Terms, messages: readonly Message[], more: boolean, isNext = false): void {
    const hits = messages.map((message) => this.#hitOf(message));
    batch(() => {
      if (!isNext) this.visited.value = "";
      this.#hits.value = isNext ? [...this.#hits.peek(), ...hits] : hits;
      this.more.value = more;
      this.answered.value = terms;
    });
    for (const { channel } of hits) this.#listen(channel);
    void this.#learnOthers(hits);
  }

  #hitOf(message: Message): Hit {
    const { people, session } = this.client;
    for (const user of [message.Sender, message.Recipient]) if (user) people.learn(user);
    const channel = channelOf(message, session.me.peek()?.uuid ?? "");
    return { channel, line: lineOf(message) };
  }

  /** Hears of the changes to messages of a channel. */
  #listen(id: ChannelId): void {
    if (this.#listed.has(id)) return;
    const listed = {
      id,
      take: (lines: readonly Line[]) => this.#change(id, lines),
      forget: () => void this.ask(),
    };
    this.#listed.set(id, listed);
    this.client.history.listings.add(listed);
  }

  #change(id: ChannelId, lines: readonly Line[]): void {
    const told = new Map(lines.map((line) => [line.seq, line]));
    this.surroundings.change(id, told);
    const changed = (hit: Hit) => {
      const line = hit.channel === id ? told.get(hit.line.seq) : undefined;
      const state = line ? merged(hit.line, line) : hit.line;
      return state === hit.line ? hit : { ...hit, line: state };
    };
    const hits = this.#hits.peek();
    const now = hits.map(changed);
    if (now.some((hit, at) => hit !== hits[at])) this.#hits.value = now;
  }

  /** Only the list of channels names public ones that the user isn't in. */
  async #learnOthers(hits: readonly Hit[]): Promise<void> {
    const { channels, people, socket } = this.client;
    const isOther = ({ channel: id }: Hit) =>
      id !== GENERAL && !channels.has(id) && !people.peek(id) && !this.#others.peek().has(id);
    let total = 1;
    for (let offset = 0; offset < total && hits.some(isOther); ) {
      const page = { archived: true, offset, limit: CHANNELS_PAGE };
      const reply = await socket.request({ type: "channels", channels: page }).catch(() => null);
      if (!reply || reply.channels.received === 0) return;
      total = reply.channels.total;
      const found = reply.channels.channels.map((each) => [each.UUID, each] as const);
      this.#others.value = new Map([...this.#others.peek(), ...found]);
      offset += reply.channels.received;
    }
  }
}
