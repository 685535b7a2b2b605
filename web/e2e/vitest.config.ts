/** The tests of the whole: a real browser, the real program, both stores. */
import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";
import { Attempts } from "./attempts.ts";

export default defineConfig({
  // As the page is built: the package from its source.
  ssr: { resolve: { conditions: ["source", ...defaultServerConditions] } },
  test: {
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    reporters: ["default", new Attempts()],
    // On every machine as many, so that its size decides nothing. While one waits for a restart, the other runs.
    maxWorkers: 2,
    // The longest wait for an event that must come; no test waits for time to pass.
    testTimeout: 300_000,
    // A browser on a busy machine may lose a race that no person would; what passes only then is printed as retried.
    retry: 1,
    hookTimeout: 180_000,
    // As long as a page is waited for; a second is over before a busy machine has answered.
    expect: { poll: { timeout: 90_000 } },
  },
});
