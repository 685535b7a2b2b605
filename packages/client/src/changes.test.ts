/** Changes to messages: live and missed ones by one path, each state once and after its message; and a server that has none. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Positions } from "./positions.ts";
import type { Channel, Message } from "./protocol.gen.ts";
import { BOB, Conversation, ME, message, settled, shared } from "./testing/index.ts";

const OPS = "00000000-0000-4000-8000-0000000000aa";
const GENERAL: Channel = {
  UUID: "",
  Name: "General",
  Topic: "",
  Posting: "all",
  CreatedAt: "",
  usersTotal: 2,
};

let talk: Conversation;
let heard: string[];
beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function begin(positions?: Positions): void {
  talk = new Conversation({ positions });
  heard = [];
  talk.chat.onMessage = ({ Seq, Message: text }) => void heard.push(`${Seq} ${text}`);
  talk.chat.onChange = ({ Seq, Rev, Message: text }, live) =>
    void heard.push(`${Seq} is ${text}, ${live ? "live" : "caught up"} ${Rev}`);
  talk.chat.onSkipped = (channel) => void heard.push(`skipped in ${channel || "General"}`);
  talk.chat.onReset = () => void heard.push("reset");
}

async function signIn(total: number, rev: number): Promise<void> {
  const signedIn = talk.chat.signIn({ username: "Ada", password: "secret" });
  await talk.admit(total, "one", [], GENERAL, rev);
  await signedIn;
}

async function comeBack(total: number, rev: number): Promise<void> {
  talk.connections.last.drop();
  await vi.advanceTimersByTimeAsync(1000);
  await talk.admit(total, "one", [], GENERAL, rev);
}

const changed = (seq: number, rev: number, text = `state ${rev}`): Message =>
  message(seq, { Rev: rev, Message: text });

/** Answers the request for a page, read when the channel had this `rev`. */
async function page(rev: number, ...messages: Message[]): Promise<void> {
  const recipientUUID = messages[0]?.RecipientUUID ?? "";
  const channelMessages = { recipientUUID, total: 9, received: messages.length, rev, messages };
  talk.connections.last.answer({ type: "channelMessages", channelMessages });
  await settled();
}

const asked = () =>
  talk.connections.last.requests("channelChanges").map(({ channelChanges }) => channelChanges);

test("a live change comes after its message, also of a message from before the sign-in", async () => {
  begin();
  await signIn(5, 2);
  talk.live(message(6));
  await talk.changes("", 2, 4, [changed(6, 3), changed(1, 4)]);
  // The same once more, and one that is known.
  await talk.changes("", 2, 4, [changed(6, 3), changed(1, 4)]);
  await talk.changes("", 3, 5, [changed(1, 4), changed(6, 5)]);
  expect(heard).toEqual([
    "6 message 6",
    "6 is state 3, live 3",
    "1 is state 4, live 4",
    "6 is state 5, live 5",
  ]);
  expect(asked()).toEqual([]);
  expect(talk.chat.positions).toEqual({ epoch: "one", channels: { "": 6 }, revs: { "": 5 } });
});

test("what was missed is asked for, live and after a return", async () => {
  begin();
  await signIn(5, 2);
  await talk.changes("", 3, 4, [changed(2, 4)]);
  expect(asked()).toEqual([{ recipientUUID: "", after: 2 }]);
  await talk.changes("", 2, 4, [changed(1, 3), changed(2, 4)], true);
  await comeBack(6, 6);
  expect(asked()).toEqual([{ recipientUUID: "", after: 4 }]);
  // In its present state, and not again as a change.
  await talk.changes("", 4, 5, [changed(6, 5)], true);
  await talk.changes("", 5, 6, [changed(3, 6)], true);
  await talk.page(changed(6, 5));
  expect(heard).toEqual([
    "1 is state 3, caught up 3",
    "2 is state 4, caught up 4",
    "3 is state 6, caught up 6",
    "6 state 5",
  ]);
});

test("a change that comes before its message, or with its page, is that message's first state", async () => {
  begin();
  await signIn(5, 0);
  await talk.changes("", 0, 1, [changed(6, 1)]);
  talk.live(message(6), message(8));
  await talk.changes("", 1, 3, [changed(8, 2), changed(7, 3)]);
  await talk.page(message(7), changed(8, 2));
  // The page was ahead of the changes.
  await talk.page(changed(9, 4));
  await talk.changes("", 3, 4, [changed(9, 4)]);
  expect(heard).toEqual(["6 state 1", "7 state 3", "8 state 2", "9 state 4"]);
});

