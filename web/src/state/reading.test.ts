/** Read marks to the server, and the "new messages" line. */

import { ErrorCode, Refusal, type RequestBody, type Socket } from "@chinwag/client";
import { BOB, ME, message } from "@chinwag/client/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Channels } from "./channels";
import { Reading } from "./reading";

let told: RequestBody[];
/** Why the next request is refused. */
let refusal: Refusal | undefined;
let channels: Channels;
let reading: Reading;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  channels = new Channels();
  refusal = undefined;
  const request = async (body: RequestBody) => {
    told.push(body);
    const why = refusal;
    refusal = undefined;
    if (why) throw why;
  };
  const marks = { make: (change: RequestBody) => told.push(change), marks: [] };
  reading = new Reading({ request: request as unknown as Socket["request"] }, channels, marks);
  channels.takeMessage(message(10), ME);
});
afterEach(() => vi.useRealTimers());

function mark(recipientUUID: string, seq: number): RequestBody {
  return { type: "channelRead", channelRead: { recipientUUID, seq } };
}

describe("reading", () => {
  test("tells the server at once, and then at most once a second", () => {
    for (let seq = 1; seq <= 9; seq++) reading.read("", seq);
    expect(told).toEqual([mark("", 1)]);
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([mark("", 1), mark("", 9)]);
    vi.advanceTimersByTime(5000);
    expect(told).toHaveLength(2);
  });

  test("tells at once what is untold as the page is hidden", () => {
    reading.read("", 1);
    reading.read("", 9);
    reading.flush();
    expect(told).toEqual([mark("", 1), mark("", 9)]);
    reading.flush();
    vi.advanceTimersByTime(5000);
    expect(told).toHaveLength(2);
  });

  test("tells again what the server couldn't take just now, unless more was read since", async () => {
    refusal = new Refusal(ErrorCode.TooManyRequests, "3", "too fast");
    reading.read("", 1);
    await vi.advanceTimersByTimeAsync(3000);
    expect(told).toEqual([mark("", 1), mark("", 1)]);
    refusal = new Refusal(ErrorCode.StoreUnavailable, "", "no store");
    reading.read("", 2);
    reading.read("", 3);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told.slice(2)).toEqual([mark("", 2), mark("", 3)]);
  });

  test("counts here without waiting for the server", () => {
    reading.read("", 10);
    expect(channels.hasNews.value).toBe(false);
  });

  test("tells nothing that is old", () => {
    reading.read("", 5);
    reading.read("", 5);
    reading.read("", 3);
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([mark("", 5)]);
  });

  test("tells of the channel that was left before it tells of the next", () => {
    channels.takeMessage(message(4, { SenderUUID: BOB, RecipientUUID: ME }), ME);
    reading.read("", 5);
    reading.read("", 6);
    reading.read(BOB, 4);
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([mark("", 5), mark("", 6), mark(BOB, 4)]);
  });

  test("draws the line above what was new when the channel was opened", () => {
    channels.takeRead("", 7);
    reading.opened("");
    expect(reading.newFrom.value).toBe(8);
    reading.read("", 10);
    expect(reading.newFrom.value).toBe(8);
    reading.wrote();
    expect(reading.newFrom.value).toBeUndefined();
  });

  test("draws no line where nothing is new", () => {
    channels.takeRead("", 10);
    reading.opened("");
    expect(reading.newFrom.value).toBeUndefined();
  });

  test("forgets everything when the user is gone", () => {
    reading.read("", 1);
    reading.read("", 2);
    reading.clear();
    vi.advanceTimersByTime(5000);
    expect(told).toEqual([mark("", 1)]);
  });

  test("what was marked as unread stays so while the channel that was left is still on the screen", () => {
    reading.opened("");
    reading.read("", 10);
    reading.markUnread(9);
    reading.opened(BOB);
    reading.read("", 10);
    const unread = { recipientUUID: "", unreadFrom: 9 };
    expect(told.filter(({ type }) => type === "channelPrefs")).toEqual([
      { type: "channelPrefs", channelPrefs: unread },
    ]);
    reading.opened("");
    reading.read("", 10);
    expect(told.at(-1)).toEqual({
      type: "channelPrefs",
      channelPrefs: { recipientUUID: "", unreadFrom: 0 },
    });
  });
});
