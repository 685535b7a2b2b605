/** The address is the one truth about what is open: back, forward, links, and signing in again. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openChannel, say, seen, signIn, signOut, Troubles, visit } from "./browser";
import { stage } from "./stage";
import { Talker } from "./talker";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const { server, browser } = await stage();
let friend: Talker;
const troubles = new Troubles();
beforeAll(async () => {
  friend = await Talker.signIn(server.address, "Friend");
});

/** Waits until the page, its list, its title and its address agree on what is open. */
async function isOpen(page: Page, name: string, hash: string): Promise<void> {
  await page.getByRole("heading", { level: 2, name, exact: true }).waitFor();
  await page.waitForFunction((title) => document.title === title, `${name} · Chinwag`);
  expect(new URL(page.url()).hash).toBe(hash);
  const marked = page.locator(".row[aria-current=page]");
  await marked.filter({ hasText: name }).waitFor();
  expect(await marked.count()).toBe(1);
}

test("on a wide screen a channel is always open, and back and forward lead from one to another", async () => {
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Wide");
  await isOpen(page, "General", "#general");
  await openChannel(page, "Friend");
  await isOpen(page, "Friend", `#@${friend.uuid}`);
  await page.goBack();
  await isOpen(page, "General", "#general");
  await page.goForward();
  await isOpen(page, "Friend", `#@${friend.uuid}`);
  await page.reload();
  await isOpen(page, "Friend", `#@${friend.uuid}`);
  await page.evaluate(() => {
    location.hash = "";
  });
  await isOpen(page, "Friend", `#@${friend.uuid}`);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("who was signed out elsewhere and signs in again is where they were; who logs out isn't", async () => {
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Mover");
  await openChannel(page, "Friend");
  const elsewhere = await Talker.signIn(server.address, "Mover");
  await elsewhere.request({ type: "signOutEverywhere" });
  await page.getByText("You were signed out.").waitFor();
  await page.waitForFunction(() => document.title === "Chinwag");
  await signIn(page, "Mover");
  await isOpen(page, "Friend", `#@${friend.uuid}`);
  await say(page, "still here");
  await seen(page, "still here");
  await signOut(page);
  await signIn(page, "Next");
  await isOpen(page, "General", "#general");
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test.each(["00000000-0000-4000-8000-00000000abcd", "somebody"])(
  "the address #@%s, which is nobody's, says so",
  async (id) => {
    const page = await visit(browser, `${server.address}#@${id}`, troubles);
    await signIn(page, "Linker");
    await page.getByText("Nobody has this address.").waitFor();
    await page.waitForFunction(() => document.title === "Nobody · Chinwag");
    expect(await page.locator("#composer").isDisabled()).toBe(true);
    await openChannel(page, "Friend");
    await isOpen(page, "Friend", `#@${friend.uuid}`);
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  },
);

test("on a phone the arrow goes back, and the history doesn't grow", async () => {
  const page = await visit(browser, server.address, troubles, PHONE);
  await signIn(page, "Walker");
  const row = page.getByRole("link", { name: /^Friend/ });
  const arrow = page.getByRole("button", { name: "Back to the list" });
  const length = () => page.evaluate(() => history.length);
  await row.tap();
  const once = await length();
  for (let n = 0; n < 3; n++) {
    await arrow.tap();
    await row.tap();
    await arrow.waitFor();
  }
  expect(await length()).toBe(once);
  // From channel to channel, as a notification leads: the list is two steps back.
  await page.evaluate(() => {
    location.hash = "#general";
  });
  await page.getByRole("heading", { level: 2, name: "General" }).waitFor();
  await arrow.tap();
  await page.waitForFunction(() => location.hash === "");
  await page.waitForFunction(() => document.title === "Chinwag");
  await page.goForward();
  await page.getByRole("heading", { level: 2, name: "Friend" }).waitFor();
  await page.goBack();
  await row.waitFor();
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("on a phone a channel that is pressed at the moment of going back is left for the list again", async () => {
  const page = await visit(browser, server.address, troubles, PHONE);
  await signIn(page, "Hasty");
  await page.getByRole("link", { name: /^General/ }).tap();
  await page.locator("#composer").waitFor();
  await page.evaluate((hash) => {
    const press = () => {
      location.hash = hash;
    };
    addEventListener("popstate", press, { once: true });
    history.back();
  }, `#@${friend.uuid}`);
  await page.getByRole("heading", { level: 2, name: "Friend" }).waitFor();
  await page.getByRole("button", { name: "Back to the list" }).tap();
  await page.getByRole("link", { name: /^Friend/ }).waitFor();
  await page.waitForFunction(() => location.hash === "");
  expect(page.url()).toBe(server.address);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("on a phone that was opened at a channel the arrow leads to the list, and back doesn't reopen it", async () => {
  const page = await visit(browser, `${server.address}#@${friend.uuid}`, troubles, PHONE);
  await page.getByLabel("Name").fill("Deep");
  await page.getByLabel("Password", { exact: true }).fill("a password");
  await page.locator("form button[type=submit]").click();
  await page.getByRole("heading", { level: 2, name: "Friend" }).waitFor();
  const before = await page.evaluate(() => history.length);
  await page.getByRole("button", { name: "Back to the list" }).tap();
  await page.getByRole("navigation").waitFor();
  expect(await page.evaluate(() => [history.length, location.hash])).toEqual([before, ""]);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});
