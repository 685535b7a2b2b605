/** From an empty server to five people: the first admin, an invite, a new password, a ban, another admin. */
import type { Page } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { administer, choose, closeDialog, confirm, enter, madeLink, send } from "./administering";
import { openChannel, say, seen, Troubles, visit } from "./browser";
import { STORES } from "./server";
import { stage } from "./stage";

describe.each(STORES)("%s", async (store) => {
  const { server, browser } = await stage(store, { REGISTRATION: "invite" });
  let admin: Page;
  const troubles = new Troubles();

  afterAll(() => expect(troubles.seen).toEqual([]));

  /** A new browser at a link. */
  const follow = (link: string) => visit(browser, server.at(link), troubles);

  async function signedIn(name: string, password?: string): Promise<Page> {
    const page = await visit(browser, server.address, troubles);
    await enter(page, name, password);
    return page;
  }

  test("the first admin comes by a link of the command line", async () => {
    admin = await follow(await server.command("admin", "Ada"));
    await admin.getByText("Become the admin").waitFor();
    await enter(admin, "Ada");
    expect(new URL(admin.url()).hash).toBe("#general");
  });

  test("an invite for four brings four into General and its channel, and no fifth", async () => {
    await admin.getByRole("button", { name: "New channel or group" }).click();
    await admin.getByRole("menuitem", { name: "Create a channel" }).click();
    await admin.getByLabel("Name").fill("team");
    await admin.getByRole("button", { name: "Create", exact: true }).click();
    await admin.getByRole("heading", { level: 2, name: "team" }).waitFor();
    await administer(admin, "Invites");
    await admin.getByLabel("How many people").fill("4");
    await admin.getByRole("checkbox", { name: "#team" }).check();
    await admin.getByRole("button", { name: "Make a link" }).click();
    const link = await madeLink(admin);
    await admin.getByText("For 4 people").waitFor();
    for (const name of ["Bea", "Cem", "Dan", "Eva"]) {
      const page = await follow(link);
      await page.getByText("You are invited").waitFor();
      expect(page.url()).not.toContain("link=");
      await enter(page, name);
      await openChannel(page, "team");
      await say(page, `${name} is here`);
      await seen(page, `${name} is here`);
      await page.context().close();
    }
    const late = await follow(link);
    await late.getByText("This link doesn’t work").waitFor();
    await late.context().close();
    await closeDialog(admin);
    await seen(admin, "Eva is here");
  });

  test("a name that is taken uses no invite up, and a revoked one lets nobody in", async () => {
    await administer(admin, "Invites");
    await admin.getByRole("button", { name: "Make a link" }).click();
    const link = await madeLink(admin);
    const page = await follow(link);
    await page.getByLabel("Name").fill("Bea");
    await page.getByLabel("Password", { exact: true }).fill("a password");
    await page.locator("form button[type=submit]").click();
    await page.locator("#username[aria-invalid=true]").waitFor();
    await admin.getByText("1 use left").waitFor();
    await admin.getByRole("button", { name: "Revoke" }).click();
    await admin.getByText("There are none.").waitFor();
    await page.getByLabel("Name").fill("Fay");
    await page.locator("form button[type=submit]").click();
    await page.getByText("This link doesn’t work").waitFor();
    await page.context().close();
    await closeDialog(admin);
  });

  test("a link brings a new password, ends the old sessions, and says who made it", async () => {
    const old = await signedIn("Bea");
    await administer(admin, "People");
    await choose(admin, "Bea", "Make a link for a new password");
    await admin.getByText("Send this link to Bea").waitFor();
    const page = await follow(await madeLink(admin));
    await page.getByText("Choose a new password").waitFor();
    await send(page, "a new one");
    await page.getByText("Your password was reset by a link that Ada made").waitFor();
    await old.getByText("You were signed out.").waitFor();
    await closeDialog(admin);
    await old.context().close();
    await page.context().close();
  });

  test("a deactivated person is out and can't be written to, until they are active again", async () => {
    const dan = await signedIn("Dan");
    await administer(admin, "People");
    await choose(admin, "Dan", "Deactivate");
    await confirm(admin, "Deactivate Dan?", "Deactivate");
    const row = admin.locator(".person", { hasText: "Dan" });
    await row.getByText("deactivated").waitFor();
    await dan.getByText("You were signed out.").waitFor();
    await dan.getByLabel("Name").fill("Dan");
    await dan.getByLabel("Password", { exact: true }).fill("a password");
    await dan.locator("form button[type=submit]").click();
    await dan.locator("[aria-invalid=true]").first().waitFor();
    await admin.getByRole("button", { name: "Write to Dan" }).click();
    await admin.getByText("Dan is deactivated.").waitFor();
    await administer(admin, "People");
    await choose(admin, "Dan", "Activate again");
    await confirm(admin, "Activate Dan again?", "Activate again");
    await row.getByText("deactivated").waitFor({ state: "detached" });
    await closeDialog(admin);
    await admin.getByLabel("Message Dan").waitFor();
    await dan.locator("form button[type=submit]").click();
    await dan.locator("#composer").waitFor();
    await dan.context().close();
  });

  test("a role changes while the page is open, both ways, and the last admin stays", async () => {
    const eva = await signedIn("Eva");
    const more = eva.getByRole("button", { name: "More", exact: true });
    const entry = eva.getByRole("menuitem", { name: "Administration" });
    await more.click();
    await eva.getByRole("menuitem", { name: "About" }).waitFor();
    expect(await entry.count()).toBe(0);
    await more.click();
    await administer(admin, "People");
    await choose(admin, "Eva", "Make admin");
    await confirm(admin, "Make Eva an admin?", "Make admin");
    await more.click();
    await entry.click();
    await choose(eva, "Ada", "No longer admin");
    await confirm(eva, "Take the role of admin from Ada?", "No longer admin");
    await choose(admin, "Eva", "No longer admin");
    const asked = admin.getByRole("group", { name: "Take the role of admin from Eva?" });
    await asked.getByRole("button", { name: "No longer admin" }).click();
    await asked.getByRole("alert").filter({ hasText: "admin" }).waitFor();
    await closeDialog(admin);
    await admin.getByRole("button", { name: "More", exact: true }).click();
    await admin.getByRole("menuitem", { name: "Administration" }).waitFor({ state: "detached" });
    await eva.context().close();
    await admin.context().close();
  });
});
