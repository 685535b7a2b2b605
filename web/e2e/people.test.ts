/** From an empty server to five people by invite, a new password, another device, blocks, reports, and people who go. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, openChannel, openSettings, say, seen, Troubles, visit } from "./browser";
import { Server, STORES } from "./server";

describe.each(STORES)("%s", (store) => {
  let server: Server;
  let browser: Browser;
  let admin: Page;
  const troubles = new Troubles();

  beforeAll(async () => {
    server = await Server.start(store, { REGISTRATION: "invite" });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    expect(troubles.seen).toEqual([]);
  });

  /** A new browser at a link, whose address names another host. */
  async function follow(link: string): Promise<Page> {
    const page = await visit(browser, here(link), troubles);
    return page;
  }

  const here = (link: string) => server.address + new URL(link).hash;

  async function administration(topic: string): Promise<void> {
    await admin.getByRole("button", { name: "More", exact: true }).click();
    await admin.getByRole("menuitem", { name: "Administration" }).click();
    await admin.getByRole("tab", { name: topic }).click();
  }

  async function choose(name: string, item: string): Promise<void> {
    await admin.getByRole("button", { name: `More about ${name}` }).click();
    await admin.getByRole("menuitem", { name: item }).click();
  }

  async function fill(page: Page, name: string, password = "a password"): Promise<void> {
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.locator("form button[type=submit]").click();
  }

  const close = (page: Page) =>
    page.getByRole("dialog").getByRole("button", { name: "Close" }).click();

  test("nobody comes in without a link, and the first admin by a link of the command line", async () => {
    const stranger = await visit(browser, server.address, troubles);
    await stranger.getByRole("button", { name: "I am new here" }).click();
    await stranger.getByText("A new account needs an invite").waitFor();
    expect(await stranger.getByLabel("Password", { exact: true }).count()).toBe(0);
    await stranger.context().close();

    admin = await follow(await server.command("admin", "Ada"));
    await fill(admin, "Ada");
    await admin.locator("#composer").waitFor();
    expect(new URL(admin.url()).hash).toBe("#general");
  });

  test("an invite for four brings in four, and no fifth", async () => {
    await administration("Invites");
    await admin.getByLabel("How many people").fill("4");
    await admin.getByRole("button", { name: "Make a link" }).click();
    await admin.getByText("For 4 people").waitFor();
    await admin.getByRole("img", { name: "QR code of the link" }).waitFor();
    const link = await admin.getByLabel("Link", { exact: true }).inputValue();
    await close(admin);
    for (const name of ["Bea", "Cem", "Dan", "Eva"]) {
      const page = await follow(link);
      await page.getByText("You are invited").waitFor();
      expect(page.url()).not.toContain("link=");
      await fill(page, name);
      await seen(page, "").catch(() => undefined);
      await page.locator("#composer").waitFor();
      await say(page, `${name} is here`);
      await seen(page, `${name} is here`);
      await page.context().close();
    }
    const late = await follow(link);
    await late.getByText("This link doesn’t work").waitFor();
    await late.context().close();
  });

  test("a reset link brings a new password, and ends the old sessions", async () => {
    const old = await visit(browser, server.address, troubles);
    await fill(old, "Bea");
    await old.locator("#composer").waitFor();
    await administration("People");
    await choose("Bea", "Make a link for a new password");
    await admin.getByText("Send this link to Bea").waitFor();
    const link = await admin.getByLabel("Link", { exact: true }).inputValue();
    await close(admin);
    const page = await follow(link);
    await page.getByText("Choose a new password").waitFor();
    await page.getByLabel("Password", { exact: true }).fill("a new one");
    await page.locator("form button[type=submit]").click();
    await page.locator("#composer").waitFor();
    await old.getByText("You were signed out.").waitFor();
    await old.context().close();
    await page.context().close();
  });

  test("another device signs in by a link, and is signed out from the first", async () => {
    await openSettings(admin, "Devices");
    await admin.getByRole("button", { name: "Sign in on another device" }).click();
    const link = await admin.getByLabel("Link", { exact: true }).inputValue();
    await close(admin);
    const phone = await follow(link);
    await phone.locator("#composer").waitFor();
    await openSettings(admin, "Devices");
    await admin.getByText("this device").waitFor();
    await admin
      .getByRole("button", { name: /^Sign .* out$/ })
      .first()
      .click();
    await phone.getByText("You were signed out.").waitFor();
    await close(admin);
    await phone.context().close();
  });

  test("a reported message reaches the admin, who deletes it and deactivates its author", async () => {
    const [cem, dan] = [
      await visit(browser, server.address, troubles),
      await visit(browser, server.address, troubles),
    ];
    for (const [page, name] of [
      [cem, "Cem"],
      [dan, "Dan"],
    ] as const) {
      await fill(page, name);
      await page.locator("#composer").waitFor();
    }
    await say(dan, "buy cheap tickets");
    await seen(cem, "buy cheap tickets");
    const message = cem.locator(".message", { hasText: "buy cheap tickets" });
    await message.hover();
    await message.locator(".entry-more").click();
    await cem.getByRole("menuitem", { name: "Report" }).click();
    await cem.getByLabel("What is wrong with it?").fill("advertising");
    await cem.getByRole("dialog").getByRole("button", { name: "Send" }).click();
    await cem.getByText("The admins will look at it.").waitFor();
    await admin.getByText("A message was reported.").waitFor();
    await admin.getByRole("button", { name: "Look at it" }).click();
    await admin.getByText("advertising").waitFor();
    await admin.getByRole("button", { name: "Delete the message" }).click();
    await admin.getByText("The message is deleted.").waitFor();
    await admin.getByRole("button", { name: "Close the report" }).click();
    await admin.getByText("No message is reported.").waitFor();
    await admin.getByRole("tab", { name: "People" }).click();
    await choose("Dan", "Deactivate");
    await admin
      .getByRole("group", { name: "Deactivate Dan?" })
      .getByRole("button", { name: "Deactivate" })
      .click();
    await admin.locator(".person", { hasText: "Dan" }).getByText("deactivated").waitFor();
    await dan.getByLabel("Name").waitFor();
    await fill(dan, "Dan");
    await dan.locator(".error").first().waitFor();
    await dan.context().close();
    await admin.getByRole("button", { name: "Write to Dan" }).click();
    await admin.getByText("Dan is deactivated.").waitFor();
    await cem.context().close();
  });

  test("who is blocked can't be written to, until that is ended", async () => {
    await openChannel(admin, "General");
    await admin.getByRole("button", { name: "New channel or group" }).click();
    await admin.getByRole("menuitem", { name: "People" }).click();
    await choose("Eva", "Block");
    await admin
      .getByRole("group", { name: "Block Eva?" })
      .getByRole("button", { name: "Block" })
      .click();
    await admin.locator(".person", { hasText: "Eva" }).getByText("blocked").waitFor();
    await admin.getByRole("button", { name: "Write to Eva" }).click();
    await admin.getByText("You have blocked Eva.").waitFor();
    await admin.getByRole("button", { name: "Unblock Eva" }).click();
    await admin.getByLabel("Message Eva").waitFor();
    await admin.context().close();
  });
});
