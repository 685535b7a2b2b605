/** Who may sign up, as the sign-in screen says it, and everybody in a list. */
import { afterAll, describe, expect, test } from "vitest";
import { openSettings, signIn, Troubles, visit } from "./browser";
import { STORES } from "./server";
import { stage } from "./stage";
import { Talker } from "./talker";

describe.each(STORES)("%s", async (store) => {
  const { server, browser } = await stage(store);
  const troubles = new Troubles();

  afterAll(() => expect(troubles.seen).toEqual([]));

  test("everybody is found by name, and written to", async () => {
    await Talker.signIn(server.address, "Bea");
    await Talker.signIn(server.address, "Cem");
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Ada");
    await page.getByRole("button", { name: "New channel or group" }).click();
    await page.getByRole("menuitem", { name: "People" }).click();
    const people = page.locator(".person");
    await people.nth(2).waitFor();
    await page.getByLabel("Find people").fill("ce");
    await people.filter({ hasText: "Bea" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Write to Cem" }).click();
    await page.getByLabel("Message Cem").waitFor();
    await page.context().close();
  });

  test("where an invite is needed a new person is told so, and where nobody is taken only the sign-in is shown", async () => {
    await server.restart({ REGISTRATION: "invite" });
    const page = await visit(browser, server.address, troubles);
    await page.getByRole("button", { name: "I am new here" }).click();
    await page.getByText("A new account needs an invite").waitFor();
    expect(await page.getByLabel("Password", { exact: true }).count()).toBe(0);
    await server.restart({ REGISTRATION: "closed" });
    await page.reload();
    await page.getByLabel("Name").waitFor();
    await page.getByRole("button", { name: "I am new here" }).waitFor({ state: "detached" });
    await page.getByLabel("Name").fill("Bea");
    await page.getByLabel("Password", { exact: true }).fill("a password");
    await page.locator("form button[type=submit]").click();
    await page.locator("#composer").waitFor();
    await page.context().close();
  });

  test("the secret of a link leaves the address at once, and a link that has ended says so", async () => {
    const page = await visit(browser, `${server.address}#link=c2VjcmV0`, troubles);
    await page.getByText("This link doesn’t work").waitFor();
    expect(page.url()).not.toContain("link");
    await page.getByRole("button", { name: "To the sign-in" }).click();
    await page.getByLabel("Name").waitFor();
    await page.context().close();
  });

  test("another device signs in by a link, once, and is signed out from the first", async () => {
    await server.restart({});
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Dan");
    await openSettings(page, "Devices");
    await page.getByText("this device").waitFor();
    await page.getByRole("button", { name: "Sign in on another device" }).click();
    await page.getByRole("img", { name: "QR code of the link" }).waitFor();
    const link = await page.getByLabel("Link", { exact: true }).inputValue();
    await page.keyboard.press("Escape");
    const here = server.address + new URL(link).hash;
    const phone = await visit(browser, here, troubles);
    await phone.locator("#composer").waitFor();
    expect(phone.url()).not.toContain("link");
    const late = await visit(browser, here, troubles);
    await late.getByText("This link doesn’t work").waitFor();
    await openSettings(page, "Devices");
    await page.getByRole("button", { name: /^Sign .* out$/ }).click();
    await phone.getByText("You were signed out.").waitFor();
    for (const each of [page, phone, late]) await each.context().close();
  });
});
