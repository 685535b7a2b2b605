/** The sign-in screen: no account by mistake, errors at their field, and nothing that jumps. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openSettings, seen, signIn, signOut, Troubles, tick, visit } from "./browser";
import { stage } from "./stage";
import { Talker } from "./talker";

const { server, browser } = await stage();
let watcher: Talker;
const troubles = new Troubles();
beforeAll(async () => {
  watcher = await Talker.signIn(server.address, "Watcher");
});

async function names(): Promise<string[]> {
  const reply = await watcher.request({ type: "users" });
  if (reply.type !== "users") throw new Error("failed to list the users");
  return reply.users.users.map(({ Username }) => Username);
}

async function fill(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.locator("form button[type=submit]").click();
}

function submitTop(page: Page): Promise<number> {
  return page
    .locator("form button[type=submit]")
    .evaluate((button) => button.getBoundingClientRect().top);
}

test("a mistyped name makes no account until its owner says so", async () => {
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Gwendolyn");
  await signOut(page);
  await fill(page, "Gwendolin", "a password");
  const question = page.getByRole("dialog", { name: "Create an account for “Gwendolin”?" });
  await question.waitFor();
  await question.getByRole("button", { name: "Change the name" }).click();
  await question.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.id === "username");
  expect(await names()).not.toContain("Gwendolin");
  // Users who signed up elsewhere aren't asked.
  await (await Talker.signIn(server.address, "Elsewhere")).leave();
  await fill(page, "Elsewhere", "a password");
  await page.locator("#composer").waitFor();
  await signOut(page);
  // The same name in other letters.
  await fill(page, "gwendolyn", "a password");
  await page.locator("#composer").waitFor();
  await signOut(page);
  await fill(page, "Somebody else", "a password");
  await page.getByRole("dialog").getByRole("button", { name: "Create account" }).click();
  await page.locator("#composer").waitFor();
  expect(await names()).toContain("Somebody else");
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("who is known elsewhere signs in with the right password, also as somebody new", async () => {
  const talker = await Talker.signIn(server.address, "Traveller");
  await talker.leave();
  const page = await visit(browser, server.address, troubles);
  await fill(page, "Traveller", "a wrong one");
  await page.locator("#username-said", { hasText: "This name is taken" }).waitFor();
  await fill(page, "Traveller", "a password");
  await page.locator("#composer").waitFor();
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("the name has the focus, an error stands at its field, and nothing jumps", async () => {
  const page = await visit(browser, server.address, troubles);
  await page.waitForFunction(() => document.activeElement?.id === "username");
  const top = await submitTop(page);
  await page.locator("form button[type=submit]").click();
  await page.locator("#username-said", { hasText: "Please fill in a name." }).waitFor();
  expect(await page.locator("[aria-invalid=true]").count()).toBe(1);
  expect(await submitTop(page)).toBe(top);
  await page.getByLabel("Name").fill("a\u200fb");
  await page.locator("form button[type=submit]").click();
  await page.locator("#password-said", { hasText: "Please fill in a password." }).waitFor();
  expect(await submitTop(page)).toBe(top);
  // A name that can't be had is told as such, and not as a wrong password.
  await page.getByLabel("Password", { exact: true }).fill("a password");
  await page.locator("form button[type=submit]").click();
  await page.locator("#username-said.error").waitFor();
  expect(await page.locator("#username-said").textContent()).toMatch(/name/i);
  expect(await submitTop(page)).toBe(top);
  await page.getByRole("button", { name: "I have an account" }).click();
  expect(await submitTop(page)).toBe(top);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("logging out keeps what was begun, for its author alone", async () => {
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Author");
  await page.locator("#composer").fill("half a thought");
  await signOut(page);
  await signIn(page, "Author");
  await page.locator("#composer").waitFor();
  expect(await page.locator("#composer").inputValue()).toBe("half a thought");
  await signOut(page);
  await signIn(page, "Stranger");
  await page.locator("#composer").waitFor();
  expect(await page.locator("#composer").inputValue()).toBe("");
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("the density is chosen in the settings, and stays chosen", async () => {
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Dense");
  await watcher.say("to measure by");
  await seen(page, "to measure by");
  const height = () =>
    page
      .locator(".row", { hasText: "General" })
      .evaluate((row) => row.getBoundingClientRect().height);
  const cosy = await height();
  await openSettings(page, "Appearance");
  await tick(page.getByRole("radio", { name: "Compact" }));
  await page.keyboard.press("Escape");
  expect(await height()).toBeLessThan(cosy);
  await page.reload();
  await seen(page, "to measure by");
  expect(await height()).toBeLessThan(cosy);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});
