/** How the client is built: Preact in place of React, hashed assets, compressed siblings, a service worker. */
import { readFileSync } from "node:fs";
import { defaultClientConditions, defineConfig } from "vite";
import { earlyScript } from "./build/early-script.ts";
import { precompress } from "./build/precompress.ts";
import { serviceWorker } from "./build/service-worker.ts";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  version: string;
};

export default defineConfig({
  plugins: [earlyScript(), serviceWorker(), precompress()],
  define: { __VERSION__: JSON.stringify(version) },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: {
    // The package is built into the page from its source.
    conditions: ["source", ...defaultClientConditions],
    alias: {
      "react/jsx-runtime": "preact/jsx-runtime",
      "react-dom": "preact/compat",
      react: "preact/compat",
    },
  },
  build: {
    target: "es2022",
    // An inlined asset would need `data:` in more places of the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // virtua is marked for servers that render; here that mark means nothing.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
    emptyOutDir: true,
  },
  server: { proxy: { "/ws": { target: "ws://127.0.0.1:5000", ws: true } } },
});
