/** The TypeScript client manages accounts, bots and hooks on the real server. */
import assert from "node:assert/strict";
import test from "node:test";
import { WebSocket } from "ws";
import { atEnd, folder, programs, run, startServer } from "./programs.js";

const { Chat, ErrorCode } = await import("../packages/client/dist/index.js").catch((cause) => {
  throw new Error("failed to find packages/client/dist: npm run build -w packages/client", {
    cause,
  });
});

const secretOf = (url) => url.trim().split("#link=")[1];
const refused = (code) => (error) => error.code === code;

/** A server, and Ada, who is an admin there by the link of `chinwag admin`. */
async function begin(t) {
  const DATA_DIR = folder(t);
  const port = await startServer(t, { DATA_DIR });
  const chat = () => {
    const made = new Chat(`http://127.0.0.1:${port}`, { WebSocket });
    atEnd(t, () => made.close());
    return made;
  };
  const ada = chat();
  const link = secretOf(run(programs.chinwag, ["admin", "Ada"], { env: { DATA_DIR } }));
  await ada.signUp({ username: "Ada", password: "secret", link });
  return { ada, chat };
}

test("an admin invites, deactivates, and makes bots and hooks", async (t) => {
  const { ada, chat } = await begin(t);
  const { UUID, url } = await ada.createLink({ kind: "invite", uses: 2 });
  const bob = chat();
  const ended = new Promise((resolve) => {
    bob.onSignedOut = resolve;
  });
  await bob.signUp({ username: "Bob", password: "secret", link: secretOf(url) });
  const [listed, ...others] = await ada.links();
  assert.deepEqual([listed.usesLeft, listed.url, others], [1, undefined, []]);
  await ada.revokeLink(UUID);
  assert.deepEqual(await ada.links(), []);
  await assert.rejects(bob.serverFigures(), refused(ErrorCode.NotAllowed));
  assert.equal((await ada.serverFigures()).users, 2);
  const { Deactivated } = await ada.editUser({ userUUID: bob.me, deactivated: true });
  assert.equal(Deactivated, true);
  assert.equal((await ended).name, "SignedOut");

  const { accessKey } = await ada.createBot("Helper");
  const bot = chat();
  await bot.signIn({ accessKey });
  assert.equal((await bot.send("", "Here")).Sender.Bot, true);
  const hook = await ada.createHook("", "Alerts");
  assert.match(hook.url, /\/hooks\//);
  const hooks = await ada.hooks("");
  assert.deepEqual(
    hooks.map(({ Name }) => Name),
    ["Alerts"],
  );
  assert.deepEqual(await ada.hooks(), hooks);
  await ada.deleteHook(hook.UUID);
  assert.deepEqual(await ada.hooks(), []);
});

test("a user blocks, reports, and signs a device out", async (t) => {
  const { ada, chat } = await begin(t);
  const bob = chat();
  await bob.signUp({ username: "Bob", password: "secret" });
  const names = (users) => users.map(({ Username }) => Username);
  assert.deepEqual(names(await bob.block(ada.me)), ["Ada"]);
  assert.deepEqual(names(await bob.blocked()), ["Ada"]);
  await assert.rejects(bob.send(ada.me, "psst"), refused(ErrorCode.MessageRefused));
  assert.deepEqual(await bob.block(ada.me, false), []);

  await bob.report(await bob.send("", "rude"), "It is rude.");
  const { reports } = await ada.reports();
  assert.deepEqual([reports[0].Reason, reports[0].message.Message], ["It is rude.", "rude"]);
  await ada.closeReport(reports[0].UUID);
  assert.deepEqual((await ada.reports()).reports, []);

  const { url } = await bob.createLink({ kind: "device" });
  const phone = chat();
  const ended = new Promise((resolve) => {
    phone.onSignedOut = resolve;
  });
  await phone.signIn({ link: secretOf(url) });
  assert.equal(phone.me, bob.me);
  const [other, ...rest] = (await bob.devices()).filter(({ Current }) => !Current);
  assert.deepEqual(rest, []);
  await bob.endDevice(other.UUID);
  await ended;
  assert.equal((await bob.devices()).length, 1);
});
