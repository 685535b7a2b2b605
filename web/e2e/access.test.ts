/** Nobody is kept out: the keyboard alone is enough, and what comes is read aloud. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openChannel, seen, signIn, Troubles, visit } from "./browser";
import { stage } from "./stage";
import { Talker } from "./talker";

const { server, browser } = await stage();
let friend: Talker;
beforeAll(async () => {
  friend = await Talker.signIn(server.address, "Friend");
  const other = await Talker.signIn(server.address, "Other");
  const reader = await Talker.signIn(server.address, "Reader");
  await friend.say("only for you", reader.uuid);
  await reader.say("thank you", other.uuid);
  await reader.leave();
  await other.say("🎉");
  await other.leave();
});

/** Whether the focus is where it is wanted, and drawn so that it can be seen. */
async function focused(page: Page, selector: string): Promise<void> {
  await page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);
  const drawn = await page.evaluate(() => {
    // The composer's ring is drawn by the box around it.
    const at = document.activeElement?.closest(".composer-box") ?? document.activeElement;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at as Element);
    return (
      (outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2) || boxShadow !== "none"
    );
  });
  expect(drawn, `the focus on ${selector} can be seen`).toBe(true);
}

test("the keyboard alone signs in, finds a person, writes, and finds the shortcuts", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await focused(page, "input[name=username]");
  await page.keyboard.type("Keys");
  await page.keyboard.press("Tab");
  await focused(page, "input[name=password]");
  await page.keyboard.type("a password");
  await page.keyboard.press("Enter");
  await focused(page, "#composer");

  await page.keyboard.press("Control+k");
  await focused(page, "[role=combobox]");
  await page.keyboard.type("frie");
  await page.getByRole("option", { name: "Friend", selected: true }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 2, name: "Friend" }).waitFor();
  await focused(page, "#composer");
  await page.keyboard.type("written by hand");
  await page.keyboard.press("Enter");
  await seen(page, "written by hand");

  // In the composer `?` is a question mark, so the way leads out of it first.
  await page.keyboard.type("?");
  expect(await page.locator("#composer").inputValue()).toBe("?");
  await page.keyboard.press("Backspace");
  await page.locator(".attach button").waitFor();
  await page.keyboard.press("Shift+Tab");
  await focused(page, ".attach button");
  await page.keyboard.press("Shift+Tab");
  await focused(page, "#messages");
  await page.keyboard.press("?");
  await page.locator(".shortcuts").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await focused(page, "#messages");
  await page.keyboard.press("Escape");
  await focused(page, "#composer");
  await page.keyboard.press("Control+k");
  await focused(page, "[role=combobox]");
  await page.keyboard.press("Escape");
  await focused(page, "#composer");
  await page.locator("dialog").waitFor({ state: "detached" });
  // General stands first, then the notes, and the newest talk below them.
  await page.keyboard.press("Alt+ArrowUp");
  await page.getByRole("heading", { level: 2, name: "Notes to self" }).waitFor();
  await page.keyboard.press("Alt+ArrowUp");
  await page.getByRole("heading", { level: 2, name: "General" }).waitFor();
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("one dialog leads to the other, and a new message is read aloud while history isn't", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Listener");
  await seen(page, "🎉");
  const spoken = page.locator("[role=log][aria-live=polite]");
  await spoken.waitFor({ state: "attached" });
  expect(await spoken.textContent()).toBe("");
  await friend.say("do you hear me?");
  await spoken.getByText("Friend: do you hear me?").waitFor();
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Control+/");
  await page.locator(".shortcuts").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("the same words twice are read aloud twice", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Hearer");
  await seen(page, "🎉");
  await page.locator("[role=log][aria-live=polite]").waitFor({ state: "attached" });
  await page.evaluate(() => {
    const told: string[] = [];
    Object.assign(window, { told });
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes) told.push(node.textContent ?? "");
    }).observe(document.querySelector("[aria-live=polite]") as Element, { childList: true });
  });
  for (const times of [1, 2]) {
    await friend.say("ok");
    await page.waitForFunction(
      (count) => (window as unknown as { told: string[] }).told.length === count,
      times,
    );
  }
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("the emoji are one stop for Tab", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Picker");
  await page.locator("#composer").waitFor();
  await page.getByRole("button", { name: "Emoji" }).click();
  await focused(page, ".emoji-picker input");
  await page.keyboard.press("Tab");
  await focused(page, ".emoji-grid button");
  await page.keyboard.press("ArrowRight");
  const second = await page.evaluate(() => document.activeElement?.textContent);
  await page.keyboard.press("Shift+Tab");
  await focused(page, ".emoji-picker input");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(second);
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.closest(".emoji-picker"))).toBeNull();
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("forced colours still tell what is open and who is online", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles, { forcedColors: "active" });
  await signIn(page, "Reader");
  await openChannel(page, "Friend");
  const look = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => {
        const { borderColor, backgroundColor, outlineStyle } = getComputedStyle(element);
        return `${borderColor} ${backgroundColor} ${outlineStyle}`;
      });
  expect(await look(".row[aria-current]")).not.toBe(await look(".row:not([aria-current])"));
  expect(await look(".row .dot.online")).not.toBe(await look(".row .dot:not(.online)"));
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});
