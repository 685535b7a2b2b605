/**
 * Random changes by several writers while frames are dropped, the store is ahead of the feed, connections break and the
 * program begins anew: each state comes once and in order, and at rest the program holds what the server holds.
 */
import { expect, test } from "vitest";
import { Disconnected } from "./errors.ts";
import { Messages } from "./messages.ts";
import type { Positions } from "./positions.ts";
import type { Changes, Message, Outgoing, RequestBody } from "./protocol.gen.ts";
import { Reader } from "./reader.ts";
import type { Reply } from "./socket.ts";
import { revOf } from "./states.ts";
import { ME, message, settled } from "./testing/index.ts";

type Random = (below: number) => number;

/** A multiplicative generator, so that a failed run can be repeated by its seed. */
function seeded(seed: number): Random {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Asked {
  body: RequestBody;
  resolve(frame: Outgoing): void;
  reject(why: Error): void;
}

/** General of a server, and one connection to it on which frames wait. */
class Server {
  readonly stored: Message[] = [];
  rev = 0;
  /** What the feed has still to bring: a message, or a change. */
  #feed: Message[] = [];
  #out: { frame: Outgoing; asked?: Asked }[] = [];
  #asked: Asked[] = [];
  #hears = false;

  constructor(
    readonly random: Random,
    readonly perPage: number,
  ) {}

  readonly request = (body: RequestBody): Promise<never> =>
    new Promise((resolve, reject) => {
      // The first live frames may come before the reply to an inbox.
      if (body.type === "inbox") this.#hears = true;
      this.#asked.push({ body, resolve: (frame) => resolve(frame as never), reject });
    });

  say(): void {
    const said = message(this.stored.length + 1);
    this.stored.push(said);
    this.#feed.push(said);
  }

  change(): void {
    const at = this.random(this.stored.length);
    const { DeletedAt, ...old } = this.stored[at] ?? message(0);
    if (old.Seq === 0 || DeletedAt !== undefined) return;
    this.rev++;
    const gone = this.random(20) === 0;
    const state = { ...old, Message: gone ? "" : `state ${this.rev}`, Rev: this.rev };
    this.stored[at] = gone ? { ...state, DeletedAt: "now" } : state;
    this.#feed.push(this.stored[at]);
  }

  /** The feed comes as far as to some event; a frame of changes may be dropped. */
  bring(): void {
    const first = this.#feed.shift();
    if (first === undefined) return;
    if (first.Rev === undefined) {
      this.#send({ type: "channelMessage", channelMessage: first });
      return;
    }
    const group = [first];
    while (this.random(3) > 0 && this.#feed[0]?.Rev !== undefined)
      group.push(this.#feed.shift() as Message);
    const last = new Map(group.map((state) => [state.Seq, state]));
    const messages = group.filter((state) => last.get(state.Seq) === state);
    const rev = group.at(-1)?.Rev ?? 0;
    const channelChanges = { recipientUUID: "", after: (first.Rev ?? 0) - 1, rev, messages };
    if (this.random(4) > 0) this.#send({ type: "channelChanges", channelChanges });
  }

  #send(frame: Outgoing): void {
    if (this.#hears) this.#out.push({ frame });
  }

  /** The next request is answered; its reply waits behind the frames that were sent before. */
  answer(): void {
    const asked = this.#asked.shift();
    if (asked) this.#out.push({ frame: this.#reply(asked.body), asked });
  }

  #reply(body: RequestBody): Outgoing {
    const { rev, stored } = this;
    const total = stored.length;
    if (body.type === "inbox") {
      return {
        type: "inbox",
        id: 1,
        inbox: { channels: [{ recipientUUID: "", total, unread: 0, rev }] },
      };
    }
    if (body.type === "channelMessages") {
      const { after = 0 } = body.channelMessages;
      const messages = stored.slice(after, after + this.perPage);
      const received = messages.length;
      return {
        type: "channelMessages",
        id: 1,
        channelMessages: { recipientUUID: "", total, received, rev, messages },
      };
    }
    if (body.type !== "channelChanges") throw new Error(`failed to answer ${body.type}`);
    return { type: "channelChanges", id: 1, channelChanges: this.#changes(body.channelChanges) };
  }

  #changes({ after }: { after: number }): Changes {
    const changed = this.stored.filter(({ Rev = 0 }) => Rev > after);
    changed.sort((a, b) => (a.Rev ?? 0) - (b.Rev ?? 0));
    const messages = changed.slice(0, this.perPage);
    const rev = messages.length < changed.length ? (messages.at(-1)?.Rev ?? 0) : this.rev;
    return { recipientUUID: "", after, rev, messages };
  }

  async deliver(reader: Reader): Promise<void> {
    const next = this.#out.shift();
    if (next === undefined) return;
    next.asked?.resolve(next.frame);
    const live = next.asked === undefined;
    const { frame } = next;
    if (frame.type === "channelMessage") reader.take(frame.channelMessage);
    if (frame.type === "channelMessages") reader.takePage(frame.channelMessages);
    if (frame.type === "channelChanges") reader.takeChanges(frame.channelChanges, live);
    await settled();
  }

  cut(): void {
    const answered = this.#out.flatMap(({ asked = [] }) => asked);
    const lost = [...answered, ...this.#asked];
    [this.#out, this.#asked, this.#hears] = [[], [], false];
    for (const { reject } of lost) reject(new Disconnected());
  }

  get isAtRest(): boolean {
    return this.#feed.length + this.#out.length + this.#asked.length === 0;
  }
}

/** Holds what it gets, and checks its order. */
class Program {
  readonly held = new Messages();
  #rev = 0;
  #again = 0;
  readonly failed: unknown[] = [];
  skipped = 0;
  positions: Positions | undefined;
  reader: Reader;

  constructor(readonly server: Server) {
    this.reader = this.#begin();
  }

  #begin(): Reader {
    const reader: Reader = new Reader(server(this.server), {
      message: (said) => this.#message(said),
      change: (said, live) => this.#change(said, live),
      skipped: () => {
        this.skipped++;
      },
      handled: () => {
        this.positions = structuredClone(reader.positions);
      },
      reset: () => expect.fail("the server lost nothing"),
      inbox: () => {},
      error: (error) => this.failed.push(error),
    });
    if (this.positions) reader.goOnFrom(this.positions);
    return reader;
  }

  async connect(): Promise<void> {
    this.reader.begin({ userUUID: ME, accessKey: "key", epoch: "one" }).catch(() => undefined);
    await settled();
  }

  /** A further run; what waits is handled before the positions are saved. */
  restart(): void {
    this.reader.stop();
    // A page may have been ahead of the changes; the next run gets their states again.
    this.#again = Math.max(0, ...[...this.held].map(revOf));
    this.#rev = 0;
    this.reader = this.#begin();
  }

  #message(said: Message): void {
    expect(this.held.get(said.Seq), `message ${said.Seq} again`).toBeUndefined();
    this.held.add([said]);
  }

  #change(said: Message, live: boolean): void {
    const rev = revOf(said);
    expect(rev, "in the order of Rev").toBeGreaterThan(this.#rev);
    this.#rev = rev;
    const held = this.held.get(said.Seq);
    if (held && rev > this.#again) expect(rev, "a state again").toBeGreaterThan(revOf(held));
    this.held.change(said, live);
  }
}

function server({ request }: Server): ConstructorParameters<typeof Reader>[0] {
  return { request: (body) => request(body) as Promise<Reply<typeof body.type>> };
}

function told({ Seq, Rev, Message: text, DeletedAt }: Message): string {
  return [Seq, Rev, text, DeletedAt].join();
}

async function run(seed: number): Promise<void> {
  const random = seeded(seed);
  const there = new Server(random, 2 + random(9));
  const program = new Program(there);
  await program.connect();
  for (let step = 0; step < 600; step++) {
    const turn = random(100);
    if (turn < 20) there.say();
    else if (turn < 50) there.change();
    else if (turn < 65) there.bring();
    else if (turn < 78) there.answer();
    else if (turn < 97) await program.server.deliver(program.reader);
    else {
      there.cut();
      await settled();
      if (turn === 99) program.restart();
      await program.connect();
    }
  }
  // A frame that was dropped last is noticed by the next one.
  for (let last = 0; last < 20; last++) {
    there.change();
    while (!there.isAtRest) {
      there.bring();
      there.answer();
      await there.deliver(program.reader);
    }
  }
  there.cut();
  await program.connect();
  while (!there.isAtRest) {
    there.answer();
    await there.deliver(program.reader);
  }
  expect(program.failed).toEqual([]);
  const begun = [...program.held][0]?.Seq ?? there.stored.length + 1;
  expect([...program.held].map(told)).toEqual(there.stored.slice(begun - 1).map(told));
  expect(program.reader.positions).toEqual({
    epoch: "one",
    channels: { "": there.stored.length },
    revs: { "": there.rev },
  });
}

test("at rest a program holds what the server holds", { timeout: 60_000 }, async () => {
  for (let seed = 1; seed <= 60; seed++) {
    try {
      await run(seed);
    } catch (cause) {
      throw new Error(`failed with the seed ${seed}: ${(cause as Error).message}`, { cause });
    }
  }
});
