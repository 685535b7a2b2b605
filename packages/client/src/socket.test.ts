/** Connecting, losing, coming back, and who gets which reply. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Disconnected, Refusal } from "./errors.ts";
import type { Outgoing } from "./protocol.gen.ts";
import { askedWait, nextWait, Socket, type SocketListener } from "./socket.ts";
import { Connections } from "./testing/connection.ts";
import { message } from "./testing/messages.ts";

class Listener implements SocketListener {
  readonly heard: string[] = [];
  readonly batches: Outgoing[][] = [];
  ready(): void {
    this.heard.push("ready");
  }
  lost(_: Disconnected): void {
    this.heard.push("lost");
  }
  frames(frames: Outgoing[]): void {
    this.batches.push(frames);
  }
}

/** As a page does with its pictures. */
function schedule(flush: () => void): () => void {
  const timer = setTimeout(flush, 200);
  return () => clearTimeout(timer);
}

let connections: Connections;
let listener: Listener;
let socket: Socket;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  connections = new Connections();
  listener = new Listener();
  socket = new Socket("ws://there/ws", { connect: connections.connect, schedule });
  socket.start(listener);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function ready(): void {
  connections.last.ready();
}

function nameless(code: number): void {
  connections.last.say({ type: "error", error: { code, error: "no", payload: "" } });
}

describe("waits", () => {
  test("double, up to half a minute", () => {
    expect([0, 1, 2, 3, 20].map((attempts) => nextWait(attempts, 1))).toEqual([
      500, 1000, 2000, 4000, 30_000,
    ]);
  });

  test("differ between clients, and are never less than half", () => {
    expect(nextWait(3, 0)).toBe(2000);
    expect(nextWait(3, 0.5)).toBe(3000);
  });

  test("are what the server asked for", () => {
    expect(askedWait("retry=1500")).toBe(1500);
    expect(askedWait("shutting down; retry=20")).toBe(20);
    expect(askedWait("")).toBeUndefined();
    expect(askedWait("retry=99999999")).toBeUndefined();
  });
});

describe("a connection", () => {
  test("is open when the server says that it is ready, not before", () => {
    expect(socket.link.value.state).toBe("connecting");
    ready();
    expect(socket.link.value.state).toBe("open");
    expect(listener.heard).toEqual(["ready"]);
  });

  test("that ends is made again after a wait that grows with each failure", () => {
    for (const wait of [500, 1000, 2000]) {
      connections.last.drop();
      expect(socket.link.value).toEqual({ state: "waiting", until: Date.now() + wait });
      const before = connections.all.length;
      vi.advanceTimersByTime(wait - 1);
      expect(connections.all.length).toBe(before);
      vi.advanceTimersByTime(1);
      expect(connections.all.length).toBe(before + 1);
    }
  });

  test("that was good for a while makes the waits small again", () => {
    connections.last.drop();
    vi.advanceTimersByTime(500);
    ready();
    vi.advanceTimersByTime(6000);
    connections.last.drop();
    expect(socket.link.value).toEqual({ state: "waiting", until: Date.now() + 500 });
  });

  test("that was good for a while makes them small again, though the clock was set back meanwhile", () => {
    connections.last.drop();
    vi.advanceTimersByTime(500);
    ready();
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(6000);
    connections.last.drop();
    expect(socket.link.value).toEqual({ state: "waiting", until: Date.now() + 500 });
  });

  test.each([1001, 1008, 1012])("that ends with %i and a wait is made again after it", (code) => {
    ready();
    connections.last.drop("the reason; retry=7000", code);
    expect(socket.link.value).toEqual({ state: "waiting", until: Date.now() + 7000 });
  });

  test("that never becomes ready is given up", () => {
    const first = connections.last;
    vi.advanceTimersByTime(10_000);
    expect(first.closed).toBe(true);
    expect(socket.link.value.state).toBe("waiting");
  });

  test("that is silent is asked for a sign of life, and is lost without one", () => {
    ready();
    vi.advanceTimersByTime(20_000);
    expect(connections.last.requests("ping")).toHaveLength(1);
    connections.last.answer({ type: "pong" }, "ping");
    vi.advanceTimersByTime(20_000);
    expect(connections.last.requests("ping")).toHaveLength(2);
    vi.advanceTimersByTime(10_000);
    expect(listener.heard).toEqual(["ready", "lost"]);
  });

  test("that was replaced is not listened to", () => {
    const first = connections.last;
    first.drop();
    vi.advanceTimersByTime(500);
    first.ready();
    expect(socket.link.value.state).toBe("connecting");
  });

  test("is tried at once when the page wakes", () => {
    connections.last.drop();
    socket.wake();
    expect(connections.all).toHaveLength(2);
    vi.advanceTimersByTime(60_000 - 1);
    expect(socket.link.value.state).not.toBe("open");
  });
});

