/** Queries: their filters, and the words in them. */
import { describe, expect, test } from "vitest";
import { looksFor, NOTHING, queryOf, soughtWords, typedFilter, withFilter } from "./terms";

test("a query has the filters first, with quotation marks around names with spaces", () => {
  const filters = [
    { name: "from", value: "Sam Okafor" },
    { name: "in", value: "release" },
  ] as const;
  expect(queryOf({ text: "  went down ", filters })).toBe('from:"Sam Okafor" in:release went down');
  expect(queryOf(NOTHING)).toBe("");
});

test("a channel alone is no search, and each filter stands once", () => {
  const here = withFilter(NOTHING, { name: "in", value: "release" });
  expect(looksFor(here)).toBe(false);
  expect(looksFor({ ...here, text: " a" })).toBe(true);
  const links = withFilter(here, { name: "has", value: "link" });
  expect(looksFor(links)).toBe(true);
  expect(withFilter(links, { name: "has", value: "link" })).toEqual(links);
});

describe("a filter that is being typed", () => {
  test.each([
    ["from:", { name: "from", value: "", before: "" }],
    ["deploy From:@sa", { name: "from", value: "sa", before: "deploy " }],
    ['in:"sam ok', { name: "in", value: "sam ok", before: "" }],
    ["in:#rel", { name: "in", value: "rel", before: "" }],
    ["has:link on:2026", { name: "on", value: "2026", before: "has:link " }],
  ])("%s", (text, typed) => expect(typedFilter(text)).toEqual(typed));

  test.each(["from", "from: ", "wherefrom:x", "in:a b", "https://a", ""])("none in “%s”", (text) =>
    expect(typedFilter(text)).toBeUndefined(),
  );
});

test("words and phrases are sought, filters and exclusions aren't; the last word may go on", () => {
  const sought = soughtWords(
    'deploy "went down" -red -"not this" from:"Sam Okafor" has:link sta "x',
  );
  expect(sought.map(({ text, isBeginning }) => [text, isBeginning])).toEqual([
    ["deploy", false],
    ['"went down"', false],
    ["sta", true],
    ['"x', false],
  ]);
});
