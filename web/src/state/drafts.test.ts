/** Drafts: one record a channel, so that two pages of a browser don't erase each other's. */
import { expect, test } from "vitest";
import { memoryStore } from "../testing/memory-store";
import { Drafts } from "./drafts";
import { BrowserStore } from "./kept";

const GENERAL = "";

test("two pages erase nothing of each other", () => {
  const kept = memoryStore();
  const [one, two] = [new Drafts(kept), new Drafts(kept)];
  one.set(GENERAL, "for everybody");
  two.set("bob", "for Bob");
  const later = new Drafts(kept);
  expect([later.get(GENERAL), later.get("bob")]).toEqual(["for everybody", "for Bob"]);
});

test("what was sent in one page doesn't come back by the other", () => {
  const kept = memoryStore();
  const one = new Drafts(kept);
  one.set("bob", "sent soon");
  const two = new Drafts(kept);
  one.set("bob", "");
  two.changedElsewhere("chinwag.draft.bob");
  two.set(GENERAL, "another");
  expect([two.get("bob"), new Drafts(kept).get("bob")]).toEqual(["", ""]);
});

test("clearing forgets those of other pages as well", () => {
  const kept = memoryStore();
  const [one, two] = [new Drafts(kept), new Drafts(kept)];
  one.set("bob", "for Bob");
  two.clear();
  one.changedElsewhere(null);
  expect([one.get("bob"), new Drafts(kept).get("bob")]).toEqual(["", ""]);
});

test("the record of 0.1.0 is taken over", () => {
  const kept = memoryStore();
  kept.write("chinwag.drafts", { "": "for everybody", bob: "for Bob" });
  expect(new Drafts(kept).get("bob")).toBe("for Bob");
  expect(kept.read("chinwag.drafts")).toBeUndefined();
  expect(new Drafts(kept).get(GENERAL)).toBe("for everybody");
});

test("a browser that refuses storage keeps them as long as the page is open", () => {
  const refused = new BrowserStore(() => {
    throw new Error("refused");
  });
  const drafts = new Drafts(refused);
  drafts.set("bob", "for Bob");
  drafts.set(GENERAL, "for everybody");
  expect([drafts.get("bob"), drafts.get(GENERAL)]).toEqual(["for Bob", "for everybody"]);
});