describe("a request", () => {
  test("gets its own reply, whatever comes between", async () => {
    ready();
    const first = socket.request({ type: "users" });
    const second = socket.request({ type: "inbox" });
    const users = { total: 0, received: 0, users: [] };
    connections.last.answer({ type: "inbox", inbox: { channels: [] } });
    connections.last.answer({ type: "users", users });
    expect((await second).inbox.channels).toEqual([]);
    expect((await first).users).toEqual(users);
  });

  test("is refused with the server's code", async () => {
    ready();
    const refused = socket.request({ type: "inbox" });
    connections.last.refuse("inbox", 30, "inbox");
    await expect(refused).rejects.toEqual(new Refusal(30, "inbox", "no"));
  });

  test("fails when the connection ends, and at once when there is none", async () => {
    ready();
    const waiting = socket.request({ type: "inbox" });
    connections.last.drop();
    await expect(waiting).rejects.toBeInstanceOf(Disconnected);
    await expect(socket.request({ type: "inbox" })).rejects.toBeInstanceOf(Disconnected);
  });

  test("is refused without being sent where it is too large for any connection", async () => {
    ready();
    const message = "é".repeat(600_000);
    const channelMessage = { recipientUUID: "", message };
    const large = socket.request({ type: "channelMessage", channelMessage });
    await expect(large).rejects.toMatchObject({ name: "Refusal", code: 23 });
    expect(connections.last.sent).toEqual([]);
  });

  test.each([
    ["a nameless error 23", () => nameless(23)],
    ["close code 1009", () => connections.last.drop("", 1009)],
  ])("takes %s as its own refusal, if it is the longest", async (_, refuse) => {
    ready();
    const short = socket.request({ type: "inbox" });
    const channelMessage = { recipientUUID: "", message: "x".repeat(70_000) };
    const large = socket.request({ type: "channelMessage", channelMessage });
    refuse();
    await expect(large).rejects.toMatchObject({ name: "Refusal", code: 23 });
    connections.last.drop();
    await expect(short).rejects.toMatchObject({ name: "Disconnected" });
  });

  test("is no matter of another nameless error", async () => {
    ready();
    const waiting = socket.request({ type: "inbox" });
    nameless(1);
    connections.last.answer({ type: "inbox", inbox: { channels: [] } });
    expect((await waiting).inbox.channels).toEqual([]);
  });

  test("that needs no reply is dropped without a connection", () => {
    socket.tell({ type: "ping" });
    expect(connections.last.sent).toEqual([]);
    ready();
    socket.tell({ type: "ping" });
    expect(connections.last.sent).toEqual([{ type: "ping" }]);
  });
});

describe("frames", () => {
  test("that come together are handed on together, with the next picture", () => {
    ready();
    for (const seq of [1, 2, 3]) {
      connections.last.say({ type: "channelMessage", channelMessage: message(seq) });
    }
    expect(listener.batches).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(listener.batches.map((batch) => batch.length)).toEqual([3]);
  });

  test("that came before a reply are handed on before it", async () => {
    ready();
    const reply = socket.request({ type: "inbox" });
    connections.last.say({ type: "channelMessage", channelMessage: message(1) });
    connections.last.answer({ type: "inbox", inbox: { channels: [] } });
    await reply;
    expect(listener.batches.map((batch) => batch.map(({ type }) => type))).toEqual([
      ["channelMessage", "inbox"],
    ]);
  });

  test("that came before the connection ended are not lost", () => {
    ready();
    connections.last.say({ type: "channelMessage", channelMessage: message(1) });
    connections.last.drop();
    expect(listener.batches).toHaveLength(1);
  });
});

describe("a listener that throws", () => {
  test("holds up no reply and no return, and what it throws is reported", async () => {
    const reported: unknown[] = [];
    const fails = () => {
      throw new Error("a typo");
    };
    socket.stop();
    const onError = (error: unknown) => reported.push(error);
    socket = new Socket("ws://there/ws", { connect: connections.connect, onError });
    socket.start({ ready: fails, lost: fails, frames: fails });
    ready();
    const reply = socket.request({ type: "inbox" });
    connections.last.answer({ type: "inbox", inbox: { channels: [] } });
    expect((await reply).inbox.channels).toEqual([]);
    connections.last.drop();
    vi.advanceTimersByTime(500);
    ready();
    expect(socket.link.value.state).toBe("open");
    expect(reported).toHaveLength(4);
  });

  test("is passed over by what is no frame", () => {
    ready();
    connections.last.onmessage?.({ data: "no JSON" });
    connections.last.onmessage?.({ data: "null" });
    expect(socket.link.value.state).toBe("open");
  });
});
