/** The page's state without its page: all that it holds, on a real WebSocket that can be cut. */
import { setImmediate } from "node:timers/promises";
import { type InboxChannel, Socket } from "@chinwag/client";
import { effect, signal } from "@preact/signals";
import { WebSocket } from "ws";
import type { Change } from "../src/state/changes";
import type { ChannelId } from "../src/state/channel";
import { Client } from "../src/state/client";
import { Listing } from "../src/state/listing";
import { memoryStore } from "../src/testing/memory-store";
import { type Random, somethingNew } from "./writers";

/** Frames that are no replies come together, once in this time, in milliseconds. */
const PICTURE = 16;

export class PageState {
  readonly open = signal<ChannelId>("");
  readonly client: Client;
  listings: readonly Listing[] = [];
  #connection: WebSocket | undefined;
  /** The requests that aren't answered. */
  #awaited = 0;
  #batches = 0;
  #heard: () => void = () => undefined;

  private constructor(address: string) {
    const socket = new Socket(`${address.replace("http", "ws")}ws`, {
      connect: (url) => {
        this.#connection = new WebSocket(url);
        return this.#connection;
      },
      holder: (link) => signal(link),
      schedule: (flush) => {
        const picture = setTimeout(flush, PICTURE);
        return () => clearTimeout(picture);
      },
    });
    const request = socket.request.bind(socket) as (body: unknown) => Promise<unknown>;
    const counted = (body: unknown) => {
      this.#awaited++;
      return request(body).finally(() => {
        this.#awaited--;
        this.#batches++;
        this.#heard();
      });
    };
    Object.assign(socket, { request: counted });
    const stores = { browser: memoryStore(), page: memoryStore() };
    this.client = new Client(socket, stores, this.open);
  }

  /** Signs in a user who is there already. */
  static async enter(address: string, username: string): Promise<PageState> {
    const page = new PageState(address);
    const { client } = page;
    client.socket.start({
      ready: (told) => client.ready(told),
      lost: () => client.lost(),
      frames: (frames) => {
        client.frames(frames);
        page.#batches++;
        page.#heard();
      },
    });
    await client.connected();
    await client.session.signIn(username, "a password");
    page.#list();
    return page;
  }

  leave(): void {
    this.client.socket.stop();
  }

  /** The pinned messages and a thread beside the open channel, as its details and its side view have them. */
  #list(): void {
    const { history, session, socket } = this.client;
    effect(() => {
      const id = this.open.value;
      const shown = [new Listing(id), new Listing(id, 1)];
      this.listings = shown;
      for (const listing of shown) history.listings.add(listing);
      const stop = effect(() => {
        if (!session.live.value || !history.timeline(id).loaded.value) return;
        for (const listing of shown) listing.load(socket).catch(() => undefined);
      });
      return () => {
        stop();
        for (const listing of shown) history.listings.delete(listing);
      };
    });
  }

  /** The user looks around or changes something, or the network ends the connection or is there again. */
  step(channels: readonly ChannelId[], random: Random): void {
    const { client, open } = this;
    const { history } = client;
    const id = open.value;
    const { total } = client.channels.get(id);
    const happens: (() => unknown)[] = [
      () => {
        open.value = channels[random(channels.length)] ?? "";
      },
      () => history.older(id),
      () => history.newer(id),
      () => history.toNewest(id),
      () => random(4) === 0 && history.around(id, 1 + random(total || 1)),
      () => random(4) === 0 && this.#connection?.terminate(),
      () => this.#reconnect(),
      () => this.#change(id, random),
      () => this.#change(id, random),
    ];
    void happens[random(happens.length)]?.();
  }

  /** Cuts the wait for the next connection short. */
  #reconnect(): void {
    const { socket } = this.client;
    if (socket.link.value.state === "waiting") socket.wake();
  }

  #change(id: ChannelId, random: Random): void {
    const { changes, history, session } = this.client;
    const held = history.timeline(id).lines.at(-1 - random(4));
    const wanted = somethingNew(id, held?.seq ?? 0, random);
    if (wanted.type === "channelMessage") this.client.send(wanted.channelMessage.message);
    else if (wanted.type !== "messageEdit" || held?.sender === session.me.value?.uuid)
      changes.make(wanted as Change);
  }

  /** Waits until the page holds all that `read` tells of, and nothing waits to be sent or answered. */
  async rest(read: () => Promise<readonly InboxChannel[]>): Promise<void> {
    for (;;) {
      const batches = this.#batches;
      this.#reconnect();
      const inbox = await read();
      // What awaits a reply goes on first.
      await setImmediate();
      if (this.#isAtRest(inbox)) return;
      if (batches !== this.#batches) continue;
      await new Promise<void>((heard) => {
        this.#heard = heard;
      });
    }
  }

  #isAtRest(inbox: readonly InboxChannel[]): boolean {
    const { changes, channels, history, outbox, session } = this.client;
    if (channels.uncounted.value) return false;
    const isListed = inbox.every(({ recipientUUID, total, mentions = 0 }) => {
      const channel = channels.get(recipientUUID);
      return channel.total === total && (channel.mentions ?? 0) === mentions;
    });
    const told = new Map(inbox.map((entry) => [entry.recipientUUID, entry]));
    const isHeld = [...history.kept()].every(([id, timeline]) => {
      const { total = 0, rev = 0 } = told.get(id) ?? {};
      return timeline.rev === rev && (timeline.detached.value || timeline.last === total);
    });
    // One that was refused for a while waits to be sent again.
    const isSent = this.#awaited === 0 && outbox.pending.value.length === 0 && changes.answered;
    return session.live.value && isSent && isListed && isHeld;
  }
}
