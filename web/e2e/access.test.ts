/** Nobody is kept out: axe finds nothing on any screen in either theme, and the keyboard alone is enough. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, openChannel, openSettings, say, seen, signIn, Troubles, visit } from "./browser";
import { Server } from "./server";
import { Talker } from "./talker";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const TALK = "Hello **all**, see https://example.org/ and `code`\n```\na block\n```";

let server: Server;
let browser: Browser;
let friend: Talker;
beforeAll(async () => {
  server = await Server.start("embedded");
  browser = await launch();
  friend = await Talker.signIn(server.address, "Friend");
  const other = await Talker.signIn(server.address, "Other");
  for (const name of ["Reader", "Phone reader"]) {
    const reader = await Talker.signIn(server.address, name);
    await friend.say("only for you", reader.uuid);
    await reader.say("thank you", other.uuid);
    await reader.leave();
  }
  await friend.say(TALK);
  await other.say("🎉");
  await other.leave();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** What axe has to say, when everything on the screen has come to rest. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
        .map(({ finished }) => finished.catch(() => undefined)),
    ).then(() => undefined),
  );
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")} ${failureSummary}`),
  );
}

const LOOKS = [
  { look: "the light theme", colors: { colorScheme: "light" } },
  { look: "the dark theme", colors: { colorScheme: "dark" } },
  { look: "forced colours", colors: { forcedColors: "active" } },
] as const;

describe.each(LOOKS)("axe, in $look", ({ colors }) => {
  test("finds nothing on the sign-in screen", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles, colors);
    expect(await faults(page)).toEqual([]);
    await page.getByRole("button", { name: "I have an account" }).click();
    expect(await faults(page)).toEqual([]);
    await page.locator("form button[type=submit]").click();
    await page.getByText("Please fill in a name.").waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByLabel("Name").fill("Nobody");
    await page.getByLabel("Password", { exact: true }).fill("a password");
    await page.locator("form button[type=submit]").click();
    await page.getByRole("dialog", { name: "Create an account for “Nobody”?" }).waitFor();
    expect(await faults(page)).toEqual([]);
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("finds nothing in the chat and its dialogs", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles, colors);
    await signIn(page, "Reader");
    await seen(page, "🎉");
    expect(await faults(page)).toEqual([]);
    await openChannel(page, "Friend");
    await seen(page, "only for you");
    await say(page, "mine");
    await seen(page, "mine");
    expect(await faults(page)).toEqual([]);
    await page.getByRole("searchbox", { name: "Search people" }).fill("nobody like that");
    await page.getByText("Nobody here is called").waitFor();
    expect(await faults(page)).toEqual([]);
    for (const topic of ["Account", "Devices", "Appearance", "Notifications", "Keys"]) {
      await openSettings(page, topic);
      expect(await faults(page), topic).toEqual([]);
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
    }
    await page.getByRole("button", { name: "More", exact: true }).click();
    expect(await faults(page)).toEqual([]);
    await page.getByRole("menuitem", { name: "About" }).click();
    await page.locator(".about").waitFor();
    expect(await faults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    for (const [keys, shown] of [
      ["Control+/", ".shortcuts"],
      ["Control+k", ".switcher"],
    ] as const) {
      await page.keyboard.press(keys);
      await page.locator(shown).waitFor();
      expect(await faults(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
    }
    await page.getByRole("button", { name: "Emoji" }).click();
    await page.locator(".emoji-grid").first().waitFor();
    expect(await faults(page)).toEqual([]);
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("finds nothing on a phone", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles, {
      ...colors,
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await signIn(page, "Phone reader");
    await page.getByRole("link", { name: /^Friend/ }).waitFor();
    expect(await faults(page)).toEqual([]);
    await openChannel(page, "General");
    await seen(page, "🎉");
    expect(await faults(page)).toEqual([]);
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });
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
