/**
 * The TypeScript client while messages change on the real server: frames are dropped, connections break, the program
 * begins anew; at rest it holds what a fresh read shows, and each state came once.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { WebSocket } from "ws";
import { atEnd, startRedis, startServer } from "./programs.js";

const { Chat, ErrorCode, kindOf, Messages } = await import(
  "../packages/client/dist/index.js"
).catch((cause) => {
  throw new Error("failed to find packages/client/dist: npm run build -w packages/client", {
    cause,
  });
});

/** Repeatable by its seed. */
function seeded(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A WebSocket that leaves out some of the changes that come unasked, as the server does for a slow reader. */
function dropping(random, sockets) {
  return class extends WebSocket {
    constructor(url) {
      super(url);
      sockets.push(this);
    }

    set onmessage(take) {
      super.onmessage = (event) => {
        const { type, id } = JSON.parse(event.data);
        if (type !== "channelChanges" || id !== undefined || random(3) > 0) take(event);
      };
    }
  };
}

/** Somebody who holds General, and notes what came twice or out of order. */
class Reader {
  constructor(t, port, random) {
    this.port = port;
    this.sockets = [];
    this.WebSocket = dropping(random, this.sockets);
    this.held = new Messages();
    this.wrong = [];
    atEnd(t, () => this.chat.close());
  }

  async signIn(positions) {
    const chat = new Chat(`http://127.0.0.1:${this.port}`, {
      WebSocket: this.WebSocket,
      positions,
    });
    this.chat = chat;
    let last = 0;
    chat.onMessage = (message) => {
      if (kindOf(message) !== "general") return;
      if (this.held.get(message.Seq)) this.wrong.push(`message ${message.Seq} again`);
      this.held.add([message]);
    };
    chat.onChange = (message, live) => {
      if (kindOf(message) !== "general") return;
      if (message.Rev <= last) this.wrong.push(`${message.Rev} after ${last}`);
      last = message.Rev;
      this.held.change(message, live);
    };
    chat.onSkipped = () => this.wrong.push("skipped");
    chat.onReset = () => this.wrong.push("reset");
    chat.onLink = ({ state }) => state === "waiting" && chat.wake();
    chat.onPositions = () => this.wake?.();
    await chat.signIn({ username: "Reader", password: "secret" });
  }

  /** As a network that fails. */
  cut() {
    this.sockets.at(-1).terminate();
  }

  /** A new run of the program. */
  async restart() {
    const positions = JSON.parse(JSON.stringify(this.chat.positions));
    this.chat.close();
    await this.signIn(positions);
  }

  async until(total, rev) {
    for (;;) {
      const { channels, revs } = this.chat.positions ?? {};
      if (channels?.[""] === total && revs[""] === rev) return;
      await new Promise((resolve) => {
        this.wake = resolve;
      });
    }
  }
}

const EMOJI = ["👍", "🎉", "❤️"];

/** One change or message of a writer; a refusal, as of a deleted message, is none. */
async function write(chat, random, total) {
  const at = { recipientUUID: "", seq: 1 + random(total) };
  const refused = (error) => {
    if (![ErrorCode.ChangeRefused, ErrorCode.NotAllowed].includes(error.code)) throw error;
  };
  const to = { RecipientUUID: "", SenderUUID: chat.me, Seq: at.seq };
  const acts = [
    () => chat.send("", `message ${random(1000)}`),
    () => chat.replyTo(to, `answer to ${at.seq}`),
    () => chat.edit(at, `edit ${random(1000)}`),
    () => chat.react(at, EMOJI[random(3)], random(3) > 0),
    () => chat.react(at, EMOJI[random(3)], random(3) > 0),
    () => chat.pin(at, random(2) > 0),
    () => random(4) === 0 && chat.delete(at),
  ];
  await acts[random(acts.length)]().catch?.(refused);
}

async function all(chat) {
  const messages = [];
  for (;;) {
    const page = await chat.history("", { after: messages.at(-1)?.Seq ?? 0 });
    if (page.messages.length === 0) return { ...page, messages };
    messages.push(...page.messages);
  }
}

const STORES = {
  embedded: () => ({}),
  Redis: async (t) => ({ REDIS_URL: await startRedis(t) }),
};

for (const [store, settings] of Object.entries(STORES)) {
  test(`changes in the TypeScript client, ${store}`, { timeout: 120_000 }, async (t) => {
    const port = await startServer(t, { MESSAGE_RATE: "0", ...(await settings(t)) });
    const random = seeded(20);
    const writers = [];
    for (const username of ["Ada", "Bob", "Cat"]) {
      const chat = new Chat(`http://127.0.0.1:${port}`, { WebSocket });
      atEnd(t, () => chat.close());
      await chat.signIn({ username, password: "secret" });
      writers.push(chat);
    }
    const reader = new Reader(t, port, random);
    await reader.signIn();
    await writers[0].send("", "first");
    for (let round = 0; round < 150; round++) {
      const total = reader.held.size;
      await Promise.all(writers.map((chat) => write(chat, random, Math.max(1, total))));
      if (round % 10 === 4) reader.cut();
      if (round % 20 === 9) await reader.restart();
    }
    // A last frame that was dropped is noticed when the connection comes back.
    const { total, rev, messages } = await all(writers[0]);
    reader.cut();
    await reader.until(total, rev);
    assert.deepEqual(reader.wrong, []);
    const asSeen = ({ UUID, Message, Rev, EditedAt, DeletedAt, PinnedAt, Replies, ...rest }) => {
      const reactions = rest.Reactions?.map(({ Emoji, Count, Users }) => ({ Emoji, Count, Users }));
      const { ReplyTo } = rest;
      return { UUID, Message, Rev, EditedAt, DeletedAt, PinnedAt, Replies, reactions, ReplyTo };
    };
    assert.deepEqual([...reader.held].map(asSeen), messages.map(asSeen));
    assert.ok(rev > 100, `${rev} changes`);
  });
}

test("requests about messages that change, and one's own reactions", {
  timeout: 60_000,
}, async (t) => {
  const port = await startServer(t);
  const sign = async (username, positions) => {
    const chat = new Chat(`http://127.0.0.1:${port}`, { WebSocket, positions });
    atEnd(t, () => chat.close());
    await chat.signIn({ username, password: "secret" });
    return chat;
  };
  const ada = await sign("Ada");
  const bob = await sign("Bob");
  const first = await ada.send(bob.me, "first");
  const answer = await bob.replyTo(first, "an answer", "c-1");
  assert.equal(answer.ReplyTo.Excerpt, "first");
  assert.equal((await bob.replyTo(first, "again", "c-1")).UUID, answer.UUID);
  assert.deepEqual((await bob.react(first, "👍")).Reactions, [
    { Emoji: "👍", Count: 1, Users: [bob.me], Mine: true },
  ]);
  assert.equal((await ada.reactors(first, "👍")).users[0].Username, "Bob");
  assert.ok((await ada.pin(answer)).PinnedAt);
  const seqs = ({ messages }) => messages.map(({ Seq }) => Seq);
  assert.deepEqual(seqs(await bob.pinned(ada.me)), [2]);
  assert.deepEqual(seqs(await bob.thread(answer, { after: 0 })), [1, 2]);
  assert.equal((await ada.edit(first, "edited")).Message, "edited");
  // A bot that is away, with positions of 0.2 and of 0.1.
  while (bob.positions.revs[ada.me] < 4) {
    await new Promise((resolve) => {
      bob.onPositions = resolve;
    });
  }
  const { epoch, channels, revs } = bob.positions;
  bob.close();
  await ada.delete(first);
  for (const [positions, changes] of [
    [{ epoch, channels, revs }, ["1 deleted"]],
    [{ epoch, channels }, []],
  ]) {
    const heard = [];
    const back = await sign("Bob", positions);
    const after = new Promise((resolve) => {
      back.onMessage = resolve;
    });
    back.onChange = ({ Seq, DeletedAt }) => heard.push(`${Seq} ${DeletedAt ? "deleted" : ""}`);
    await ada.send(bob.me, "later");
    await after;
    assert.deepEqual(heard, changes);
    back.close();
  }
});
