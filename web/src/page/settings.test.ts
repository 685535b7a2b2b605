/** Settings of two pages of a browser follow each other. */
import { expect, test } from "vitest";
import { memoryStore } from "../testing/memory-store";
import { Settings } from "./settings";

test("a setting that another page wrote holds here, and nothing else changes", () => {
  const kept = memoryStore();
  const [one, two] = [new Settings(kept), new Settings(kept)];
  one.theme.value = "dark";
  one.singleKeys.value = false;
  two.changedElsewhere("chinwag.theme");
  expect([two.theme.value, two.singleKeys.value]).toEqual(["dark", true]);
  one.theme.value = "system";
  two.changedElsewhere("chinwag.theme");
  expect(two.theme.value).toBe("system");
});
