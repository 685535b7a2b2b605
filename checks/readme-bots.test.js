/** The three bots in the README of the TypeScript client do what they say, on the real server. */
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { folder, programs, read, root, run, start, startServer } from "./programs.js";
import { Talker } from "./talker.js";

/** A folder with the bots, in which the packages can be imported. */
function bots(t) {
  const cwd = folder(t);
  mkdirSync(join(cwd, "node_modules/@chinwag"), { recursive: true });
  symlinkSync(join(root, "packages/client"), join(cwd, "node_modules/@chinwag/client"));
  symlinkSync(join(root, "checks/node_modules/ws"), join(cwd, "node_modules/ws"));
  writeFileSync(join(cwd, "package.json"), '{ "type": "module" }');
  // Node.js has one of its own from version 22 on.
  const older = 'import { WebSocket } from "ws"; globalThis.WebSocket ??= WebSocket;';
  writeFileSync(join(cwd, "older.js"), older);
  const blocks = read("packages/client/README.md").matchAll(/^```js\n(\/\/ (\w+\.js): .*?)^```/gms);
  const names = [...blocks].map(([, source, name]) => {
    writeFileSync(join(cwd, name), source);
    return name;
  });
  assert.deepEqual(names, ["answer.js", "report.js", "watch.js"]);
  return cwd;
}

test("the three bots answer, send a file, and post by a hook", async (t) => {
  const [cwd, data] = [bots(t), folder(t)];
  const port = await startServer(t, { DATA_DIR: data });
  const chinwag = (...args) => run(programs.chinwag, args, { env: { DATA_DIR: data } }).trim();
  const CHINWAG_URL = `http://127.0.0.1:${port}`;
  const hook = new URL(chinwag("hooks", "create", "General", "Monitor"));
  const env = {
    ...{ PATH: process.env.PATH, CHINWAG_URL, CHINWAG_KEY: chinwag("bot", "Helper") },
    CHINWAG_HOOK: CHINWAG_URL + hook.pathname,
  };
  const bot = (name) => ["--import", "./older.js", name];
  const ada = new Talker(port);
  await ada.signIn("Ada");
  ada.send("inbox", {});
  await ada.next("inbox");
  const next = async () => (await ada.next("channelMessage")).channelMessage;

  await start(t, process.execPath, bot("answer.js"), /answering/, { cwd, env });
  const { Seq } = await ada.say("ping");
  const pong = await next();
  assert.deepEqual([pong.Message, pong.Sender.Bot, pong.ReplyTo.Seq], ["pong", true, Seq]);

  writeFileSync(join(cwd, "report.csv"), "day,visits\n1,2\n");
  run(process.execPath, bot("report.js"), { cwd, env });
  const report = await next();
  const [{ Name, Size }] = report.Files;
  assert.deepEqual([report.Message, Name, Size], ["The report of last night", "report.csv", 15]);

  for (const SITE of [CHINWAG_URL, "http://127.0.0.1:1/"]) {
    run(process.execPath, ["watch.js"], { cwd, env: { ...env, SITE } });
  }
  const down = await next();
  assert.deepEqual([down.Message, down.As], ["http://127.0.0.1:1/ is down", "Watch"]);
});
