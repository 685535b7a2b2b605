/** Groups and named channels: from becoming a member to being removed, each message once; and a server that has none. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { channelOf, kindOf } from "./channel.ts";
import type { Positions } from "./positions.ts";
import type { Channel, InboxChannel } from "./protocol.gen.ts";
import { BOB, Conversation, ME, message, settled, shared } from "./testing/index.ts";

const OPS = "00000000-0000-4000-8000-0000000000aa";
const GROUP = "00000000-0000-4000-8000-0000000000bb";

let talk: Conversation;
let heard: string[];
beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function begin(positions?: Positions): void {
  talk = new Conversation({ positions });
  heard = [];
  const names: Record<string, string> = { "": "General", [OPS]: "Ops", [GROUP]: "Group" };
  talk.chat.onMessage = (said) =>
    void heard.push(`${names[channelOf(said, talk.chat.me)] ?? "private"} ${said.Seq}`);
  talk.chat.onReset = () => void heard.push("reset");
}

function details(uuid: string, name: string): Channel {
  return { UUID: uuid, Name: name, Topic: "", Posting: "all", CreatedAt: "", usersTotal: 2 };
}

function listed(uuid: string, total: number, unread = 0): InboxChannel {
  return { recipientUUID: uuid, total, unread, level: "mentions", Channel: details(uuid, "Ops") };
}

async function signIn(...others: InboxChannel[]): Promise<void> {
  const signedIn = talk.chat.signIn({ username: "Ada", password: "secret" });
  await talk.admit(0, "one", others, details("", "General"));
  await signedIn;
}

/** The connection breaks, and the next one gets this inbox. */
async function comeBack(...others: InboxChannel[]): Promise<void> {
  talk.connections.last.drop();
  await vi.advanceTimersByTimeAsync(1000);
  await talk.admit(0, "one", others, details("", "General"));
}

test("a message without a recipient is a channel's, and its kind is told", () => {
  expect(channelOf(shared(OPS, 1), ME)).toBe(OPS);
  expect(kindOf(shared(OPS, 1))).toBe("shared");
  expect(kindOf(message(1))).toBe("general");
  expect(kindOf(message(1, { RecipientUUID: BOB }))).toBe("direct");
  expect(kindOf(listed(OPS, 1))).toBe("shared");
  expect(kindOf({ recipientUUID: BOB, total: 1, unread: 0 })).toBe("direct");
  // One that can't be read has no sender; it is in a private channel all the same.
  const lost = { ...shared(BOB, 1), SenderUUID: "00000000-0000-0000-0000-000000000000" };
  expect(channelOf(lost, ME)).toBe(BOB);
});

test("the inbox is asked for channels, and their holes are filled", async () => {
  begin();
  await signIn(listed(OPS, 5));
  const inbox = { wants: ["channels", "changes"] };
  expect(talk.connections.last.requests("inbox")[0]?.inbox).toEqual(inbox);
  void talk.chat.inbox();
  expect(talk.connections.last.requests("inbox")[1]?.inbox).toEqual(inbox);
  talk.live(shared(OPS, 6), shared(OPS, 8));
  await talk.page(shared(OPS, 7), shared(OPS, 8));
  expect(heard).toEqual(["Ops 6", "Ops 7", "Ops 8"]);
});

test("a new member hears what follows, and no history", async () => {
  begin();
  await signIn();
  const channel = details(OPS, "Ops");
  talk.connections.last.say({ type: "sys", sys: { type: "channel", channel } });
  talk.live(shared(OPS, 58), shared(OPS, 60));
  await talk.page(shared(OPS, 59), shared(OPS, 60));
  await comeBack(listed(OPS, 60), listed(GROUP, 9, 1));
  expect(talk.connections.last.requests("channelMessages")[0]?.channelMessages.after).toBe(8);
  await talk.page(shared(GROUP, 9));
  expect(heard).toEqual(["Ops 58", "Ops 59", "Ops 60", "Group 9"]);
  expect(talk.chat.positions?.channels).toEqual({ "": 0, [OPS]: 60, [GROUP]: 9 });
});

