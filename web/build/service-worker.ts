/** Builds sw.js: the worker's code with the names of the shell's files, so that a new build is a new worker. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { type Plugin, transformWithOxc } from "vite";

const SOURCE = "service-worker/worker.ts";

export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    enforce: "post",
    async generateBundle(_options, bundle) {
      const built = Object.keys(bundle).filter((name) => name.startsWith("assets/"));
      const fixed = readdirSync("public").filter((name) => /\.(svg|webmanifest)$/.test(name));
      const shell = ["/", ...[...built, ...fixed].sort().map((name) => `/${name}`)];
      const page = bundle["index.html"];
      const version = createHash("sha256")
        .update(JSON.stringify(shell))
        .update(page?.type === "asset" ? page.source : "")
        .digest("hex")
        .slice(0, 12);
      const { code } = await transformWithOxc(readFileSync(SOURCE, "utf8"), SOURCE);
      const source = code
        .replace("__SHELL__", JSON.stringify(shell))
        .replace("__VERSION__", JSON.stringify(version))
        .replace(/^export\s*\{\s*\};?\s*$/m, "");
      this.emitFile({ type: "asset", fileName: "sw.js", source });
    },
  };
}
