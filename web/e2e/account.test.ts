/** Changing the password and leaving everywhere, with a second device that notices. */
import { expect, test } from "vitest";
import { say, seen, signIn, Troubles, visit } from "./browser";
import { stage } from "./stage";

const { server, browser } = await stage();

test("a new password brings a new key to all tabs of its browser, and to nobody else", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Tabea");
  const old = await page.evaluate(() => localStorage.getItem("chinwag.session"));
  const tab = await page.context().newPage();
  await tab.goto(`${server.address}#general`);
  await tab.locator("#composer").waitFor();
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel("Current password").fill("a password");
  await page.getByLabel("New password").fill("a better one");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("The password is changed").waitFor();
  await page.keyboard.press("Escape");
  await say(tab, "with the new key");
  await seen(page, "with the new key");
  // Each tab has to come back by a key that lives.
  await server.restart();
  for (const each of [page, tab]) await each.locator(".banner").waitFor({ state: "detached" });
  await say(tab, "after the restart");
  await seen(page, "after the restart");
  const thief = await visit(browser, server.address, troubles);
  await thief.evaluate((copy) => localStorage.setItem("chinwag.session", copy ?? ""), old);
  await thief.reload();
  await thief.getByText("Please sign in again.").waitFor();
  await thief.context().close();
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("a new password logs the other device out, and so does leaving everywhere", async () => {
  const troubles = new Troubles();
  const laptop = await visit(browser, server.address, troubles);
  const phone = await visit(browser, server.address, troubles);
  await signIn(laptop, "Ada");
  await signIn(phone, "Ada");
  await laptop.getByRole("button", { name: "Settings" }).click();
  await laptop.getByLabel("Current password").fill("not this one");
  await laptop.getByLabel("New password").fill("a better one");
  await laptop.getByRole("button", { name: "Change password" }).click();
  await laptop.getByText("The current password is wrong.").waitFor();
  await laptop.getByLabel("Current password").fill("a password");
  await laptop.getByRole("button", { name: "Change password" }).click();
  await laptop.getByText("The password is changed").waitFor();
  await phone.getByText("You were signed out.").waitFor();

  await phone.getByLabel("Name").fill("Ada");
  await phone.locator("input[name=password]").fill("a better one");
  await phone.locator("form button[type=submit]").click();
  await phone.locator("#composer").waitFor();
  await laptop.getByRole("tab", { name: "Devices" }).click();
  await laptop.getByRole("button", { name: "Sign out everywhere" }).click();
  await laptop.getByLabel("Name").waitFor();
  await phone.getByText("You were signed out.").waitFor();
  expect(troubles.seen).toEqual([]);
});
