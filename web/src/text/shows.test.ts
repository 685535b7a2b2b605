/** Texts that show something, and texts that don't. */
import { expect, test } from "vitest";
import { shows } from "./shows";

test.each(["", " \n\t", "\u00a0\u3000\u2028", "\u2800", "\u200b", "\u3164", "\u0301", "\0"])(
  "%j shows nothing",
  (text) => expect(shows(text)).toBe(false),
);

test.each(["x", " . ", "é", "漢", "🦊", "❤️", "\u200bx", "₿", "\u{1e900}"])(
  "%j shows something",
  (text) => expect(shows(text)).toBe(true),
);