test("where a channel begins is a position, before anything is said there", async () => {
  begin();
  const told: Positions[] = [];
  talk.chat.onPositions = (positions) => told.push(positions);
  await signIn();
  await comeBack(listed(OPS, 7));
  expect(told.at(-1)?.channels).toEqual({ "": 0, [OPS]: 7 });
  const channelGone = { recipientUUID: OPS };
  talk.connections.last.say({ type: "sys", sys: { type: "channelGone", channelGone } });
  expect(told.at(-1)?.channels).toEqual({ "": 0 });
});

test("a channel that has gone meanwhile is no lost message, and begins anew", async () => {
  begin({ epoch: "one", channels: { "": 0, [OPS]: 5 } });
  await signIn();
  expect(talk.chat.positions?.channels).toEqual({ "": 0 });
  talk.live(shared(OPS, 9));
  await comeBack();
  expect(heard).toEqual(["Ops 9"]);
  await comeBack(listed(OPS, 8));
  talk.live(shared(OPS, 9));
  expect(heard).toEqual(["Ops 9", "Ops 9"]);
});

test("fewer messages in a channel are lost ones", async () => {
  begin({ epoch: "one", channels: { "": 0, [OPS]: 5 } });
  await signIn(listed(OPS, 3));
  talk.live(shared(OPS, 4));
  expect(heard).toEqual(["reset", "Ops 4"]);
});

test("a channel that is only looked at is heard while it is joined", async () => {
  begin();
  await signIn();
  const channelJoin = { recipientUUID: OPS, messages: [], users: [], usersTotal: 2 };
  const joined = talk.chat.join(OPS);
  talk.connections.last.answer({ type: "channelJoin", channelJoin });
  await joined;
  talk.live(shared(OPS, 7));
  await comeBack();
  talk.connections.last.answer({ type: "channelJoin", channelJoin });
  talk.live(shared(OPS, 9));
  await talk.page(shared(OPS, 8), shared(OPS, 9));
  const left = talk.chat.join("");
  const general = { ...channelJoin, recipientUUID: "" };
  talk.connections.last.answer({ type: "channelJoin", channelJoin: general });
  await left;
  expect(talk.chat.positions?.channels).toEqual({ "": 0 });
  // Its history can be read, and is not delivered.
  const history = talk.chat.history(OPS);
  await talk.page(shared(OPS, 20));
  expect((await history).messages).toHaveLength(1);
  expect(heard).toEqual(["Ops 7", "Ops 8", "Ops 9"]);
});

test("preferences of another session are news", async () => {
  begin();
  const news: string[] = [];
  talk.chat.onNews = ({ type }) => void news.push(type);
  await signIn();
  const channelPrefs = { recipientUUID: OPS, level: "all" as const, pinned: true };
  talk.connections.last.say({ type: "channelPrefs", channelPrefs });
  const changed = talk.chat.changePrefs({ recipientUUID: OPS, pinned: true });
  talk.connections.last.answer({ type: "channelPrefs", channelPrefs });
  expect(await changed).toEqual(channelPrefs);
  await settled();
  expect(news).toEqual(["channelPrefs"]);
});

test("a server of 0.1 has no channels, and refuses to make one", async () => {
  begin({ channels: { "": 0, [BOB]: 2 } });
  await talk.signIn();
  // There an unlisted channel is a private one whose messages are lost.
  expect(heard).toEqual(["reset"]);
  talk.live(message(1, { RecipientUUID: ME }));
  const made = talk.chat.createChannel({ name: "Ops" });
  talk.connections.last.refuse("channelCreate", 2);
  await expect(made).rejects.toMatchObject({ name: "Refusal", code: 2 });
  expect(heard).toEqual(["reset", "private 1"]);
});
