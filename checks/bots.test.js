/**
 * A bot of each language is killed at random again and again. It answers each message exactly once, and marks each command
 * with a reaction, on both stores.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { atEnd, folder, programs, root, startRedis, startServer } from "./programs.js";
import { Talker } from "./talker.js";

const FULL = process.env.CHINWAG_BOTS === "full";
const MESSAGES = FULL ? 5_000 : 200;
const KILLS = FULL ? 50 : 5;
/** So many messages wait for their answers at most. */
const AHEAD = 100;
/** Each tenth message is a command. */
const said = (n) => (n % 10 === 0 ? `!echo message ${n}` : `message ${n}`);
const LAST = "!echo the last";
const DONE = "✅";

const BOTS = [
  {
    name: "TypeScript",
    program: process.execPath,
    file: "packages/client/dist/examples/echo_bot.js",
    made: "npm run build -w packages/client",
    command: (file, address, positions) => [[file, address, "echo", "secret", positions], {}],
  },
  {
    name: "Rust",
    file: "target/debug/examples/echo_bot",
    made: "cargo build -p chinwag-client --examples",
    command: (_, address, positions) => [
      [address],
      { CHINWAG_USER: "echo", CHINWAG_PASSWORD: "secret", CHINWAG_POSITIONS: positions },
    ],
  },
  {
    name: "Python",
    program: programs.python,
    file: "examples/echo_bot.py",
    made: "it is part of the repository",
    command: (file, address, positions) => [
      [file, `${address.replace("http", "ws")}/ws`, "echo", "secret", positions],
      {},
    ],
  },
];

/** A bot that can be killed and started again, and ends with the test. */
class Bot {
  #isKilled = false;

  constructor(test, { program, file, command, made }, address) {
    const path = join(root, file);
    assert.ok(existsSync(path), `failed to find ${file}: ${made}`);
    const [args, env] = command(path, address, join(folder(test), "positions.json"));
    this.command = [program ?? path, args, { env, stdio: ["ignore", "pipe", "inherit"] }];
    /** Fails when the bot ends by itself. */
    this.failed = new Promise((_, reject) => {
      this.fail = reject;
    });
    this.#start();
    atEnd(test, () => this.#kill());
  }

  /** Resolves when it has said something. */
  async ready() {
    await once(createInterface({ input: this.child.stdout }), "line");
  }

  async restart() {
    await this.#kill();
    this.#start();
    this.child.stdout.resume();
  }

  #start() {
    this.#isKilled = false;
    this.child = spawn(...this.command);
    this.ended = once(this.child, "exit").then(([code]) => {
      if (!this.#isKilled) this.fail(new Error(`the bot ended by itself, with code ${code}`));
    });
  }

  async #kill() {
    this.#isKilled = true;
    this.child.kill("SIGKILL");
    await this.ended;
  }
}

/** All messages of a channel, as they are stored. */
async function history(talker, recipientUUID) {
  const stored = [];
  for (;;) {
    const after = stored.length;
    talker.send("channelMessages", { recipientUUID, after, limit: 100 });
    const { messages } = (await talker.next("channelMessages")).channelMessages;
    if (messages.length === 0) return stored;
    stored.push(...messages);
  }
}

for (const bot of BOTS) {
  for (const store of ["embedded", "Redis"]) {
    const title = `killed ${KILLS} times during ${MESSAGES} messages: ${bot.name}, ${store}`;
    test(title, { timeout: FULL ? 1_200_000 : 110_000 }, (t) => tryBot(t, bot, store));
  }
}

async function tryBot(t, bot, store) {
  const settings = { MESSAGE_RATE: "0", SIGN_IN_RATE: "0" };
  if (store === "Redis") settings.REDIS_URL = await startRedis(t);
  const port = await startServer(t, settings);
  const echo = new Bot(t, bot, `http://127.0.0.1:${port}`);
  await Promise.race([converse(t, echo, port), echo.failed]);
}

async function converse(t, echo, port) {
  await echo.ready();
  const ada = new Talker(port);
  const me = (await ada.signIn("Ada")).userUUID;
  ada.send("users", { query: "echo" });
  const to = (await ada.next("users")).users.users[0].UUID;
  ada.send("inbox", { wants: ["changes"] });
  await ada.next("inbox");

  const kills = new Set();
  while (kills.size < KILLS) kills.add(1 + Math.floor(Math.random() * (MESSAGES - 1)));
  let [sent, answered, killed] = [0, 0, 0];
  const say = () => {
    while (sent < MESSAGES && sent - answered < AHEAD) {
      ada.send("channelMessage", { recipientUUID: to, message: said(++sent) });
    }
  };
  let restarted = Promise.resolve();
  const restart = async () => {
    await wait(Math.random() * 30);
    await echo.restart();
    killed++;
  };
  for (say(); answered < MESSAGES; say()) {
    const { channelMessage } = await ada.next("channelMessage");
    if (channelMessage.SenderUUID === me) continue;
    answered++;
    if (kills.has(answered)) restarted = restarted.then(restart);
  }
  await restarted;
  assert.equal(killed, KILLS);

  // It answers in order, so a second answer to an earlier message would come before this one.
  ada.send("channelMessage", { recipientUUID: to, message: LAST });
  let last = "";
  while (last !== "the last") {
    const { channelMessage } = await ada.next("channelMessage");
    if (channelMessage.SenderUUID !== me) last = channelMessage.Message;
  }
  // The mark comes behind the answer.
  for (let marked = false; !marked; ) {
    const { messages } = (await ada.next("channelChanges")).channelChanges;
    marked = messages.some(({ Message, Reactions }) => Message === LAST && Reactions);
  }
  const stored = await history(ada, to);
  const texts = (sender) =>
    stored.filter(({ SenderUUID }) => SenderUUID === sender).map(({ Message }) => Message);
  const asked = Array.from({ length: MESSAGES }, (_, n) => said(n + 1)).concat(LAST);
  assert.deepEqual(texts(me), asked);
  assert.deepEqual(
    texts(to),
    asked.map((text) => text.replace("!echo ", "")),
  );
  const marks = [{ Emoji: DONE, Count: 1, Users: [to] }];
  for (const { Message, Reactions } of stored) {
    assert.deepEqual(Reactions, Message.startsWith("!echo ") ? marks : undefined, Message);
  }
  const marked = stored.filter(({ Reactions }) => Reactions).length;
  t.diagnostic(
    `${texts(me).length} messages, ${killed} kills, ${texts(to).length} answers, each once, ${marked} marks`,
  );
  await ada.leave();
}