test("positions go on with the changes, and those of 0.1 with those of now", async () => {
  begin({ epoch: "one", channels: { "": 5 }, revs: { "": 2 } });
  await signIn(5, 3);
  await talk.changes("", 2, 3, [changed(4, 3)], true);
  expect(heard).toEqual(["4 is state 3, caught up 3"]);
  begin({ epoch: "one", channels: { "": 5 } });
  await signIn(5, 3);
  expect(asked()).toEqual([]);
  expect(talk.chat.positions?.revs).toEqual({ "": 3 });
  await talk.changes("", 3, 4, [changed(4, 4)]);
  expect(heard).toEqual(["4 is state 4, live 4"]);
});

test("a change counts as handled when its promise has settled", async () => {
  begin();
  let done = () => {};
  await signIn(5, 0);
  talk.chat.onChange = () => new Promise<void>((resolve) => (done = resolve));
  await talk.changes("", 0, 2, [changed(1, 1), changed(2, 2)]);
  expect(talk.chat.positions?.revs).toEqual({ "": 0 });
  done();
  await settled();
  expect(talk.chat.positions?.revs).toEqual({ "": 1 });
  done();
  await settled();
  expect(talk.chat.positions?.revs).toEqual({ "": 2 });
});

test("more than 1,000 changes are left out, at once and after the page that is on its way", async () => {
  begin({ epoch: "one", channels: { "": 5 }, revs: { "": 2 } });
  await signIn(7, 1003);
  expect(asked()).toEqual([]);
  await page(1003, changed(6, 900), message(7));
  expect(heard).toEqual(["skipped in General", "6 state 900", "7 message 7"]);
  expect(talk.chat.positions?.revs).toEqual({ "": 1003 });
  talk.live(message(9));
  await talk.changes("", 2003, 2004, [changed(9, 2004)]);
  await page(1003, message(8));
  // Those that came before are for the program to read anew.
  expect(heard.slice(3)).toEqual(["8 message 8", "9 message 9", "skipped in General"]);
});

test("fewer changes are lost ones", async () => {
  begin({ epoch: "one", channels: { "": 5 }, revs: { "": 2 } });
  await signIn(5, 1);
  await talk.changes("", 1, 2, [changed(1, 2)]);
  expect(heard).toEqual(["reset", "1 is state 2, live 2"]);
});

test("a channel that begins with a live message gets its rev from a page", async () => {
  begin();
  await signIn(0, 0);
  talk.live(shared(OPS, 58));
  const state = (rev: number) => shared(OPS, 58, { Rev: rev, Message: `state ${rev}` });
  await talk.changes(OPS, 9, 10, [state(10)]);
  expect(talk.connections.last.requests("channelMessages")[0]?.channelMessages).toEqual({
    recipientUUID: OPS,
    limit: 100,
    after: 57,
  });
  await page(10, state(10));
  await talk.changes(OPS, 10, 11, [state(11)]);
  expect(heard).toEqual([
    "58 message 58",
    "58 is state 10, caught up 10",
    "58 is state 11, live 11",
  ]);
  expect(talk.chat.positions?.revs).toEqual({ "": 0, [OPS]: 11 });
});

test("a channel that is joined has its changes from the join on", async () => {
  begin();
  await signIn(0, 0);
  const joined = talk.chat.join(OPS);
  const messages = [shared(OPS, 58)];
  const channelJoin = { recipientUUID: OPS, rev: 9, messages, users: [], usersTotal: 2 };
  talk.connections.last.answer({ type: "channelJoin", channelJoin });
  await joined;
  await talk.changes(OPS, 9, 10, [shared(OPS, 58, { Rev: 10, Message: "edited" })]);
  expect(heard).toEqual(["58 is edited, live 10"]);
});

test("a message that a join has read already is handed out when it comes, as it is now", async () => {
  begin();
  await signIn(0, 0);
  const joined = talk.chat.join(OPS);
  const messages = [
    shared(OPS, 59, { Rev: 3, Message: "edited" }),
    shared(OPS, 58),
    shared(OPS, 57, { Rev: 2, Message: "older" }),
  ];
  const channelJoin = { recipientUUID: OPS, rev: 3, messages, users: [], usersTotal: 2 };
  talk.connections.last.answer({ type: "channelJoin", channelJoin });
  await joined;
  talk.live(shared(OPS, 58));
  talk.live(shared(OPS, 59));
  talk.live(shared(OPS, 59));
  await talk.changes(OPS, 3, 4, [shared(OPS, 57, { Rev: 4, Message: "again" })]);
  expect(heard).toEqual(["58 message 58", "59 edited", "57 is again, live 4"]);
  expect(talk.chat.positions?.channels).toMatchObject({ [OPS]: 59 });
});

test("a page of the history is as the changes are that have come", async () => {
  begin();
  await signIn(5, 2);
  const history = talk.chat.history("");
  await talk.changes("", 2, 3, [changed(5, 3)]);
  await page(2, message(5));
  expect(asked()).toEqual([{ recipientUUID: "", after: 2 }]);
  await talk.changes("", 2, 3, [changed(5, 3)], true);
  expect(await history).toMatchObject({ rev: 3, messages: [{ Seq: 5, Message: "state 3" }] });
});

