/** Which messages stand together. */
import { expect, test } from "vitest";
import { startsDay, startsGroup } from "./grouping";

const noon = new Date(2026, 0, 2, 12).getTime();
const minute = 60_000;

test("messages of one sender within five minutes stand together", () => {
  const first = { sender: "ada", at: noon };
  expect(startsGroup(undefined, first)).toBe(true);
  expect(startsGroup(first, { sender: "ada", at: noon + 5 * minute })).toBe(false);
  expect(startsGroup(first, { sender: "ada", at: noon + 5 * minute + 1 })).toBe(true);
  expect(startsGroup(first, { sender: "bob", at: noon + minute })).toBe(true);
});

test("midnight starts a day and a group", () => {
  const before = { sender: "ada", at: new Date(2026, 0, 2, 23, 59).getTime() };
  const after = { sender: "ada", at: new Date(2026, 0, 3, 0, 1).getTime() };
  expect(startsDay(before, after)).toBe(true);
  expect(startsGroup(before, after)).toBe(true);
  expect(startsDay(undefined, after)).toBe(true);
  expect(startsDay(after, { ...after, at: after.at + minute })).toBe(false);
});
