/** A bot's view: every message once and in order, over lost connections, holes, repeats and refusals. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Chat } from "./chat.ts";
import type { Message } from "./protocol.gen.ts";
import { Refusal } from "./socket.ts";
import { BOB, Connections, ME, message } from "./testing/index.ts";

let connections: Connections;
let chat: Chat;
let heard: string[];

beforeEach(() => {
  vi.useFakeTimers();
  connections = new Connections();
  const WebSocket = class {
    constructor() {
      // biome-ignore lint/correctness/noConstructorReturn: the double is made elsewhere
      return connections.connect();
    }
  } as unknown as new () => ReturnType<Connections["connect"]>;
  chat = new Chat("ws://there/ws", { WebSocket });
  heard = [];
  chat.onMessage = ({ RecipientUUID, Seq }) => heard.push(`${RecipientUUID && "private "}${Seq}`);
});
afterEach(() => vi.useRealTimers());

const settled = () => vi.advanceTimersByTimeAsync(0);

/** What the server says to a sign-in, with this many messages in General. */
async function admitted(total: number): Promise<void> {
  connections.last.ready();
  connections.last.answer(
    { type: "authorized", authorized: { userUUID: ME, accessKey: "key" } },
    "signIn",
  );
  await settled();
  const channels = [{ recipientUUID: "", total, unread: 0 }];
  connections.last.answer({ type: "inbox", inbox: { channels } });
  await settled();
}

function live(...messages: Message[]): void {
  for (const channelMessage of messages) {
    connections.last.say({ type: "channelMessage", channelMessage });
  }
}

async function page(...messages: Message[]): Promise<void> {
  const channelMessages = { recipientUUID: "", total: 9, received: messages.length, messages };
  connections.last.answer({ type: "channelMessages", channelMessages });
  await settled();
}

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

test("a wrong password fails the sign-in, and nothing comes back", async () => {
  const signedIn = chat.signIn({ username: "Ada", password: "wrong" });
  connections.last.ready();
  const refused = expect(signedIn).rejects.toMatchObject({ code: 4 });
  connections.last.refuse("signIn", 4);
  await refused;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(connections.all).toHaveLength(1);
});
