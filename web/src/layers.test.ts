/** What imports what: the state knows no document, and nothing that draws. */
import { expect, test } from "vitest";

/** From below to above: a folder imports of those before it, and of itself. */
const LAYERS = ["text", "state", "page", "components"];

const sources = Object.entries(
  import.meta.glob<string>("./*/*.{ts,tsx}", { query: "?raw", import: "default", eager: true }),
).filter(([path]) => !path.includes(".test."));

function of(layer: string): [path: string, source: string][] {
  return sources.filter(([path]) => path.startsWith(`./${layer}/`));
}

test.each(LAYERS)("%s imports nothing of the layers above it, but for types", (layer) => {
  const above = LAYERS.slice(LAYERS.indexOf(layer) + 1);
  const wrong = of(layer).flatMap(([path, source]) =>
    source
      .split("\n")
      .filter((line) => !line.startsWith("import type"))
      .filter((line) => above.some((name) => line.includes(` from "../${name}/`)))
      .map((line) => `${path}: ${line}`),
  );
  expect(of(layer)).not.toEqual([]);
  expect(wrong).toEqual([]);
});

test("the state names nothing that only a page has", () => {
  const names = /\b(?:document|window|navigator|location|localStorage|sessionStorage)\b[.?[(]/;
  const wrong = of("state").filter(([, source]) => names.test(source));
  expect(wrong.map(([path]) => path)).toEqual([]);
});
