/** What was chosen for all notifications is asked for when it is old, once for all who want it. */
import { ErrorCode, type Notify, type NotifyChange, Refusal, type Socket } from "@chinwag/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NotifyChoice } from "./notify";

const ZONE = "Europe/Berlin";

let told: Notify;
let asked: NotifyChange[];
/** What the next requests fail with. */
let fails: Error[];
let choice: NotifyChoice;

const request = async ({ notify }: { notify: NotifyChange }) => {
  asked.push(notify);
  const error = fails.shift();
  if (error) throw error;
  told = { ...told, ...notify };
  return { notify: told };
};

beforeEach(() => {
  vi.useFakeTimers();
  [told, asked, fails] = [{ content: "full" }, [], []];
  choice = new NotifyChoice({ request } as unknown as Pick<Socket, "request">);
});
afterEach(() => {
  vi.useRealTimers();
});

test("it is asked for when it is a minute old, and once at a time", async () => {
  expect(await Promise.all([choice.recent(), choice.recent(), choice.load()])).toEqual([
    { content: "full" },
    { content: "full" },
    undefined,
  ]);
  expect(asked.length).toBe(1);
  vi.advanceTimersByTime(59_000);
  await choice.recent();
  expect(asked.length).toBe(1);
  told = { content: "nothing" };
  vi.advanceTimersByTime(2_000);
  expect(await choice.recent()).toEqual({ content: "nothing" });
});

test("without an answer it is as it was last known", async () => {
  await choice.change({ zone: ZONE });
  fails = [new Error("no answer"), new Error("no answer")];
  vi.advanceTimersByTime(61_000);
  expect(await choice.recent()).toEqual({ content: "full", zone: ZONE });
  await expect(choice.change({ zone: "UTC" })).rejects.toThrow();
  expect(choice.chosen.value?.zone).toBe(ZONE);
});

test("the next user has their own", async () => {
  await choice.change({ zone: ZONE });
  const late = choice.load();
  choice.clear();
  await late;
  expect(choice.chosen.value).toBeUndefined();
  await choice.recent();
  expect(asked.length).toBe(3);
});

test("changes are shown at once, and those that wait are sent as one", async () => {
  await choice.load();
  const first = choice.change({ content: "nothing" });
  const second = choice.change({ zone: ZONE });
  void choice.change({ pausedUntil: "2026-12-24T18:00:00Z" });
  const all = { content: "nothing", zone: ZONE, pausedUntil: "2026-12-24T18:00:00Z" };
  expect(choice.chosen.value).toEqual(all);
  await Promise.all([first, second]);
  expect(choice.chosen.value).toEqual(all);
  const { content, ...others } = all;
  expect(asked).toEqual([{}, { content }, others]);
});

test("what is too much at once is sent a little later, with what came meanwhile", async () => {
  await choice.load();
  fails = [new Refusal(ErrorCode.TooManyRequests, "2", "")];
  const changed = choice.change({ content: "nothing" });
  await vi.advanceTimersByTimeAsync(1_000);
  void choice.change({ zone: ZONE });
  expect(choice.chosen.value).toEqual({ content: "nothing", zone: ZONE });
  await vi.advanceTimersByTimeAsync(1_000);
  await changed;
  expect(asked).toEqual([{}, { content: "nothing" }, { content: "nothing", zone: ZONE }]);
});

test("a refused change is taken back", async () => {
  await choice.load();
  fails = [new Error("refused")];
  await expect(choice.change({ content: "nothing" })).rejects.toThrow("refused");
  expect(choice.chosen.value).toEqual({ content: "full" });
});
