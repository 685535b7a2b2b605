/** What concerns the user, page by page, and what comes late. */
import type { ActivityItem, ActivityPage, Socket } from "@chinwag/client";
import { BOB, ME, message, user } from "@chinwag/client/testing";
import { beforeEach, expect, test } from "vitest";
import { Activity } from "./activity";

const all: ActivityItem[] = Array.from({ length: 45 }, (_, n) => ({
  ...{ Kind: "mention", recipientUUID: "", message: message(45 - n), User: user(BOB) },
  At: "2026-03-02T11:00:00Z",
}));

let activity: Activity;
let answer: () => void;
let held = false;
let asked = 0;

/** Answers as the server does, `before` being where the page begins. */
const request = async ({ activity: page }: { activity: ActivityPage }) => {
  asked++;
  const from = Number(page.before ?? 0);
  const items = all.slice(from, from + (page.limit ?? 20));
  const end = from + items.length;
  if (held)
    await new Promise<void>((go) => {
      answer = go;
    });
  return { activity: { items, before: String(end), more: end < all.length } };
};

beforeEach(() => {
  held = false;
  asked = 0;
  activity = new Activity({ request } as unknown as Pick<Socket, "request">);
});

function seqs(): number[] {
  return activity.items.value.map(({ message: { Seq } }) => Seq);
}

test("comes page by page, to its end", async () => {
  await activity.load();
  expect([seqs().length, activity.more.value]).toEqual([20, true]);
  await activity.next();
  await activity.next();
  expect(seqs()).toEqual(all.map(({ message: { Seq } }) => Seq));
  expect(activity.more.value).toBe(false);
});

test("is loaded anew as far as it was read", async () => {
  await activity.load();
  await activity.next();
  await activity.load();
  expect(seqs()).toEqual(all.slice(0, 40).map(({ message: { Seq } }) => Seq));
});

test("a page that comes after it was loaded anew is left", async () => {
  await activity.load();
  held = true;
  const next = activity.next();
  const late = answer;
  held = false;
  await activity.load();
  late();
  await next;
  expect(seqs().length).toBe(20);
});

test("several that come while it is loaded become one that follows", async () => {
  held = true;
  const first = activity.load();
  held = false;
  for (let n = 0; n < 3; n++) await activity.load();
  expect(asked).toBe(1);
  answer();
  await first;
  expect(asked).toBe(2);
});

test("changes to what it shows concern it, and those of the user's own messages", async () => {
  await activity.load();
  const { UUID } = activity.items.value[0]?.message ?? message(1);
  const other = { ...message(99), UUID: "another", SenderUUID: BOB };
  expect(activity.concerns([other], ME)).toBe(false);
  expect(activity.concerns([other, { ...other, UUID }], ME)).toBe(true);
  expect(activity.concerns([{ ...other, SenderUUID: ME }], ME)).toBe(true);
});
