/** How the client is built: Preact in place of React, hashed assets, compressed siblings, a service worker. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defaultClientConditions, defineConfig, type Rolldown } from "vite";
import { earlyScript } from "./build/early-script.ts";
import { precompress } from "./build/precompress.ts";
import { serviceWorker } from "./build/service-worker.ts";
import { styleLoader } from "./build/style-loader.ts";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** The virtual list is written for React. */
const REACT = fileURLToPath(new URL("src/react.ts", import.meta.url));

export default defineConfig({
  plugins: [styleLoader(), earlyScript(), serviceWorker(), precompress()],
  define: { __VERSION__: JSON.stringify(version) },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: {
    // The package is built into the page from its source.
    conditions: ["source", ...defaultClientConditions],
    alias: {
      "react/jsx-runtime": REACT,
      "react-dom": REACT,
      react: REACT,
    },
  },
  build: {
    target: "es2022",
    // An inlined asset would need `data:` in more places of the content security policy.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // A list of all that each later part needs would be longer than what it saves: only their styles are named.
      resolveDependencies: (_, needed) => needed.filter((name) => name.endsWith(".css")),
    },
    // virtua is marked for servers that render; here that mark means nothing.
    rolldownOptions: {
      checks: { moduleLevelDirective: false },
      // One file for all that the page begins with; later parts share it.
      output: {
        codeSplitting: { groups: [{ name: withEntry }] },
        // The first file names all later ones, and random characters can't be compressed.
        entryFileNames: "assets/[name]-[hash:7].js",
        chunkFileNames: "assets/[name]-[hash:7].js",
        assetFileNames: "assets/[name]-[hash:7][extname]",
      },
    },
    emptyOutDir: true,
  },
  worker: {
    format: "es",
    rolldownOptions: { output: { entryFileNames: "assets/[name]-[hash:7].js" } },
  },
  server: {
    proxy: {
      "/ws": { target: "ws://127.0.0.1:5000", ws: true },
      "/files": { target: "http://127.0.0.1:5000" },
    },
  },
});

/** The name of the first chunk for modules that the entry imports, directly or through others. */
function withEntry(id: string, context: Rolldown.ChunkingContext): string | null {
  const seen = new Set([id]);
  for (const each of seen) {
    // The index of the package names it, and only files that are attached need it.
    if (each.endsWith("/client/src/upload.ts")) continue;
    const module = context.getModuleInfo(each);
    if (module?.isEntry) return "page";
    for (const importer of module?.importers ?? []) seen.add(importer);
  }
  return null;
}
