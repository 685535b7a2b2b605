/** The bot of each example answers in the page, also after the server was away. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChannel, say, seen, signIn, Troubles, visit } from "./browser";
import { stage } from "./stage";

const ROOT = resolve(import.meta.dirname, "../..");

const BOTS = [
  {
    name: "echo-ts",
    program: process.execPath,
    args: ["packages/client/dist/examples/echo_bot.js"],
    made: "npm run build -w packages/client",
  },
  {
    name: "echo-py",
    program: resolve(ROOT, "target/checks/bin/python"),
    args: ["examples/echo_bot.py"],
    made: "make target/checks/ready",
  },
  {
    name: "echo-rs",
    program: resolve(ROOT, "target/debug/examples/echo_bot"),
    args: [],
    made: "cargo build -p chinwag-client --examples",
    /** It takes the page's address, and its name and password from the environment. */
    http: true,
  },
];

const { server, browser } = await stage();

describe.each(BOTS)("the bot $name", ({ name, program, args, made, ...bound }) => {
  let bot: ChildProcess;
  beforeAll(async () => {
    for (const part of [program, ...args]) {
      if (!existsSync(resolve(ROOT, part))) throw new Error(`failed to find ${part}: ${made}`);
    }
    const address = bound.http ? server.address : `${server.address.replace("http", "ws")}ws`;
    const started = spawn(program, [...args, address, name, "a secret"], {
      cwd: ROOT,
      env: { ...process.env, CHINWAG_USER: name, CHINWAG_PASSWORD: "a secret" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    bot = started;
    await once(createInterface({ input: started.stdout }), "line");
  });
  afterAll(async () => {
    const ended = once(bot, "exit");
    bot.kill();
    await ended;
  });

  test("answers in the page, and again when the server is back", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, `Friend of ${name}`);
    await openChannel(page, "General");
    await say(page, `!echo to all ${name}`);
    await page.locator(".message .text", { hasText: new RegExp(`^to all ${name}$`) }).waitFor();
    await openChannel(page, name);
    await say(page, "one");
    await page.locator(".message .text", { hasText: /^one$/ }).nth(1).waitFor();
    await server.restart();
    await say(page, "two");
    await seen(page, "two");
    await page.locator(".message .text", { hasText: /^two$/ }).nth(1).waitFor();
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });
});
