/** The words of a search, marked in a text. */
import { describe, expect, test } from "vitest";
import { excerpt } from "./marking";
import { plain } from "./plain";
import { soughtWords } from "./terms";

/** The text with brackets around what is marked. */
function marked(text: string, query: string): string {
  const parts = excerpt(text, soughtWords(query));
  return parts.map(({ text: part, marked: is }) => (is ? `[${part}]` : part)).join("");
}

describe("marks", () => {
  test.each([
    ["The deploy went down", "DEPLOY", "The [deploy] went down"],
    ["The deployment of deploys", "deploy", "The [deploy]ment of [deploy]s"],
    ["deployment deploy", "deploy x", "deployment [deploy]"],
    ["went up, went down", '"went down"', "went up, [went] [down]"],
    ["Café, cafe, ＣＡＦＥ", "cafe", "[Café], [cafe], [ＣＡＦＥ]"],
    ["Straße und Łukasz", "strasse luka", "[Straße] und [Łuka]sz"],
    ["e\u0301te\u0301!", "ete", "[e\u0301te\u0301]!"],
    ["foo_bar::baz, foo", "foo_bar", "[foo]_[bar]::baz, foo"],
    ["at https://docs.example.com/a", "example.com", "at https://docs.[example].[com]/a"],
    ["全文検索と検索", "検索", "全文[検索]と[検索]"],
    ["한국어를", "한국", "[한국]어를"],
    ["하한", "하", "[하]한"],
    ["かが", "か", "[か]が"],
    ["مـــرحبا مُحَمَّد", "مرحبا محمد", "[مـــرحبا] [مُحَمَّد]"],
    ["soft\u00adhyphen", "softhyphen", "[soft\u00adhyphen]"],
    ["ok 👍🏽 fine", "👍", "ok [👍🏽] fine"],
    ["שָׁלוֹם", "שלום", "[שָׁלוֹם]"],
    ["red and green", "green -red from:red", "red and [green]"],
    ["<b>bold</b>", "b", "<[b]>[b]old</[b]>"],
    ["nothing", "", "nothing"],
    ["nothing", "!?", "nothing"],
  ])("%s by %s", (text, query, expected) => expect(marked(text, query)).toBe(expected));

  test("a phrase ends within a run without spaces", () =>
    expect(marked("Rust全文検索", '"rust 全文"')).toBe("[Rust全文]検索"));
});

describe("a long text", () => {
  const filler = "a few words that say little ".repeat(40);

  test("is cut around the first mark, between words", () => {
    const cut = marked(`${filler}the needle is here ${filler}`, "needle");
    expect(cut).toMatch(/^…\w/);
    expect(cut).toContain("the [needle] is here a few");
    expect(cut).toMatch(/\w…$/);
    expect(cut.length).toBeLessThan(300);
  });

  test("is cut between whole characters where it has no spaces", () => {
    const cut = marked(`${"👍".repeat(300)}🎉${"👍".repeat(300)}`, "🎉");
    expect(cut).toContain("[🎉]");
    expect(() => encodeURIComponent(cut)).not.toThrow();
  });

  test("begins at its beginning where no word is in it", () =>
    expect(marked(filler, "x")).toMatch(/^a few words.*…$/));
});

test("a message is read without its marks, on one line", () => {
  const text = "**Look** at `code` and\n> a quote\n- one\n- two\n```rust\nlet x = 1;\n```\nend";
  expect(plain(text)).toBe("Look at code and a quote • one • two let x = 1; end");
});
