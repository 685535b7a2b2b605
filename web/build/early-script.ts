/** Puts the theme's script, hashed, before everything else in the page, so that no wrong theme flashes. */
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const SOURCE = "src/page/early-theme.js";

export function earlyScript(): Plugin {
  let reference = "";
  let building = false;
  return {
    name: "early-script",
    configResolved(config) {
      building = config.command === "build";
    },
    buildStart() {
      if (building) {
        const source = readFileSync(SOURCE, "utf8").replace(/^\s*(\/\*\*.*\*\/|\/\/.*)\n/gm, "");
        reference = this.emitFile({ type: "asset", name: "theme.js", source });
      }
    },
    transformIndexHtml: {
      order: "post",
      handler(_html, context) {
        const file = building
          ? Object.values(context.bundle ?? {}).find((part) =>
              part.fileName.startsWith("assets/theme-"),
            )?.fileName
          : SOURCE;
        if (file === undefined)
          throw new Error(`failed to find the built ${SOURCE} (${reference})`);
        return [{ tag: "script", attrs: { src: `/${file}` }, injectTo: "head-prepend" }];
      },
    },
  };
}
