/** Channels that the user marks as unread: told until the server takes it, and put back where it is refused. */
import { ErrorCode, type InboxChannel, Socket } from "@chinwag/client";
import { Connections, ME, messages, user } from "@chinwag/client/testing";
import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryStore } from "../testing/memory-store";
import { unreadOf } from "./channel";
import { Client } from "./client";
import { SESSION_KEY } from "./session";

const PAGE = messages(1, 9).reverse();

let connections: Connections;
let client: Client;

beforeEach(async () => {
  vi.useFakeTimers();
  connections = new Connections();
  const stores = { browser: memoryStore(), page: memoryStore() };
  stores.browser.write(SESSION_KEY, { accessKey: "key", userUUID: ME, username: "Ada" });
  const { connect } = connections;
  const socket = new Socket("ws://there/ws", { connect, holder: (link) => signal(link) });
  client = new Client(socket, stores, signal(""));
  socket.start(client);
  await admitted();
});
afterEach(() => {
  client.socket.stop();
  vi.useRealTimers();
});

const settled = () => vi.advanceTimersByTimeAsync(0);

/** The server says everything to a page that comes; nothing is marked. */
async function admitted(): Promise<void> {
  const { last } = connections;
  last.ready();
  last.answer({ type: "authorized", authorized: { userUUID: ME, accessKey: "key" } }, "signIn");
  await settled();
  inboxTold();
  last.answer({ type: "users", users: { total: 1, received: 1, users: [user(ME)] } });
  await settled();
  const view = { recipientUUID: "", rev: 0, messages: PAGE, users: [], usersTotal: 1 };
  last.answer({ type: "channelJoin", channelJoin: view });
  const page = { recipientUUID: "", total: 9, received: 9, rev: 0, messages: PAGE };
  if (last.requests("channelMessages").length > 0)
    last.answer({ type: "channelMessages", channelMessages: page });
  await settled();
}

function inboxTold(): void {
  const channel: InboxChannel = { recipientUUID: "", total: 9, unread: 0, rev: 0 };
  connections.last.answer({ type: "inbox", inbox: { channels: [channel] } });
}

async function dropped(): Promise<void> {
  connections.last.drop("retry=20", 1012);
  await vi.advanceTimersByTimeAsync(20);
}

const marks = () => connections.last.requests("channelPrefs").map((sent) => sent.channelPrefs);
const unread = () => unreadOf(client.channels.get(""));

test.each(["on its way", "marked without a connection"])(
  "%s: it stays marked, and the next connection tells it",
  async (when) => {
    if (when === "on its way") client.reading.markUnread(8);
    connections.last.drop("retry=20", 1012);
    if (when !== "on its way") client.reading.markUnread(8);
    expect(unread()).toBe(2);
    await vi.advanceTimersByTimeAsync(20);
    await admitted();
    expect(unread()).toBe(2);
    expect(marks()).toEqual([{ recipientUUID: "", unreadFrom: 8 }]);
    connections.last.answer({
      type: "channelPrefs",
      channelPrefs: { recipientUUID: "", unreadFrom: 8, level: "all" },
    });
    await settled();
    await dropped();
    await admitted();
    expect([marks(), unread()]).toEqual([[], 0]);
  },
);

test("refused: the page says so, asks what is marked, and reads on", async () => {
  client.reading.opened("");
  client.reading.markUnread(8);
  connections.last.refuse("channelPrefs", ErrorCode.NotAllowed);
  await settled();
  expect(client.changes.refused.value?.change.type).toBe("channelPrefs");
  expect(client.reading.newFrom.value).toBeUndefined();
  inboxTold();
  await settled();
  expect(unread()).toBe(0);
});
