/** People, the administration, hooks, devices and files by keys alone: the focus is never lost, and goes back where it came from. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enter, madeLink } from "./administering";
import { openChannel, seen, Troubles, visit } from "./browser";
import { text } from "./sample-files";
import { stage } from "./stage";
import { Talker } from "./talker";

/** More controls than any screen has. */
const MOST_TABS = 200;

const { server, browser } = await stage();
let page: Page;
const troubles = new Troubles();

beforeAll(async () => {
  for (const name of ["Bea", "Cem"]) await (await Talker.signIn(server.address, name)).leave();
  page = await visit(browser, server.at(await server.command("admin", "Ada")), troubles);
  await enter(page, "Ada");
});
afterAll(() => expect(troubles.seen).toEqual([]));

/** What the focused control is called; empty where nothing has the focus. */
const focused = () =>
  page.evaluate(() => {
    const { activeElement: at } = document;
    if (!at || at === document.body) return "";
    const [label] = (at as HTMLInputElement).labels ?? [];
    return at.getAttribute("aria-label") ?? label?.textContent ?? at.textContent ?? "";
  });

async function has(name: string): Promise<void> {
  await expect.poll(focused).toBe(name);
}

async function tabTo(name: string): Promise<void> {
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    if ((await focused()) === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`failed to come to ${name}`);
}

async function press(name: string): Promise<void> {
  await tabTo(name);
  await page.keyboard.press("Enter");
}

/** From the button of a menu to one of its items. */
async function pick(button: string, item: string): Promise<void> {
  await press(button);
  await page.getByRole("menuitem", { name: item, exact: true }).waitFor();
  while ((await focused()) !== item) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
}

async function administer(topic: string): Promise<void> {
  await pick("More", "Administration");
  await page.getByRole("tab", { name: topic }).waitFor();
  await tabTo("People");
  while ((await focused()) !== topic) await page.keyboard.press("ArrowDown");
}

async function openDevices(): Promise<void> {
  await press("Settings");
  await page.getByRole("tab", { name: "Devices" }).waitFor();
  await tabTo("Account");
  while ((await focused()) !== "Devices") await page.keyboard.press("ArrowDown");
}

/** Ends what is open by the key for it. */
async function leave(back: string): Promise<void> {
  await page.keyboard.press("Escape");
  await has(back);
}

test("what is done about people is asked first, and leads back to their menu", async () => {
  await administer("People");
  await page.locator(".person").nth(2).waitFor();
  await press("More about Bea");
  await page.getByRole("menuitem", { name: "Deactivate" }).waitFor();
  await leave("More about Bea");
  await pick("More about Bea", "Deactivate");
  await has("Deactivate");
  await leave("More about Bea");
  await pick("More about Bea", "Deactivate");
  await has("Deactivate");
  await page.keyboard.press("Enter");
  await page.getByRole("group", { name: "Deactivate Bea?" }).waitFor({ state: "detached" });
  await has("More about Bea");
  await pick("More about Cem", "Make a link for a new password");
  await madeLink(page);
  await has("More about Cem");
  await leave("More");
});

test("invites are made and revoked, and bots get keys and end", async () => {
  await administer("Invites");
  await press("Make a link");
  await madeLink(page);
  await has("Make a link");
  await page.getByText("1 use left").waitFor();
  const revoke = page.getByRole("button", { name: "Revoke" });
  for (let left = await revoke.count(); left > 0; left--) {
    await press("Revoke");
    await expect.poll(() => revoke.count()).toBe(left - 1);
    await expect.poll(focused).not.toBe("");
  }
  await tabTo("Invites");
  while ((await focused()) !== "Hooks and bots") await page.keyboard.press("ArrowDown");
  await tabTo("Name");
  await page.keyboard.type("Deploy");
  await page.keyboard.press("Enter");
  await page.getByText("The key of Deploy").waitFor();
  await has("Name");
  await press("Done");
  await page.getByText("The key of Deploy").waitFor({ state: "detached" });
  await expect.poll(focused).not.toBe("");
  await press("End Deploy");
  await has("End");
  await page.keyboard.press("Enter");
  await page.getByText("No bots yet.").waitFor();
  await expect.poll(focused).not.toBe("");
  await leave("More");
});

test("a hook is made and ended in the details", async () => {
  await openChannel(page, "General");
  await press("Details of General");
  await press("Make a hook");
  await has("Name");
  await page.keyboard.type("Grafana");
  await page.keyboard.press("Enter");
  await page.getByText("Grafana is ready").waitFor();
  await expect.poll(focused).not.toBe("");
  await press("Done");
  await expect.poll(focused).not.toBe("");
  await press("End Grafana");
  await has("End");
  await leave("End Grafana");
  await page.keyboard.press("Enter");
  await has("End");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "End Grafana" }).waitFor({ state: "detached" });
  await expect.poll(focused).not.toBe("");
  await leave("Details of General");
});

test("a file is attached and taken back, and another one is sent", async () => {
  const attach = async (name: string) => {
    const chooser = page.waitForEvent("filechooser");
    await press("Attach files");
    await (await chooser).setFiles(text(name));
    await page.locator(".attached").getByText(name).waitFor();
  };
  await page.locator("#composer").focus();
  await page.keyboard.press("Shift+Tab");
  await attach("wrong.txt");
  await press("Remove wrong.txt");
  await page.locator(".attached").waitFor({ state: "detached" });
  await has("Message General");
  await page.keyboard.press("Shift+Tab");
  await attach("right.txt");
  await tabTo("Message General");
  await page.keyboard.type("The right one");
  await page.keyboard.press("Enter");
  await seen(page, "The right one");
  await has("Message General");
});

test("another device is let in and signed out", async () => {
  await openDevices();
  await page.getByText("this device").waitFor();
  await press("Sign in on another device");
  const phone = await visit(browser, server.at(await madeLink(page)), troubles);
  await phone.locator("#composer").waitFor();
  await expect.poll(focused).not.toBe("");
  await leave("Settings");
  await openDevices();
  const end = page.getByRole("button", { name: /^Sign .* out$/ });
  await press((await end.getAttribute("aria-label")) ?? "");
  await phone.getByText("You were signed out.").waitFor();
  await end.waitFor({ state: "detached" });
  await expect.poll(focused).not.toBe("");
  await leave("Settings");
  await phone.context().close();
});
