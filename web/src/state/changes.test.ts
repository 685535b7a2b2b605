/** The user's own changes to messages: at once on the screen, sent in order, put back where they are refused. */
import { Disconnected, ErrorCode, Refusal, type RequestBody, type Socket } from "@chinwag/client";
import { BOB, CAT, ME, message } from "@chinwag/client/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Changes } from "./changes";
import { isMine, lineOf, merged } from "./line";

const PLACE = { recipientUUID: "", seq: 7 };
const LINE = lineOf(
  message(7, { Rev: 3, Reactions: [{ Emoji: "👍", Count: 2, Users: [BOB, CAT] }] }),
);

let sent: RequestBody[];
/** What becomes of the next requests; all others succeed. */
let outcomes: (Error | undefined)[];
let changes: Changes;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  outcomes = [];
  const request = async (body: RequestBody) => {
    sent.push(body);
    const outcome = outcomes.shift();
    if (outcome) throw outcome;
  };
  changes = new Changes({ request: request as unknown as Socket["request"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const react = (on: boolean, emoji = "👍") =>
  changes.make({ type: "messageReact", messageReact: { ...PLACE, emoji, on } });
const shown = () => changes.shown("", LINE, ME);
const settled = () => vi.advanceTimersByTimeAsync(0);

describe("a change", () => {
  test("is shown while it is on its way, and once the server has it the message tells", async () => {
    react(true);
    react(true, "🎉");
    expect(shown().reactions).toEqual([
      { emoji: "👍", count: 3, users: [BOB, CAT, ME] },
      { emoji: "🎉", count: 1, users: [ME] },
    ]);
    changes.start();
    await settled();
    expect(sent.map(({ type }) => type)).toEqual(["messageReact", "messageReact"]);
    expect([changes.safe, shown()]).toEqual([true, LINE]);
  });

  test("that is taken back before it is sent is replaced, and a message that has it shows it once", () => {
    react(true);
    react(false);
    expect(shown().reactions).toEqual(LINE.reactions);
    react(true);
    expect(changes.shown("", shown(), ME).reactions).toEqual(shown().reactions);
  });

  test("that is refused is put back, and says why", async () => {
    changes.start();
    const why = new Refusal(ErrorCode.ChangeRefused, "messageEdit", "The message is deleted.");
    outcomes = [why];
    changes.make({ type: "messageEdit", messageEdit: { ...PLACE, message: "better" } });
    expect(shown().text).toBe("better");
    await settled();
    expect(shown()).toBe(LINE);
    expect(changes.refused.value).toMatchObject({ change: { type: "messageEdit" }, why });
  });

  test("is sent again after a lost connection, a busy store and too many requests", async () => {
    outcomes = [new Disconnected(), new Refusal(ErrorCode.StoreUnavailable, "", "")];
    changes.start();
    react(true);
    await settled();
    expect(shown()).not.toBe(LINE);
    changes.start();
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent).toHaveLength(3);
    expect([changes.safe, changes.refused.value]).toEqual([true, undefined]);
  });
});

describe("a deletion", () => {
  test("is undone before it is sent", async () => {
    changes.start();
    changes.delete(PLACE);
    expect(shown()).toMatchObject({ text: "", deleted: true });
    await vi.advanceTimersByTimeAsync(4999);
    changes.undo();
    await vi.advanceTimersByTimeAsync(5000);
    expect([shown(), sent]).toEqual([LINE, []]);
  });

  test("is sent after five seconds, before another one, and when the page is left", async () => {
    changes.start();
    changes.delete(PLACE);
    await vi.advanceTimersByTimeAsync(5000);
    expect(sent).toHaveLength(1);
    changes.delete({ ...PLACE, seq: 8 });
    changes.delete({ ...PLACE, seq: 9 });
    changes.flush();
    await settled();
    expect(sent).toHaveLength(3);
    expect(changes.undoable.value).toBeUndefined();
  });

  test("holds up no other change", async () => {
    changes.start();
    changes.delete({ ...PLACE, seq: 8 });
    react(true);
    await settled();
    expect(sent.map(({ type }) => type)).toEqual(["messageReact"]);
  });
});

describe("whose a reaction is", () => {
  const six = { Emoji: "👍", Count: 6, Users: ["1", "2", "3", "4", "5"] };
  const state = (rev: number, live: boolean, mine?: boolean) =>
    lineOf(message(7, { Rev: rev, Reactions: [{ ...six, ...(mine && { Mine: true }) }] }), live);
  const mineOf = (line: typeof LINE) => line.reactions?.map((each) => isMine(line, each, ME));

  test("stays as it was known where a live change doesn't tell", () => {
    expect(mineOf(merged(state(4, false, true), state(5, true)))).toEqual([true]);
    expect(mineOf(merged(state(4, false), state(5, true)))).toEqual([false]);
  });

  test("is taken from an answer that comes after a newer live change", () => {
    const held = merged(state(3, false), state(5, true));
    expect(mineOf(merged(held, state(4, false, true)))).toEqual([true]);
    expect(merged(held, state(4, false, true)).rev).toBe(5);
  });

  test("is told by the names, where all are named", () => {
    const few = { Emoji: "👍", Count: 2, Users: [BOB, ME] };
    expect(mineOf(lineOf(message(7, { Rev: 4, Reactions: [few] }), true))).toEqual([true]);
  });
});
