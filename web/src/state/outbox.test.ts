/** What is sent: in order, once, kept over losses, and refused without holding up the rest. */

import { Disconnected, type NewMessage, Refusal, type Socket } from "@chinwag/client";
import { ME, message } from "@chinwag/client/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { memoryStore } from "../testing/memory-store";
import { Clock } from "./clock";
import type { Store } from "./kept";
import { Outbox } from "./outbox";

interface Sent extends NewMessage {
  store(): Promise<void>;
  fail(error: unknown): Promise<void>;
}

let sent: Sent[];
let kept: Store;
let clock: Clock;
let earlier: Store;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  kept = memoryStore();
  clock = new Clock();
  earlier = memoryStore();
});
afterEach(() => vi.useRealTimers());

function newOutbox(): Outbox {
  const request = ({ channelMessage }: { channelMessage: NewMessage }) =>
    new Promise((resolve, reject) => {
      const settled = () => vi.advanceTimersByTimeAsync(0).then(() => undefined);
      sent.push({
        ...channelMessage,
        store: () => {
          const { clientUUID } = channelMessage;
          const stored = message(sent.length, {
            SenderUUID: ME,
            ...(clientUUID !== undefined && { clientUUID }),
          });
          resolve({ type: "channelMessage", channelMessage: stored });
          return settled();
        },
        fail: (error) => {
          reject(error);
          return settled();
        },
      });
    });
  return new Outbox({ request: request as unknown as Socket["request"] }, kept, clock, earlier);
}

function texts(outbox: Outbox): string[] {
  return outbox.pending.value.map(({ text }) => text);
}

describe("an outbox", () => {
  test("shows at once, and sends one after the other", async () => {
    const outbox = newOutbox();
    outbox.start();
    outbox.add("", "one");
    outbox.add("bob", "two");
    expect(texts(outbox)).toEqual(["one", "two"]);
    expect(sent.map(({ message: text }) => text)).toEqual(["one"]);
    await sent[0]?.store();
    expect(texts(outbox)).toEqual(["two"]);
    expect(sent[1]).toMatchObject({ message: "two", recipientUUID: "bob" });
    await sent[1]?.store();
    expect(texts(outbox)).toEqual([]);
  });

  test("sends nothing without a connection", async () => {
    const outbox = newOutbox();
    outbox.add("", "early");
    expect(sent).toEqual([]);
    outbox.start();
    expect(sent).toHaveLength(1);
    outbox.stop();
    await sent[0]?.store();
    outbox.add("", "late");
    expect(sent).toHaveLength(1);
  });

  test("sends again with the same clientUUID after a lost connection", async () => {
    const outbox = newOutbox();
    outbox.start();
    outbox.add("", "one");
    outbox.add("", "two");
    await sent[0]?.fail(new Disconnected());
    expect(texts(outbox)).toEqual(["one", "two"]);
    expect(sent).toHaveLength(1);
    outbox.start();
    expect(sent[1]?.clientUUID).toBe(sent[0]?.clientUUID);
    expect(sent[1]?.clientUUID).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
    await sent[1]?.store();
    expect(sent[2]?.message).toBe("two");
  });

  test("sends again what came too late for a session that the server ended", async () => {
    const outbox = newOutbox();
    outbox.start();
    outbox.add("", "one");
    await sent[0]?.fail(new Refusal(20, "channelMessage", "sign in first"));
    expect(outbox.pending.value[0]?.refused).toBeUndefined();
    expect(sent).toHaveLength(1);
    outbox.start();
    expect(sent[1]?.clientUUID).toBe(sent[0]?.clientUUID);
  });

  test("keeps what was not sent over a reload", () => {
    newOutbox().add("", "before the reload");
    const outbox = newOutbox();
    expect(texts(outbox)).toEqual(["before the reload"]);
    outbox.start();
    expect(sent).toHaveLength(1);
  });

  test("drops what the server has, though the reply itself was lost", async () => {
    const outbox = newOutbox();
    outbox.start();
    outbox.add("", "one");
    const clientUUID = sent[0]?.clientUUID ?? "";
    await sent[0]?.fail(new Disconnected());
    outbox.takeMessage(message(1, { SenderUUID: ME, clientUUID }));
    expect(texts(outbox)).toEqual([]);
    outbox.start();
    expect(sent).toHaveLength(1);
  });

  test("marks what is refused, and goes on with the next", async () => {
    const outbox = newOutbox();
    outbox.start();
    outbox.add("", "too long");
    outbox.add("", "fine");
    const told = { code: 7, payload: "channelMessage", message: "too long" };
    await sent[0]?.fail(new Refusal(told.code, told.payload, told.message));
    expect(outbox.pending.value[0]?.refused).toEqual(told);
    expect(sent[1]?.message).toBe("fine");
    await sent[1]?.store();
    expect(texts(outbox)).toEqual(["too long"]);
  });

  test("tries a refused one again when asked to, and forgets it when told to", async () => {
    const outbox = newOutbox();
    outbox.start();
    outbox.add("", "refused");
    await sent[0]?.fail(new Refusal(7, "channelMessage", "no"));
    const clientUUID = sent[0]?.clientUUID ?? "";
    outbox.retry(clientUUID);
    expect(outbox.pending.value[0]?.refused).toBeUndefined();
    expect(sent[1]?.clientUUID).toBe(clientUUID);
    await sent[1]?.fail(new Refusal(7, "channelMessage", "no"));
    outbox.discard(clientUUID);
    expect(texts(outbox)).toEqual([]);
  });

  test("waits as long as the server asks for, and shows no failure", async () => {
    const outbox = newOutbox();
    outbox.start();
    outbox.add("", "fast");
    await sent[0]?.fail(new Refusal(22, "3", "too many requests"));
    expect(outbox.pending.value[0]?.refused).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2999);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toHaveLength(2);
  });

  test("waits for a store that is unavailable", async () => {
    const outbox = newOutbox();
    outbox.start();
    outbox.add("", "later");
    await sent[0]?.fail(new Refusal(30, "channelMessage", "try again"));
    await vi.advanceTimersByTimeAsync(2000);
    await sent[1]?.store();
    expect(texts(outbox)).toEqual([]);
  });

  test("reconnecting while it waits never sends the same twice at a time", async () => {
    const outbox = newOutbox();
    outbox.start();
    outbox.add("", "one");
    await sent[0]?.fail(new Refusal(22, "3", "too many requests"));
    outbox.stop();
    outbox.start();
    await vi.advanceTimersByTimeAsync(3000);
    expect(sent).toHaveLength(2);
  });
});

