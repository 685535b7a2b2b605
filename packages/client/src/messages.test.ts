/** A program's own messages: the later state wins, its reactions stay, and quotes follow what they quote. */
import { expect, test } from "vitest";
import { Messages } from "./messages.ts";
import type { Reaction } from "./protocol.gen.ts";
import { BOB, message, user } from "./testing/index.ts";

const UP = "👍";
const reacted = (Count: number, mine = false): { Reactions: Reaction[] } => ({
  Reactions: [{ Emoji: UP, Count, Users: [BOB], ...(mine && { Mine: true }) }],
});

function holding(...held: Parameters<typeof message>[]): Messages {
  const messages = new Messages();
  messages.add(held.map((one) => message(...one)));
  return messages;
}

test("the state with the greater Rev stays, and one of a message that is not held is dropped", () => {
  const held = holding([2], [1, { Rev: 3, Message: "third" }]);
  expect(held.change(message(1, { Rev: 2, Message: "second" }), true)).toBe(false);
  held.add([message(1, { Message: "first" })]);
  expect(held.get(1)?.Message).toBe("third");
  expect(held.change(message(1, { Rev: 4, Message: "fourth" }), true)).toBe(true);
  expect(held.change(message(9, { Rev: 5 }), true)).toBe(false);
  expect([...held].map(({ Message }) => Message)).toEqual(["fourth", "message 2"]);
  held.clear();
  expect(held.size).toBe(0);
});

test("one's own reaction stays in live states, until a reply or the emoji's end says otherwise", () => {
  const held = holding([1, { Rev: 1, ...reacted(7, true) }]);
  const mine = () => held.get(1)?.Reactions?.[0]?.Mine;
  held.change(message(1, { Rev: 2, ...reacted(8) }), true);
  expect(mine()).toBe(true);
  held.change(message(1, { Rev: 3, ...reacted(7) }), false);
  expect(mine()).toBeUndefined();
  // The reply to a reaction comes after its live state, with the same `Rev`.
  held.change(message(1, { Rev: 4, ...reacted(8) }), true);
  held.add([message(1, { Rev: 4, ...reacted(8, true) })]);
  held.change(message(1, { Rev: 4, ...reacted(8) }), true);
  expect(mine()).toBe(true);
  held.change(message(1, { Rev: 5 }), true);
  held.change(message(1, { Rev: 6, ...reacted(1) }), true);
  expect(mine()).toBeUndefined();
});

test("a quote is that of the message that is held, and gone with it", () => {
  const ReplyTo = { Seq: 1, Root: 1, SenderUUID: BOB, Sender: user(BOB), Excerpt: "old" };
  const held = holding([2, { ReplyTo }]);
  const quote = () => held.get(2)?.ReplyTo?.Excerpt;
  expect(quote()).toBe("old");
  held.add([message(1, { As: "CI" })]);
  expect(quote()).toBe("message 1");
  expect(held.get(2)?.ReplyTo?.As).toBe("CI");
  held.change(message(1, { Rev: 1, Message: "😀".repeat(100) }), true);
  expect(quote()).toBe("😀".repeat(100));
  held.change(message(1, { Rev: 2, Message: "😀".repeat(101) }), true);
  expect(quote()).toBe(`${"😀".repeat(100)}…`);
  held.change(message(1, { Rev: 3, Message: "", DeletedAt: "now" }), true);
  expect(held.get(2)?.ReplyTo).toEqual({ Seq: 1, Root: 1, SenderUUID: BOB, Sender: user(BOB) });
});

test("the clientUUID of what this program sent stays", () => {
  const held = holding([1, { clientUUID: "c-1" }]);
  held.change(message(1, { Rev: 1 }), true);
  expect(held.get(1)?.clientUUID).toBe("c-1");
});
