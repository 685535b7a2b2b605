/** How many unread messages mention the user, from the inbox and from what comes after it. */
import { BOB, CAT, ME, message, user } from "@chinwag/client/testing";
import { beforeEach, expect, test } from "vitest";
import { type Channel, countOf, fromInbox, GENERAL, isUncounted } from "./channel";
import { Channels } from "./channels";
import { isFor, lineOf } from "./line";

const inbox = { recipientUUID: GENERAL, total: 9, unread: 4, mentions: 2, firstMention: 7 };
const mine = { Mentions: [user(ME)] };

let channels: Channels;
beforeEach(() => {
  channels = new Channels();
  channels.takeInbox([inbox], ME);
});

function general(): Pick<Channel, "mentions" | "firstMention"> {
  const { mentions, firstMention } = channels.get(GENERAL);
  return { mentions, firstMention };
}

test.each([
  ["by name", mine, true],
  ["another user", { Mentions: [user(CAT)] }, false],
  ["all", { MentionAll: true }, true],
  ["in an answer", { ReplyTo: { Seq: 1, Root: 1, SenderUUID: ME, Sender: user(ME) } }, true],
  [
    "in an answer to another",
    { ReplyTo: { Seq: 1, Root: 1, SenderUUID: CAT, Sender: user(CAT) } },
    false,
  ],
  ["themselves", { ...mine, SenderUUID: ME }, false],
])("a message mentions the user %s", (_, more, is) => {
  expect(isFor(ME, lineOf(message(1, more)))).toBe(is);
});

test("the inbox tells how many, and each message that comes adds to them once", () => {
  expect(general()).toEqual({ mentions: 2, firstMention: 7 });
  for (const seq of [10, 10]) channels.takeMessage(message(seq, mine), ME);
  channels.takeMessage(message(11), ME);
  expect(general()).toEqual({ mentions: 3, firstMention: 7 });
  expect(channels.counted.value).toBe(3);
});

test("the server is asked where messages are missing that may mention the user", () => {
  channels.takeMessage(message(12), ME);
  expect(channels.uncounted.value).toBe(true);
  channels.takeInbox([{ ...inbox, total: 12, unread: 7, mentions: 3 }], ME);
  expect(channels.uncounted.value).toBe(false);
});

test("the first that comes is the first", () => {
  channels.takeInbox([{ recipientUUID: GENERAL, total: 9, unread: 4 }], ME);
  channels.takeMessage(message(10, { MentionAll: true }), ME);
  expect(general()).toEqual({ mentions: 1, firstMention: 10 });
});

test("what stands above the first ones is read without a change, and all is read with none left", () => {
  channels.takeRead(GENERAL, 6);
  expect(general()).toEqual({ mentions: 2, firstMention: 7 });
  channels.takeRead(GENERAL, 9);
  expect(general()).toEqual({ mentions: undefined, firstMention: undefined });
  expect(channels.uncounted.value).toBe(false);
});

test("the user's own message reads them all", () => {
  channels.takeMessage(message(10, { SenderUUID: ME }), ME);
  expect(general()).toEqual({ mentions: undefined, firstMention: undefined });
});

test("the last one is read without a question", () => {
  channels.takeInbox([{ ...inbox, mentions: 1 }], ME);
  channels.takeRead(GENERAL, 7);
  expect(general()).toEqual({ mentions: undefined, firstMention: undefined });
});

test("the server is asked how many are left where some may have been read", () => {
  channels.takeRead(GENERAL, 8);
  expect(isUncounted(channels.get(GENERAL))).toBe(true);
  expect(channels.uncounted.value).toBe(true);
  channels.takeInbox([{ ...inbox, unread: 1, mentions: 1, firstMention: 9 }], ME);
  expect(channels.uncounted.value).toBe(false);
});

const edited = { Rev: 3, EditedAt: "2026-03-02T11:00:00Z" };

test.each([
  ["was edited where some are", message(8, edited), true],
  ["was deleted where some are", message(8, { Rev: 3, DeletedAt: "2026-03-02T11:00:00Z" }), true],
  ["was read", message(5, edited), false],
  ["is the user's own", message(8, { ...edited, SenderUUID: ME }), false],
  ["was only reacted to", message(8, { Rev: 3 }), false],
])("it is asked for an unread message that %s", (_, state, asks) => {
  channels.takeState(GENERAL, state, ME);
  expect(channels.uncounted.value).toBe(asks);
});

test("it is asked where the only mention came with an edit", () => {
  channels.takeInbox([{ recipientUUID: GENERAL, total: 9, unread: 4 }], ME);
  channels.takeState(GENERAL, message(8, edited), ME);
  expect(channels.uncounted.value).toBe(false);
  channels.takeState(GENERAL, message(8, { ...edited, ...mine }), ME);
  expect(channels.uncounted.value).toBe(true);
});

test("the level says what the list counts", () => {
  const entry = { ...inbox, pinned: false };
  const count = (level?: "all" | "mentions" | "none", id = GENERAL) =>
    countOf(fromInbox({ ...entry, recipientUUID: id, ...(level && { level }) }, ME));
  expect([count("all"), count("mentions"), count("none")]).toEqual([4, 2, 0]);
  expect([count(), count(undefined, BOB)]).toEqual([2, 4]);
});
