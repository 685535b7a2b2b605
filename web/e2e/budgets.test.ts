/** The size that the page is bound to. What else it costs is the matter of `npm run budgets`. */
import { beforeAll, expect, test } from "vitest";
import { launchWhole, seen, signIn, Troubles, visit } from "./browser";
import { KB, type Place, shipped } from "./costs";
import { LOAD } from "./server";
import { stage } from "./stage";
import { Talker } from "./talker";

const FIRST = "the first message";

const { server, browser } = await stage("embedded", LOAD, launchWhole);
const place: Place = { browser, address: server.address };
beforeAll(async () => {
  const talker = await Talker.signIn(server.address, "Talker");
  await talker.say(FIRST);
});

test("script and style before the first message", async () => {
  const { bytes, files } = await shipped(place, FIRST);
  expect(files).toBeGreaterThan(1);
  expect(bytes).toBeLessThanOrEqual(55 * KB);
});

test("the emoji picker comes when it is opened", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Picker");
  await seen(page, FIRST);
  const loaded = page.waitForResponse(/EmojiPicker.*\.js/);
  await page.getByRole("button", { name: "Emoji" }).click();
  await loaded;
  await page.getByLabel("Search emoji").waitFor();
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});
