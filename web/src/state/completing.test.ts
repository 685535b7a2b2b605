/** What the composer completes, whom it suggests first, and whom a message then mentions. */
import { expect, test } from "vitest";
import { inOrder, unfinishedAt } from "./completing";
import { mentionedIn } from "./mentioning";

/** The caret stands at `|`. */
function at(marked: string) {
  const caret = marked.indexOf("|");
  const found = unfinishedAt(marked.replace("|", ""), caret);
  return found && `${found.kind}${found.query} from ${found.from}`;
}

test.each([
  ["@|", "@ from 0"],
  ["hi @No|", "@No from 3"],
  ["hi @Nora Li| and", "@Nora Li from 3"],
  ["(@No|", "@No from 1"],
  ["one\n@tw|", "@tw from 4"],
  ["@王|", "@王 from 0"],
  ["#op|", "#op from 0"],
  ["see #|", "# from 4"],
  [":rock|", ":rock from 0"],
  ["yes :thumbs_u|", ":thumbs u from 4"],
])("%s is completed", (marked, found) => {
  expect(at(marked)).toBe(found);
});

test.each([
  "me@exa|",
  "1.@exa|",
  "@ no|",
  "# heading|",
  "@one\ntwo|",
  "fine :D|",
  "10:30|",
  "https://exam|",
  "`@No|",
  "```\n@No|",
  "nothing|",
])("%s is not", (marked) => {
  expect(at(marked)).toBeUndefined();
});

test("behind code a name is completed again", () => {
  expect(at("`@x` @No|")).toBe("@No from 5");
  expect(at("```\n@x\n```\n@No|")).toBe("@No from 11");
});

test("who spoke lately comes first, then members, then others", () => {
  const people = ["a", "b", "c", "d"].map((uuid) => ({ uuid, name: uuid, online: false }));
  const names = (spoke: string[], members: string) =>
    inOrder(people, spoke, (uuid) => members.includes(uuid)).map(({ uuid }) => uuid);
  expect(names(["d", "b"], "abcd")).toEqual(["d", "b", "a", "c"]);
  expect(names([], "c")).toEqual(["c", "a", "b", "d"]);
  // A removed user is no member, even after speaking.
  expect(names(["d"], "bc")).toEqual(["b", "c", "a", "d"]);
});

const chosen = new Map([
  ["Ada", "1"],
  ["Ada Lovelace", "2"],
]);

test.each([
  ["@Ada look", { mentions: ["1"] }],
  ["@Ada Lovelace, @Ada", { mentions: ["2", "1"] }],
  ["@Ada and @Ada", { mentions: ["1"] }],
  // Somebody is named who wasn't chosen, so the server finds both.
  ["@Ada and @Bob", {}],
  ["@Adam", {}],
  ["nobody", {}],
  ["me@Ada.org", {}],
  ["`@Ada`", {}],
  ["@Ada and `@Bob`", { mentions: ["1"] }],
  ["@all", { mentionAll: true }],
  ["@ALL: @Ada", { mentions: ["1"], mentionAll: true }],
  ["@allow", {}],
  ["``@all`` and ```\n@all\n```", {}],
])("%s", (text, mentioned) => {
  expect(mentionedIn(text, chosen)).toEqual(mentioned);
});

test("a user who is called all is one user, where they were chosen", () => {
  expect(mentionedIn("@all", new Map([["all", "7"]]))).toEqual({ mentions: ["7"] });
});