describe("an outbox of several pages", () => {
  const record = (outbox: Outbox) => `chinwag.outbox.${outbox.pending.value[0]?.clientUUID}`;

  test("keeps the order in which they were written over a reload", () => {
    const outbox = newOutbox();
    const written = Array.from({ length: 20 }, (_, n) => `message ${n}`);
    for (const text of written) outbox.add("", text);
    expect(texts(newOutbox())).toEqual(written);
  });

  test("takes over what a closed page left", () => {
    const [closed, other] = [newOutbox(), newOutbox()];
    other.start();
    closed.add("", "on the train");
    other.changedElsewhere(record(closed));
    expect(texts(other)).toEqual([]);
    closed.leave();
    other.changedElsewhere(record(closed));
    expect(texts(other)).toEqual(["on the train"]);
    expect(sent[0]?.clientUUID).toBe(closed.pending.value[0]?.clientUUID);
  });

  test("forgets what another page sent or discarded", () => {
    const outbox = newOutbox();
    outbox.add("", "shown in both");
    const [name, other] = [record(outbox), newOutbox()];
    outbox.discard(outbox.pending.value[0]?.clientUUID ?? "");
    other.changedElsewhere(name);
    expect(texts(other)).toEqual([]);
  });

  test("asks before it sends what was left for long", () => {
    newOutbox().add("", "from yesterday");
    vi.setSystemTime(Date.now() + 13 * 3_600_000);
    const outbox = newOutbox();
    outbox.start();
    expect(outbox.pending.value[0]?.refused).toBe("left");
    expect(sent).toEqual([]);
    outbox.retry(outbox.pending.value[0]?.clientUUID ?? "");
    expect(sent[0]?.message).toBe("from yesterday");
  });

  test("takes what 0.1.0 kept for one page", () => {
    const was = { clientUUID: "of 0.1.0", channel: "", text: "before the update", at: Date.now() };
    earlier.write("chinwag.outbox", [was]);
    expect(texts(newOutbox())).toEqual(["before the update"]);
    expect(texts(newOutbox())).toEqual(["before the update"]);
  });

  test("isn't safe where the browser refuses to keep it", () => {
    expect(newOutbox().safe).toBe(true);
    kept = { read: () => undefined, write: () => undefined, names: () => [] };
    const outbox = newOutbox();
    expect(outbox.safe).toBe(true);
    outbox.add("", "only here");
    expect(outbox.safe).toBe(false);
  });
});

test("the limit of a server that doesn't tell it is learnt from its refusal", async () => {
  const outbox = newOutbox();
  outbox.start();
  outbox.add("", "🦊🦊🦊🦊");
  const sentence = (most: number) => `A message has ${most} characters at the most.`;
  await sent[0]?.fail(new Refusal(7, "channelMessage", sentence(4)));
  expect(outbox.longest.value).toBeUndefined();
  outbox.retry(sent[0]?.clientUUID ?? "");
  await sent[1]?.fail(new Refusal(7, "channelMessage", sentence(3)));
  expect(outbox.longest.value).toBe(3);
  expect(outbox.pending.value[0]?.refused).toEqual({ longest: 3 });
});

test("what is sent has the server's time, as far as it is known", () => {
  const outbox = newOutbox();
  const there = Date.now() + 86_400_000;
  clock.learn(there);
  outbox.add("", "tomorrow here, today there");
  expect(outbox.pending.value[0]?.at).toBe(there);
});
