/** What the program is made of can be told, with its licences. */
import assert from "node:assert/strict";
import test from "node:test";
import { thirdParty } from "./third-party.js";

test("every part has a licence, and those are told in full", () => {
  const { parts, text } = thirdParty();
  for (const { name, license } of parts) assert.ok(license, name);
  for (const name of ["tokio", "rusqlite", "preact", "virtua"]) {
    assert.ok(
      parts.some((part) => part.name === name),
      name,
    );
  }
  assert.ok(!parts.some((part) => ["proptest", "vitest", "portable-pty"].includes(part.name)));
  assert.match(text, /Permission is hereby granted, free of charge/);
  assert.match(text, /Apache License/);
});
