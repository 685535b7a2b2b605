/** The whole client on a connection without a network: another epoch, cut previews, a new password elsewhere. */

import { type InboxChannel, type Message, type Outgoing, Socket } from "@chinwag/client";
import { BOB, CAT, Connections, ME, message, messages, user } from "@chinwag/client/testing";
import { type Signal, signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { memoryStore } from "../testing/memory-store";
import { type ChannelId, GENERAL } from "./channel";
import { Client } from "./client";
import type { Store } from "./kept";
import type { Line } from "./line";
import { SESSION_KEY } from "./session";
import { snapshotOf } from "./snapshot";

let connections: Connections;
let stores: { browser: Store; page: Store };
let client: Client;
let open: Signal<ChannelId>;

beforeEach(() => {
  vi.useFakeTimers();
  stores = { browser: memoryStore(), page: memoryStore() };
  stores.browser.write(SESSION_KEY, { accessKey: "key", userUUID: ME, username: "Ada" });
  client = opened();
});
afterEach(() => {
  client.socket.stop();
  vi.useRealTimers();
});

function opened(): Client {
  connections = new Connections();
  open = signal(GENERAL);
  const { connect } = connections;
  const page = new Client(
    new Socket("ws://there/ws", { connect, holder: (link) => signal(link) }),
    stores,
    open,
  );
  page.socket.start(page);
  return page;
}

const settled = () => vi.advanceTimersByTimeAsync(0);

/** Everything that the server says to a page that comes, with these messages in General; 0.1 has no epoch. */
async function admitted(stored: Message[], epoch?: string, rev = 0): Promise<void> {
  connections.last.ready();
  await authorized(epoch);
  await told([{ recipientUUID: "", total: stored.length, unread: 0, rev }]);
  await page(stored, rev);
}

async function authorized(epoch?: string, messageLength?: number): Promise<void> {
  const reply = {
    ...{ userUUID: ME, accessKey: "key" },
    ...(epoch !== undefined && { epoch }),
    ...(messageLength !== undefined && { messageLength }),
  };
  connections.last.answer({ type: "authorized", authorized: reply }, "signIn");
  await settled();
}

async function told(channels: InboxChannel[]): Promise<void> {
  connections.last.answer({ type: "inbox", inbox: { channels } });
  connections.last.answer({ type: "users", users: { total: 1, received: 1, users: [user(ME)] } });
  await settled();
}

/** The newest page, and what is joined. */
async function page(stored: Message[], rev = 0): Promise<void> {
  const channel = { recipientUUID: "", total: stored.length, rev };
  const newest = [...stored].reverse();
  const history = { ...channel, received: stored.length, messages: newest };
  connections.last.answer({ type: "channelMessages", channelMessages: history });
  const seen = { messages: newest.slice(0, 10), users: [], usersTotal: 1 };
  const joined = { recipientUUID: "", rev, ...seen };
  connections.last.answer({ type: "channelJoin", channelJoin: joined });
  await settled();
}

async function dropped(): Promise<void> {
  connections.last.drop("another epoch; retry=20", 1012);
  await vi.advanceTimersByTimeAsync(20);
}

function shown(): string[] {
  return client.history.timeline("").lines.map(({ text }) => text);
}

const fresh = (seq: number) => message(seq, { Message: `fresh ${seq}` });

describe("a server that lost messages", () => {
  test.each([
    ["has another epoch", "one", "two", 5],
    ["has another epoch, and as many again", "one", "two", 8],
    ["has a smaller total, and no epochs", undefined, undefined, 5],
    ["has a smaller total of the same epoch", "one", "one", 5],
  ])("%s: its messages are loaded again, and what was written stays", async (_, was, is, total) => {
    await admitted(messages(1, 8), was);
    client.drafts.set("", "half a thought");
    client.send("not stored yet");
    const sent = connections.last.requests("channelMessage")[0]?.channelMessage;
    await dropped();
    const stored = [
      ...messages(1, 4),
      ...Array.from({ length: total - 4 }, (_, n) => fresh(n + 5)),
    ];
    await admitted(stored, is);
    expect(connections.last.requests("channelMessages")[0]?.channelMessages).toEqual({
      recipientUUID: "",
      limit: 50,
    });
    expect(shown()).toEqual(stored.map(({ Message }) => Message));
    expect(client.drafts.get("")).toBe("half a thought");
    expect(connections.last.requests("channelMessage")[0]?.channelMessage).toEqual(sent);
    connections.last.say({ type: "channelMessage", channelMessage: fresh(total + 1) });
    expect(shown().at(-1)).toBe(`fresh ${total + 1}`);
    expect(client.channels.get("").total).toBe(total + 1);
  });

  test("is noticed by a smaller count of changes, where there are as many messages", async () => {
    await admitted([message(1), message(2, { Message: "edited", Rev: 2 })], "one", 2);
    await dropped();
    await admitted([message(1), message(2)], "one", 1);
    expect(shown()).toEqual(["message 1", "message 2"]);
  });

  test("is noticed by a page that shows its last visit", async () => {
    await admitted(messages(1, 8), "one");
    const snapshot = snapshotOf(client);
    client.socket.stop();
    client = opened();
    if (snapshot) client.restore(JSON.parse(JSON.stringify(snapshot)));
    expect(shown()).toHaveLength(8);
    await admitted(
      Array.from({ length: 8 }, (_, n) => fresh(n + 1)),
      "two",
    );
    expect(shown()[0]).toBe("fresh 1");
  });

  test("gets no change to a message that it may have replaced", async () => {
    await admitted(messages(1, 8), "one");
    connections.last.drop("another epoch; retry=20", 1012);
    client.changes.make({ type: "messageDelete", messageDelete: { recipientUUID: "", seq: 7 } });
    await vi.advanceTimersByTimeAsync(20);
    await admitted([...messages(1, 4), fresh(5), fresh(6), fresh(7)], "two");
    expect(connections.last.requests("messageDelete")).toEqual([]);
    expect(client.changes.shown("", client.history.timeline("").lines[6] as Line, ME).text).toBe(
      "fresh 7",
    );
  });

  test("gets no read mark for messages that it lost", async () => {
    await admitted(messages(1, 4), "one");
    for (const seq of [5, 6])
      connections.last.say({ type: "channelMessage", channelMessage: message(seq) });
    for (const seq of [5, 6]) client.reading.read("", seq);
    await dropped();
    await admitted(messages(1, 4), "two");
    await vi.advanceTimersByTimeAsync(5000);
    expect(connections.last.requests("channelRead")).toEqual([]);
  });
});

test.each([
  ["the same epoch", "one", "one"],
  ["no epoch yet", undefined, "one"],
  ["no epoch any more", "one", undefined],
])("a server with %s is asked for what was missed only", async (_, was, is) => {
  await admitted(messages(1, 8), was);
  await dropped();
  connections.last.ready();
  await authorized(is);
  await told([{ recipientUUID: "", total: 9, unread: 0 }]);
  expect(connections.last.requests("channelMessages")[0]?.channelMessages.after).toBe(8);
  expect(shown()).toHaveLength(8);
});

describe("what comes together is taken in its order", () => {
  const said = (seq: number, more: Partial<Message> = {}): Outgoing => ({
    type: "channelMessage",
    channelMessage: message(seq, more),
  });
  const changed = (...states: Message[]): Outgoing => ({
    type: "channelChanges",
    channelChanges: { recipientUUID: "", after: 0, rev: states.length, messages: states },
  });
  const answer = { Seq: 1, Root: 1, SenderUUID: BOB, Sender: { UUID: BOB, Username: "Bob" } };
  const lines = () => client.history.timeline("").lines;

  test("messages, and the reply that the first of the channel got", async () => {
    await admitted([]);
    const replied = message(1, { Rev: 1, Replies: 1 });
    client.frames([said(1), said(2, { ReplyTo: answer }), changed(replied)]);
    expect(lines().map(({ seq, replies }) => [seq, replies])).toEqual([
      [1, 1],
      [2, undefined],
    ]);
  });

  test("a reply, and the edit of what it quotes, which isn't held", async () => {
    await admitted([]);
    client.history.timeline("").reset();
    client.history.takePage("", messages(5, 8));
    const edited = message(1, { Rev: 1, Message: "edited", EditedAt: message(9).CreatedAt });
    client.frames([said(9, { ReplyTo: { ...answer, Excerpt: "message 1" } }), changed(edited)]);
    expect(lines().at(-1)?.answered?.excerpt).toBe("edited");
  });
});

test("a message that the inbox cut is a preview, and stands in no channel", async () => {
  const arrived = vi.fn();
  client.incoming.arrivals.add(arrived);
  connections.last.ready();
  await authorized();
  const begun = { Message: "x".repeat(200), Cut: true };
  const cut = message(1, { SenderUUID: BOB, RecipientUUID: ME, ...begun });
  const talk = { recipientUUID: BOB, Recipient: user(BOB), total: 1, unread: 1, lastMessage: cut };
  await told([{ recipientUUID: "", total: 0, unread: 0 }, talk]);
  expect(client.channels.get(BOB).last?.text).toBe(`${"x".repeat(160)}…`);
  expect(arrived).not.toHaveBeenCalled();
  open.value = BOB;
  expect(client.history.timeline(BOB).lines).toEqual([]);
  expect(connections.last.requests("channelMessages").at(-1)?.channelMessages).toEqual({
    recipientUUID: BOB,
    limit: 50,
  });
});

test("what was read while the connection broke stays read, and the server hears of it again", async () => {
  const other = message(9, { SenderUUID: BOB });
  await admitted(messages(1, 8));
  connections.last.say({ type: "channelMessage", channelMessage: other });
  await dropped();
  client.reading.read("", 9);
  connections.last.ready();
  await authorized();
  await told([{ recipientUUID: "", total: 9, unread: 1, lastMessage: other }]);
  expect(client.channels.hasNews.value).toBe(false);
  expect(connections.last.requests("channelRead").map(({ channelRead }) => channelRead)).toEqual([
    { recipientUUID: "", seq: 9 },
  ]);
  // Once it knows, it isn't told any more.
  await dropped();
  connections.last.ready();
  await authorized();
  await told([{ recipientUUID: "", total: 9, unread: 0, lastMessage: other }]);
  expect(connections.last.requests("channelRead")).toEqual([]);
});

test("the limit of the server counts while something is written, and is each connection's own", async () => {
  connections.last.ready();
  await authorized("one", 500);
  expect(client.outbox.longest.value).toBe(500);
  await dropped();
  expect(client.outbox.longest.value).toBe(500);
  connections.last.ready();
  await authorized("one");
  expect(client.outbox.longest.value).toBeUndefined();
});

test("a channel that can't be joined just now is joined later, if it is still open", async () => {
  await admitted(messages(1, 8));
  const joins = () =>
    connections.last.requests("channelJoin").map(({ channelJoin }) => channelJoin.recipientUUID);
  for (const id of [BOB, CAT]) {
    open.value = id;
    connections.last.refuse("channelJoin", 22, "3");
  }
  await vi.advanceTimersByTimeAsync(3000);
  expect(joins()).toEqual(["", BOB, CAT, CAT]);
});

describe("a page whose session the server ends", () => {
  const ended = { type: "signOut", signOut: { uuid: ME } } as const;

  test("goes on in its channel with the key that another page got for a new password", async () => {
    await admitted(messages(1, 8));
    client.send("not stored yet");
    stores.browser.write(SESSION_KEY, { accessKey: "new key", userUUID: ME, username: "Ada" });
    connections.last.say(ended);
    expect(client.session.live.value).toBe(false);
    expect(connections.last.requests("signIn").at(-1)?.signIn).toEqual({ accessKey: "new key" });
    await authorized();
    expect(client.session.live.value).toBe(true);
    expect(shown()).toHaveLength(8);
    expect(client.outbox.pending.value).toHaveLength(1);
  });

  test("is signed out when no page has a newer key", async () => {
    await admitted(messages(1, 8));
    connections.last.say(ended);
    connections.last.refuse("signIn", 4);
    await settled();
    expect(client.session.signedIn.value).toBe(false);
    expect(client.session.notice.value).toBe("You were signed out.");
  });
});

test("a browser that keeps nothing comes back all the same, with what waits to be sent", async () => {
  const nothing: Store = { read: () => undefined, write: () => undefined, names: () => [] };
  client.socket.stop();
  stores = { browser: nothing, page: nothing };
  client = opened();
  connections.last.ready();
  const signedIn = client.session.signIn("Ada", "secret");
  await authorized();
  await signedIn;
  client.drafts.set("", "half a thought");
  client.outbox.add("", "not stored yet");
  await dropped();
  connections.last.ready();
  expect(connections.last.requests("signIn")[0]?.signIn).toEqual({ accessKey: "key" });
  await authorized();
  expect(client.session.live.value).toBe(true);
  expect(client.drafts.get("")).toBe("half a thought");
  expect(client.outbox.pending.value).toHaveLength(1);
});

test("what one user wrote isn't sent as the next one, who signed in on another page", async () => {
  await admitted(messages(1, 8));
  client.drafts.set("", "hers");
  client.send("hers, too");
  stores.browser.write("chinwag.owner", BOB);
  stores.browser.write("chinwag.draft.", "his");
  for (const name of stores.browser.names("chinwag.outbox.")) stores.browser.write(name, undefined);
  stores.browser.write(SESSION_KEY, { accessKey: "his key", userUUID: BOB, username: "Bob" });
  void client.session.changedElsewhere();
  await settled();
  const reply = { userUUID: BOB, accessKey: "his key" };
  connections.last.answer({ type: "authorized", authorized: reply }, "signIn");
  await settled();
  expect(client.outbox.pending.value).toEqual([]);
  expect(client.drafts.get("")).toBe("his");
});

test("a refused message goes back to where messages are written, before what was begun", async () => {
  await admitted(messages(1, 8));
  client.send("refused");
  client.drafts.set("", "begun");
  connections.last.refuse("channelMessage", 7);
  await settled();
  const [refused] = client.outbox.pending.value;
  client.belongings.mend(refused?.clientUUID ?? "");
  expect(client.drafts.get("")).toBe("refused\nbegun");
  expect(client.outbox.pending.value).toEqual([]);
});

test("who spoke last is known from the list of channels, before that of people comes", async () => {
  connections.last.ready();
  await authorized();
  const last = message(1, { SenderUUID: CAT });
  const general = { recipientUUID: "", total: 1, unread: 1, lastMessage: last };
  connections.last.answer({ type: "inbox", inbox: { channels: [general] } });
  expect(client.people.peek(CAT)?.name).toBe("Cat");
});

test("names are known of oneself before any frame, and of those whom a kept message answers", async () => {
  expect([client.personName(ME), client.personName(CAT)]).toEqual(["Ada", "…"]);
  const answered = { Seq: 1, Root: 1, SenderUUID: CAT, Sender: user(CAT) };
  await admitted([message(1, { SenderUUID: CAT }), message(2, { ReplyTo: answered })]);
  client.history.timeline("").trim(1);
  const snapshot = snapshotOf(client);
  client.socket.stop();
  client = opened();
  if (snapshot) client.restore(JSON.parse(JSON.stringify(snapshot)));
  expect(shown()).toEqual(["message 2"]);
  expect(client.personName(CAT)).toBe("Cat");
});

test("logging out keeps drafts and what waits to be sent for the same user, and for nobody else", async () => {
  await admitted([]);
  client.drafts.set("", "half a thought");
  client.send("on its way");
  void client.session.signOut();
  const again = client.session.signIn("Ada", "secret");
  await authorized();
  await again;
  expect(client.drafts.get("")).toBe("half a thought");
  expect(client.outbox.pending.value).toHaveLength(1);
  const other = client.session.signIn("Bob", "secret");
  const reply = { userUUID: BOB, accessKey: "key" };
  connections.last.answer({ type: "authorized", authorized: reply }, "signIn");
  await other;
  expect(client.drafts.get("")).toBe("");
  expect(client.outbox.pending.value).toEqual([]);
});

describe("mentions of which some were read on another device", () => {
  const general = { recipientUUID: "", total: 8, unread: 4, mentions: 3, firstMention: 5 };
  const read = (seq: number) =>
    connections.last.say({ type: "channelRead", channelRead: { recipientUUID: "", seq } });
  const asked = () => connections.last.requests("inbox").length;
  const left = () => client.channels.get("").mentions;

  beforeEach(async () => {
    connections.last.ready();
    await authorized();
    await told([general]);
    await page(messages(1, 8));
  });

  test("are counted by the server, by one request a second until it has told", async () => {
    const before = asked();
    read(5);
    read(6);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked()).toBe(before + 1);
    const inbox = { channels: [{ ...general, unread: 2, mentions: 2, firstMention: 7 }] };
    connections.last.answer({ type: "inbox", inbox });
    await settled();
    expect(left()).toBe(2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked()).toBe(before + 1);
  });

  test("are counted without a request where none or all were read", async () => {
    const before = asked();
    read(4);
    await vi.advanceTimersByTimeAsync(2000);
    expect(left()).toBe(3);
    read(8);
    await vi.advanceTimersByTimeAsync(2000);
    expect(left()).toBeUndefined();
    expect(asked()).toBe(before);
  });
});

test("a message says whom it mentions, and who isn't in its channel is told once", async () => {
  await admitted(messages(1, 8));
  client.send("@Bob", GENERAL, undefined, { mentions: [BOB], mentionAll: true });
  const [sent] = connections.last.requests("channelMessage");
  expect(sent?.channelMessage).toMatchObject({ mentions: [BOB], mentionAll: true });
  const stored = message(9, { SenderUUID: ME, NotMembers: [user(BOB)] });
  connections.last.answer({ type: "channelMessage", channelMessage: stored });
  await settled();
  expect(client.incoming.notMembers.value).toEqual(stored);
});
