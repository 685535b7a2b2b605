/** The tests of the whole: a real browser, the real program, both stores. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    // One browser and one server at a time, so that the machine's size decides nothing.
    fileParallelism: false,
    // The longest wait for an event that must come; no test waits for time to pass.
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
