/** Every promise settles, with an error that has a name, however the chat ends; and no handler's mistake stops it. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Chat } from "./chat.ts";
import { BOB, Conversation, ME, message, settled } from "./testing/index.ts";

const AS = { username: "Ada", password: "secret" };

let talk: Conversation;
let chat: Chat;
beforeEach(() => {
  vi.useFakeTimers();
  talk = new Conversation();
  chat = talk.chat;
});
afterEach(() => vi.useRealTimers());

describe("a first sign-in", () => {
  test("fails when the server can't be reached, and says why", async () => {
    const signedIn = chat.signIn(AS);
    talk.connections.last.onerror?.({ message: "Unexpected server response: 403" });
    talk.connections.last.drop();
    await expect(signedIn).rejects.toMatchObject({
      name: "Unreachable",
      message: expect.stringMatching(/ws:\/\/there\/ws.*403/),
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(talk.connections.all).toHaveLength(1);
  });

  test("fails when the other end never says that it is ready", async () => {
    const signedIn = expect(chat.signIn(AS)).rejects.toMatchObject({ name: "Unreachable" });
    await vi.advanceTimersByTimeAsync(10_000);
    await signedIn;
  });

  test("fails when the connection ends before the answer", async () => {
    const signedIn = chat.signIn(AS);
    talk.connections.last.ready();
    talk.connections.last.drop();
    await expect(signedIn).rejects.toMatchObject({ name: "Unreachable" });
  });

  test("fails when the WebSocket can't be made", async () => {
    const WebSocket = class {
      constructor() {
        throw new Error("no insecure connection from a secure page");
      }
    } as never;
    const signedIn = new Chat("localhost:5000", { WebSocket }).signIn(AS);
    await expect(signedIn).rejects.toMatchObject({
      name: "Unreachable",
      message: expect.stringContaining("secure page"),
    });
  });

  test("fails with a wrong address", async () => {
    const signedIn = new Chat("http://me:secret@there").signIn(AS);
    await expect(signedIn).rejects.toMatchObject({ name: "WrongAddress" });
  });

  test.each([4, 22, 30])("fails with the refusal %i, and may be repeated", async (code) => {
    const signedIn = chat.signIn(AS);
    talk.connections.last.ready();
    talk.connections.last.refuse("signIn", code);
    await expect(signedIn).rejects.toMatchObject({ name: "Refusal", code });
    await talk.signIn();
    expect(chat.link).toEqual({ state: "live" });
  });

  test("goes on by its key when only the inbox can't be read yet", async () => {
    const signedUp = chat.signUp(AS);
    talk.connections.last.ready();
    const authorized = { userUUID: ME, accessKey: "key" };
    talk.connections.last.answer({ type: "authorized", authorized }, "signUp");
    await settled();
    talk.connections.last.refuse("inbox", 30);
    await vi.advanceTimersByTimeAsync(2000);
    expect(talk.connections.last.requests("signUp")).toHaveLength(1);
    await talk.admit(0);
    await signedUp;
  });

  test("fails when the chat is closed, and a second one while it is under way", async () => {
    const signedIn = chat.signIn(AS);
    await expect(chat.signIn(AS)).rejects.toThrow("signed in");
    chat.close();
    await expect(signedIn).rejects.toMatchObject({ name: "Closed" });
  });
});

describe("a send", () => {
  test.each([
    ["Closed", () => chat.close()],
    ["SignedOut", () => talk.connections.last.say({ type: "signOut", signOut: { uuid: ME } })],
  ])("fails with %s, also one that is made after that", async (name, end) => {
    await talk.signIn();
    const [first, second] = [chat.send("", "one"), chat.send("", "two")];
    end();
    for (const sent of [first, second, chat.send("", "three")]) {
      await expect(sent).rejects.toMatchObject({ name });
    }
    await expect(chat.request({ type: "inbox" })).rejects.toMatchObject({ name: "Disconnected" });
    expect(chat.link).toMatchObject({ state: "ended", why: { name } });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("that waits for its turn keeps no timer behind when the chat is closed", async () => {
    await talk.signIn();
    const sent = expect(chat.send("", "one")).rejects.toMatchObject({ name: "Closed" });
    talk.connections.last.refuse("channelMessage", 22, "3600");
    await settled();
    chat.close();
    await sent;
    expect(vi.getTimerCount()).toBe(0);
  });

  test("that is too large fails, and the next one is sent", async () => {
    await talk.signIn();
    const large = chat.send("", "x".repeat(2_000_000));
    const small = chat.send("", "small");
    await expect(large).rejects.toMatchObject({ name: "Refusal", code: 23 });
    await settled();
    talk.connections.last.answer({ type: "channelMessage", channelMessage: message(1) });
    expect((await small).Seq).toBe(1);
  });

  test("that ends the connection with 1009 fails, and is not repeated on the next one", async () => {
    await talk.signIn();
    const large = expect(chat.send("", "x".repeat(70_000))).rejects.toMatchObject({ code: 23 });
    const small = chat.send("", "small");
    talk.connections.last.drop("retry=20", 1009);
    await large;
    await vi.advanceTimersByTimeAsync(20);
    await talk.admit(0);
    const [sent] = talk.connections.last.requests("channelMessage");
    expect(sent?.channelMessage.message).toBe("small");
    talk.connections.last.answer({ type: "channelMessage", channelMessage: message(1) });
    expect((await small).Seq).toBe(1);
  });

  test("takes a clientUUID of one's own, also in a reply", async () => {
    await talk.signIn();
    void chat.reply(message(1, { SenderUUID: BOB, RecipientUUID: ME }), "yes", "answer 1");
    const [sent] = talk.connections.last.requests("channelMessage");
    expect(sent?.channelMessage).toEqual({
      recipientUUID: BOB,
      message: "yes",
      clientUUID: "answer 1",
    });
  });
});

test("one's own sign-out resolves, and ends the chat", async () => {
  const reasons: string[] = [];
  chat.onSignedOut = ({ name }) => reasons.push(name);
  await talk.signIn();
  expect(chat.accessKey).toBe("key");
  const out = chat.signOut();
  talk.connections.last.answer({ type: "signOut", signOut: { uuid: ME } });
  await out;
  expect(reasons).toEqual(["SignedOut"]);
});

test("a key that has lapsed signs out, with the refusal as its cause", async () => {
  const reasons: unknown[] = [];
  chat.onSignedOut = (reason) => reasons.push(reason);
  await talk.signIn();
  talk.connections.last.drop();
  await vi.advanceTimersByTimeAsync(1000);
  talk.connections.last.ready();
  talk.connections.last.refuse("signIn", 4);
  await settled();
  expect(reasons).toMatchObject([{ name: "SignedOut", cause: { name: "Refusal", code: 4 } }]);
});

test("a handler that throws is reported, and holds up no reply, no message and no return", async () => {
  const errors: unknown[] = [];
  const heard: number[] = [];
  const typo = () => {
    throw new Error("a typo");
  };
  chat.onError = (error) => errors.push(error);
  chat.onMessage = ({ Seq }) => {
    heard.push(Seq);
    return Seq === 1 ? typo() : Promise.reject(new Error("later"));
  };
  chat.onLink = chat.onNews = chat.onInbox = typo;
  await talk.signIn();
  const sent = chat.send("", "one");
  talk.connections.last.answer({ type: "channelMessage", channelMessage: message(1) });
  await sent;
  talk.live(message(2), message(3));
  const sys = { type: "presence", presence: { online: 2000 } } as const;
  talk.connections.last.say({ type: "sys", sys });
  await settled();
  expect(heard).toEqual([1, 2, 3]);
  // Two links, an inbox, three messages, one piece of news.
  expect(errors).toHaveLength(7);
  expect(chat.link).toEqual({ state: "live" });
});

test("tells how the connection is, and what is no message", async () => {
  const links: string[] = [];
  const news: string[] = [];
  chat.onLink = ({ state }) => links.push(state);
  chat.onNews = ({ type }) => news.push(type);
  await talk.signIn();
  const read = { recipientUUID: "", seq: 3 };
  const marked = chat.markRead("", 3);
  talk.connections.last.answer({ type: "channelRead", channelRead: read });
  await marked;
  talk.connections.last.say({ type: "channelRead", channelRead: read });
  const channelTyping = { recipientUUID: "", userUUID: BOB };
  talk.connections.last.say({ type: "channelTyping", userUUID: BOB, channelTyping });
  talk.connections.last.drop("going away; retry=20", 1001);
  expect(chat.link).toMatchObject({ state: "waiting", why: { name: "Disconnected", code: 1001 } });
  await vi.advanceTimersByTimeAsync(20);
  await talk.admit(0);
  chat.close();
  expect(links).toEqual(["connecting", "live", "waiting", "connecting", "live", "ended"]);
  expect(news).toEqual(["channelRead", "channelTyping"]);
});

test("joins its channel again after a return", async () => {
  await talk.signIn();
  const joined = chat.join(BOB);
  const channelJoin = { recipientUUID: BOB, messages: [], users: [], usersTotal: 0 };
  talk.connections.last.answer({ type: "channelJoin", channelJoin });
  await joined;
  talk.connections.last.drop("retry=20");
  await vi.advanceTimersByTimeAsync(20);
  await talk.admit(0);
  expect(talk.connections.last.requests("channelJoin")).toHaveLength(1);
});