test("changes are requested by the message, or by where it stands", async () => {
  begin();
  await signIn(5, 2);
  const from = message(7, { RecipientUUID: ME });
  const at = { recipientUUID: BOB, seq: 7 };
  const answer = (type: "messageEdit" | "messageDelete" | "messageReact" | "messagePin") => {
    const changed = { recipientUUID: BOB, rev: 3, message: from };
    talk.connections.last.answer({ type, [type]: changed } as never);
  };
  for (const [type, request, body] of [
    ["messageEdit", () => talk.chat.edit(from, "new"), { ...at, message: "new" }],
    ["messageDelete", () => talk.chat.delete(at), at],
    ["messageReact", () => talk.chat.react(from, "👍"), { ...at, emoji: "👍", on: true }],
    ["messagePin", () => talk.chat.pin(from, false), { ...at, on: false }],
  ] as const) {
    const done = request();
    expect(talk.connections.last.sent.at(-1)).toMatchObject({ type, [type]: body });
    answer(type);
    expect(await done).toEqual(from);
  }
  void talk.chat.reactors(from, "👍", 100);
  void talk.chat.thread(message(9, { ReplyTo: { ...answered, Root: 3 } }), { after: 7 });
  void talk.chat.pinned(BOB);
  void talk.chat.activity({ before: "41" });
  void talk.chat.notify({ pausedUntil: "" });
  void talk.chat.edit(at, "@Bob", { mentions: [BOB], mentionAll: false });
  void talk.chat.replyTo(from, "yes", "c-1");
  expect(talk.connections.last.sent.slice(-7)).toMatchObject([
    { messageReactors: { ...at, emoji: "👍", offset: 100 } },
    { channelMessages: { recipientUUID: "", limit: 100, root: 3, after: 7 } },
    { channelMessages: { recipientUUID: BOB, limit: 100, pinned: true } },
    { activity: { before: "41" } },
    { notify: { pausedUntil: "" } },
    { messageEdit: { ...at, message: "@Bob", mentions: [BOB], mentionAll: false } },
    {
      channelMessage: { recipientUUID: BOB, message: "yes", clientUUID: "c-1", replyTo: 7 },
    },
  ]);
});

test("a page subscribes with the server's key, tests and unsubscribes", async () => {
  begin();
  expect(talk.chat.features).toEqual({});
  await signIn(5, 2);
  expect(talk.chat.features).toEqual({});
  const endpoint = "https://push.example.org/a";
  void talk.chat.subscribe({ endpoint, p256dh: "key", auth: "secret" });
  void talk.chat.unsubscribe(endpoint);
  const tested = talk.chat.testPush(endpoint);
  expect(talk.connections.last.sent.slice(-3)).toMatchObject([
    { type: "pushSubscribe", pushSubscribe: { endpoint, p256dh: "key", auth: "secret" } },
    { type: "pushUnsubscribe", pushUnsubscribe: { endpoint } },
    { type: "pushTest", pushTest: { endpoint } },
  ]);
  const pushTest = { endpoint, status: 201, detail: "It took it." };
  talk.connections.last.answer({ type: "pushTest", pushTest });
  expect(await tested).toEqual(pushTest);
});

test("a message has what the protocol knows", async () => {
  begin();
  await signIn(5, 2);
  const whole = { recipientUUID: "", message: "@Bob", mentions: [BOB], mentionAll: true };
  void talk.chat.sendMessage({ ...whole, clientUUID: "c-2" });
  expect(talk.connections.last.sent.at(-1)).toMatchObject({
    type: "channelMessage",
    channelMessage: { ...whole, clientUUID: "c-2" },
  });
});

const answered = { Seq: 7, SenderUUID: BOB, Sender: { UUID: BOB, Username: "Bob" } };

test("a reaction of another session is news", async () => {
  begin();
  const news: string[] = [];
  talk.chat.onNews = ({ type }) => void news.push(type);
  await signIn(5, 2);
  const messageReact = { recipientUUID: "", rev: 3, message: changed(1, 3) };
  talk.connections.last.say({ type: "messageReact", messageReact });
  expect(news).toEqual(["messageReact"]);
});

test("a server of 0.1 has no changes, and refuses to make one", async () => {
  begin({ channels: { "": 4 } });
  await talk.signIn(5);
  await talk.page(message(5));
  talk.live(message(6));
  const made = talk.chat.react(message(6), "👍");
  talk.connections.last.refuse("messageReact", 2);
  await expect(made).rejects.toMatchObject({ name: "Refusal", code: 2 });
  expect(heard).toEqual(["5 message 5", "6 message 6"]);
  expect(asked()).toEqual([]);
  expect(talk.chat.positions).toEqual({ channels: { "": 6 } });
});
