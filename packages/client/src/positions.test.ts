/** A second run goes on where the first one stopped, and handles nothing twice that was handled. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ChatOptions } from "./chat.ts";
import type { Positions } from "./positions.ts";
import { BOB, Conversation, ME, message, messages, settled } from "./testing/index.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function heardBy(talk: Conversation): string[] {
  const heard: string[] = [];
  talk.chat.onMessage = ({ RecipientUUID, Seq }) =>
    void heard.push(`${RecipientUUID && "private "}${Seq}`);
  talk.chat.onReset = () => void heard.push("reset");
  return heard;
}

const resumed = (positions: Positions, more: ChatOptions = {}) =>
  new Conversation({ ...more, positions });

test("positions are there after the sign-in, and after each handled message", async () => {
  const talk = new Conversation();
  const told: Positions[] = [];
  talk.chat.onPositions = (positions) => told.push(positions);
  await talk.signIn(5, "one");
  talk.live(message(6), message(1, { RecipientUUID: ME }));
  expect(told).toEqual([
    { epoch: "one", channels: { "": 5 } },
    { epoch: "one", channels: { "": 6 } },
    { epoch: "one", channels: { "": 6, [BOB]: 1 } },
  ]);
  expect(talk.chat.positions).toEqual(told[2]);
});

test("the next run reads what was said meanwhile, also in a channel that is new", async () => {
  const talk = resumed({ epoch: "one", channels: { "": 5 } });
  const heard = heardBy(talk);
  await talk.signIn(7, "one");
  expect(talk.connections.last.requests("channelMessages")[0]?.channelMessages.after).toBe(5);
  talk.live(message(8), message(1, { RecipientUUID: ME }));
  await talk.page(message(6), message(7));
  expect(heard).toEqual(["private 1", "6", "7", "8"]);
});

test.each([
  ["another epoch", "two", 9],
  ["a smaller total", "one", 3],
])("%s is told, and the run begins at the end", async (_, epoch, total) => {
  const talk = resumed({ epoch: "one", channels: { "": 5 } });
  const heard = heardBy(talk);
  await talk.signIn(total, epoch);
  talk.live(message(total + 1));
  expect(heard).toEqual(["reset", `${total + 1}`]);
});

test("a message counts as handled when its promise has settled, and the next one waits for that", async () => {
  const talk = new Conversation();
  const done: (() => void)[] = [];
  talk.chat.onMessage = () => new Promise<void>((resolve) => done.push(resolve));
  await talk.signIn();
  talk.live(message(1), message(2));
  await settled();
  expect(done).toHaveLength(1);
  expect(talk.chat.positions?.channels).toEqual({ "": 0 });
  done[0]?.();
  await settled();
  expect(done).toHaveLength(2);
  expect(talk.chat.positions?.channels).toEqual({ "": 1 });
});

test("more than can wait is read from the history, once there is room", async () => {
  const talk = new Conversation();
  const heard: number[] = [];
  let first = () => {};
  talk.chat.onMessage = ({ Seq }) => {
    heard.push(Seq);
    return Seq === 1 ? new Promise<void>((resolve) => (first = resolve)) : undefined;
  };
  await talk.signIn();
  talk.live(...messages(1, 1500));
  first();
  for (let turn = 0; turn < 20; turn++) await settled();
  const from = heard.length + 1;
  expect(from).toBeLessThan(1500);
  for (let next = from; next <= 1500; next += 100) {
    const asked = talk.connections.last.requests("channelMessages").at(-1);
    expect(asked?.channelMessages.after).toBe(next - 1);
    await talk.page(...messages(next, Math.min(1500, next + 99)));
  }
  expect(heard).toEqual(messages(1, 1500).map(({ Seq }) => Seq));
});

test("a page that can't be read now is asked for again", async () => {
  const talk = resumed({ channels: { "": 0 } });
  const heard = heardBy(talk);
  await talk.signIn(1);
  talk.connections.last.refuse("channelMessages", 30);
  await vi.advanceTimersByTimeAsync(2000);
  await talk.page(message(1));
  expect(heard).toEqual(["1"]);
});
