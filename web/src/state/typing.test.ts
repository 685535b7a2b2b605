/** Who is typing, for how long it shows, and how often others are told. */

import { BOB, CAT } from "@chinwag/client/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Typing } from "./typing";

let typing: Typing;
beforeEach(() => {
  vi.useFakeTimers();
  typing = new Typing();
});
afterEach(() => vi.useRealTimers());

describe("others who type", () => {
  test("show until nothing came for a while", () => {
    typing.take("", BOB);
    vi.advanceTimersByTime(4000);
    typing.take("", BOB);
    typing.take("", CAT);
    vi.advanceTimersByTime(4999);
    expect(typing.in("")).toEqual([BOB, CAT]);
    vi.advanceTimersByTime(1);
    expect(typing.in("")).toEqual([]);
  });

  test("show in their channel only", () => {
    typing.take(BOB, BOB);
    expect(typing.in("")).toEqual([]);
    expect(typing.in(BOB)).toEqual([BOB]);
  });

  test("stop when their message comes", () => {
    typing.take("", BOB);
    typing.stopped("", BOB);
    expect(typing.in("")).toEqual([]);
    typing.stopped("", CAT);
    expect(typing.in("")).toEqual([]);
  });
});

describe("telling others", () => {
  test("happens at once, and then as often as the server passes it on", () => {
    const tell = vi.fn();
    for (let key = 0; key < 50; key++) {
      typing.wrote(tell);
      vi.advanceTimersByTime(100);
    }
    // Five seconds of writing: at the start, and after each two and a half.
    expect(tell).toHaveBeenCalledTimes(3);
  });

  test("goes on when the clock is set back", () => {
    const tell = vi.fn();
    typing.wrote(tell);
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(3000);
    typing.wrote(tell);
    expect(tell).toHaveBeenCalledTimes(2);
  });

  test("doesn't happen after the message was sent", () => {
    const tell = vi.fn();
    typing.wrote(tell);
    typing.wrote(tell);
    typing.ceased();
    vi.advanceTimersByTime(10_000);
    expect(tell).toHaveBeenCalledTimes(1);
  });
});
