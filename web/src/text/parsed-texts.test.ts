/** A text is parsed once, as long as there is room for it. */
import { expect, test } from "vitest";
import { ParsedTexts } from "./parsed-texts";

test("a text that is kept isn't parsed again", () => {
  const texts = new ParsedTexts();
  const first = texts.of("*a* 😀");
  expect(first.pieces).toHaveLength(2);
  expect(texts.of("*a* 😀")).toBe(first);
  expect(texts.of("😀").onlyEmoji).toBe(true);
});

test("only the newest texts are kept, and a text that is asked for again is new", () => {
  const texts = new ParsedTexts();
  const [old, shown] = [texts.of("old"), texts.of("shown")];
  for (let n = 0; n < 100; n++) {
    texts.of(String(n).padEnd(4000));
    expect(texts.of("shown")).toBe(shown);
  }
  expect(texts.of("old")).not.toBe(old);
  expect(texts.of("old")).toEqual(old);
});

test("a text that is longer than all the room is parsed, too", () => {
  const texts = new ParsedTexts();
  const long = "a".repeat(300_000);
  expect(texts.of(long).pieces).toEqual([{ kind: "text", text: long }]);
});
