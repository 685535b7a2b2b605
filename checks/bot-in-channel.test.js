/** The bot in Python makes a channel or becomes a member of it, and answers there by quotes what comes from then on. */
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { folder, programs, root, start, startServer } from "./programs.js";
import { Talker } from "./talker.js";

async function talker(port, name) {
  const somebody = new Talker(port);
  const { userUUID } = await somebody.signIn(name);
  somebody.send("inbox", { wants: ["channels"] });
  await somebody.next("inbox");
  return [somebody, userUUID];
}

test("the bot in Python answers in a channel", async (t) => {
  const port = await startServer(t, {});
  const positions = join(folder(t), "positions.json");
  const address = `ws://127.0.0.1:${port}/ws`;
  const bot = (file, channel) => [
    join(root, "examples/echo_bot.py"),
    address,
    "echo",
    "secret",
    file,
    channel,
  ];
  const [ada, me] = await talker(port, "Ada");
  const say = async (recipientUUID, message) => {
    ada.send("channelMessage", { recipientUUID, message });
    assert.equal((await ada.next("channelMessage")).channelMessage.Message, message);
  };
  ada.send("channelCreate", { name: "Ops" });
  const ops = (await ada.next("channelCreate")).channelCreate.UUID;
  await say(ops, "!echo before it came");
  await start(t, programs.python, bot(positions, "#ops"), /ready/);
  await say(ops, "no word for the bot");
  await say(ops, "!echo hello");
  const { channelMessage } = await ada.next("channelMessage");
  assert.deepEqual([channelMessage.Message, channelMessage.Seq], ["hello", 4]);
  const { Seq, Excerpt } = channelMessage.ReplyTo;
  assert.deepEqual([Seq, Excerpt], [3, "!echo hello"]);
  // A channel that isn't there is made.
  await start(t, programs.python, bot(`${positions}.2`, "#new"), /ready/);
  ada.send("channels", { query: "new" });
  const { channels } = (await ada.next("channels")).channels;
  assert.deepEqual([channels.length, channels[0].Name, channels[0].usersTotal], [1, "new", 1]);
  assert.notEqual(channelMessage.SenderUUID, me);
});
