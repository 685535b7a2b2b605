/** Where rows stand, and by whose clock. */
import { expect, test } from "vitest";
import { rowsOf } from "./rows";

const ME = "me";
const DAY = 86_400_000;

test.each([
  ["a day behind", -DAY],
  ["right", 0],
])(
  "a message that is being sent stands on the day of the one before, with a clock that is %s",
  (_, ahead) => {
    const noon = new Date(2026, 0, 2, 12).getTime();
    const line = { seq: 1, sender: "bob", text: "there?", at: noon };
    const sent = { clientUUID: "1", channel: "", text: "yes", at: noon + 1000 + ahead };
    const row = rowsOf({ lines: [line], pending: [sent], me: ME }).at(1);
    expect(row.startsDay).toBe(false);
    expect(row.line.at).toBeGreaterThanOrEqual(noon);
  },
);

test("a pinned message begins a group, since the pin stands beside the name", () => {
  const at = new Date(2026, 0, 2, 12).getTime();
  const said = [1, 2, 3].map((seq) => ({ seq, sender: "bob", text: "there?", at }));
  const lines = said.map((line) => (line.seq === 2 ? { ...line, pinned: true } : line));
  const rows = rowsOf({ lines, pending: [], me: ME });
  expect([0, 1, 2].map((index) => rows.at(index).startsGroup)).toEqual([true, true, false]);
});
