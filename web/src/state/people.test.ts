/** Who is known, and to whom somebody may write. */
import { BOB, CAT, ME, user } from "@chinwag/client/testing";
import { expect, test } from "vitest";
import { People } from "./people";

test("the bots of hooks are known and not reachable, other bots are both", () => {
  const people = new People();
  const reachable = () => new Set(people.reachable.value.map(({ uuid }) => uuid));
  people.takeAll([user(ME), { ...user(BOB), Bot: true }], 3);
  people.learn({ ...user(CAT), Bot: true, Hook: true });
  expect(reachable()).toEqual(new Set([ME, BOB]));
  expect(people.peek(CAT)?.hook).toBe(true);
  // A frame that doesn't say so changes nothing, a list does.
  people.learn({ ...user(CAT), Bot: true });
  expect(reachable()).toEqual(new Set([ME, BOB]));
  people.learn({ ...user(CAT), Bot: true }, true);
  expect(reachable()).toEqual(new Set([ME, BOB, CAT]));
  people.learn({ ...user(CAT), Bot: true, Deactivated: true }, true);
  expect(reachable()).toEqual(new Set([ME, BOB]));
});
