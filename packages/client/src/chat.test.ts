/** A bot's view: every message once and in order, over lost connections, holes, repeats and refusals. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Chat } from "./chat.ts";
import { Refusal } from "./errors.ts";
import { BOB, Conversation, ME, message, settled } from "./testing/index.ts";

let talk: Conversation;
let connections: Conversation["connections"];
let chat: Chat;
let heard: string[];

beforeEach(() => {
  vi.useFakeTimers();
  talk = new Conversation();
  ({ chat, connections } = talk);
  heard = [];
  chat.onMessage = ({ RecipientUUID, Seq }) => heard.push(`${RecipientUUID && "private "}${Seq}`);
});
afterEach(() => vi.useRealTimers());

const admitted: Conversation["admit"] = (total, epoch) => talk.admit(total, epoch);
const live: Conversation["live"] = (...messages) => talk.live(...messages);
const page: Conversation["page"] = (...messages) => talk.page(...messages);

test("signs in with the password, comes back with the key, and reads what it missed", async () => {
  const signedIn = chat.signIn({ username: "Ada", password: "secret" });
  await admitted(5);
  await signedIn;
  live(message(6));
  connections.last.drop();
  await vi.advanceTimersByTimeAsync(1000);
  connections.last.ready();
  expect(connections.last.requests("signIn")[0]?.signIn).toEqual({ accessKey: "key" });
  await admitted(8);
  expect(connections.last.requests("channelMessages")[0]?.channelMessages.after).toBe(6);
  live(message(9));
  await page(message(7), message(8));
  expect(heard).toEqual(["6", "7", "8", "9"]);
});

test("knows the longest message that the server takes", async () => {
  const signedIn = chat.signIn({ username: "Ada", password: "secret" });
  await admitted(0, "1-epoch");
  await signedIn;
  expect(chat.messageLength).toBe(4_000);
});

test("fills a hole, passes over doubles, and takes a new channel from its beginning", async () => {
  const signedIn = chat.signIn({ username: "Ada", password: "secret" });
  await admitted(0);
  await signedIn;
  live(message(1), message(1), message(3));
  await page(message(2), message(3));
  live(message(1, { RecipientUUID: ME }));
  expect(heard).toEqual(["1", "2", "3", "private 1"]);
});

test("sends again what was not answered, with the same clientUUID, and in order", async () => {
  const signedIn = chat.signIn({ username: "Ada", password: "secret" });
  await admitted(0);
  await signedIn;
  const one = chat.send("", "one");
  const two = chat.reply(message(1, { SenderUUID: BOB, RecipientUUID: ME }), "two");
  const first = connections.last.requests("channelMessage");
  expect(first.map((sent) => sent.channelMessage.message)).toEqual(["one"]);
  connections.last.drop();
  await vi.advanceTimersByTimeAsync(1000);
  await admitted(0);
  const again = connections.last.requests("channelMessage");
  expect(again[0]?.channelMessage).toEqual(first[0]?.channelMessage);
  connections.last.answer({ type: "channelMessage", channelMessage: message(1) });
  expect((await one).Seq).toBe(1);
  await settled();
  expect(connections.last.requests("channelMessage")[1]?.channelMessage.recipientUUID).toBe(BOB);
  connections.last.refuse("channelMessage", 22, "3");
  await vi.advanceTimersByTimeAsync(3000);
  expect(connections.last.requests("channelMessage")).toHaveLength(3);
  connections.last.refuse("channelMessage", 7);
  await expect(two).rejects.toBeInstanceOf(Refusal);
});

async function dropped(): Promise<void> {
  connections.last.drop("another epoch; retry=20", 1012);
  await vi.advanceTimersByTimeAsync(20);
}

test("pages shorter than asked for are not the end", async () => {
  const signedIn = chat.signIn({ username: "Ada", password: "secret" });
  await admitted(0);
  await signedIn;
  await dropped();
  await admitted(4);
  for (const seq of [1, 2, 3, 4]) await page(message(seq));
  const asked = connections.last.requests("channelMessages");
  expect(asked.map(({ channelMessages }) => channelMessages.after)).toEqual([0, 1, 2, 3]);
  expect(heard).toEqual(["1", "2", "3", "4"]);
});

test("a new password brings a new key, and comes back with it", async () => {
  const signedIn = chat.signIn({ username: "Ada", password: "secret" });
  await admitted(0);
  await signedIn;
  const change = { password: "secret", newPassword: "better" };
  const changed = chat.socket.request({ type: "changePassword", changePassword: change });
  const changePassword = { uuid: ME, accessKey: "new key" };
  connections.last.answer({ type: "changePassword", changePassword });
  await changed;
  await dropped();
  connections.last.ready();
  expect(connections.last.requests("signIn")[0]?.signIn).toEqual({ accessKey: "new key" });
});

test.each([
  ["another epoch", "one", "two", 9],
  ["a smaller total, of a server without epochs", undefined, undefined, 3],
  ["a smaller total of the same epoch", "one", "one", 3],
])("%s begins anew, and nothing new is taken for old", async (_, before, after, total) => {
  const signedIn = chat.signIn({ username: "Ada", password: "secret" });
  await admitted(5, before);
  await signedIn;
  live(message(6), message(7));
  const sent = chat.send("", "not stored yet");
  const first = connections.last.requests("channelMessage")[0]?.channelMessage;
  await dropped();
  await admitted(total, after);
  expect(connections.last.requests("channelMessages")).toEqual([]);
  expect(connections.last.requests("channelMessage")[0]?.channelMessage).toEqual(first);
  live(message(total + 1), message(total + 2));
  expect(heard).toEqual(["6", "7", `${total + 1}`, `${total + 2}`]);
  connections.last.answer({ type: "channelMessage", channelMessage: message(total + 3) });
  expect((await sent).Seq).toBe(total + 3);
});

test.each([
  ["the same epoch", "one", "one"],
  ["a server that has no epoch yet", undefined, "one"],
  ["a server that has none any more", "one", undefined],
])("%s goes on where it was", async (_, before, after) => {
  const signedIn = chat.signIn({ username: "Ada", password: "secret" });
  await admitted(5, before);
  await signedIn;
  await dropped();
  await admitted(6, after);
  await page(message(6));
  expect(heard).toEqual(["6"]);
});

test("a wrong password fails the sign-in, and nothing comes back", async () => {
  const signedIn = chat.signIn({ username: "Ada", password: "wrong" });
  connections.last.ready();
  const refused = expect(signedIn).rejects.toMatchObject({ code: 4 });
  connections.last.refuse("signIn", 4);
  await refused;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(connections.all).toHaveLength(1);
});
