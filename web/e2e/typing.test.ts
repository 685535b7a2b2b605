/** Keys go where the writer means them to go: input methods, Enter, touch keyboards, and typing anywhere. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openChannel, say, seen, signIn, Troubles, visit } from "./browser";
import { stage } from "./stage";
import { Talker } from "./talker";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const { server, browser } = await stage();

const sent = (page: Page) => page.locator(".message").count();
const focused = (page: Page) => page.evaluate(() => document.activeElement?.id);

/** A key as Safari tells of it when the input method has it: after the composition, with a code of its own. */
function ofInputMethod(page: Page, selector: string, key: string): Promise<boolean> {
  return page.locator(selector).evaluate(
    (field, name) =>
      field.dispatchEvent(
        new KeyboardEvent("keydown", {
          key: name,
          keyCode: 229,
          bubbles: true,
          cancelable: true,
        }),
      ),
    key,
  );
}

test("keys of an input method do nothing else", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "東京");
  await page.locator("#composer").fill("東京");
  expect(await ofInputMethod(page, "#composer", "Enter")).toBe(true);
  expect(await page.locator("#composer").inputValue()).toBe("東京");
  await page.getByRole("button", { name: "Emoji" }).click();
  await page.getByLabel("Search emoji").waitFor();
  expect(await ofInputMethod(page, ".emoji-picker input", "Enter")).toBe(true);
  expect(await page.locator("#composer").inputValue()).toBe("東京");
  await page.keyboard.press("Escape");
  await page.locator("#search").fill("e");
  expect(await ofInputMethod(page, "#search", "Escape")).toBe(true);
  expect(await page.locator("#search").inputValue()).toBe("e");
  await page.keyboard.press("Control+k");
  await page.locator("[role=combobox]").waitFor();
  for (const key of ["ArrowDown", "ArrowUp", "Enter"])
    expect(await ofInputMethod(page, "[role=combobox]", key)).toBe(true);
  expect(await page.locator("dialog[open]").count()).toBe(1);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("Enter in the emoji search picks the first, and sends nothing", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Picker");
  const before = await sent(page);
  await page.locator("#composer").fill("not done yet ");
  await page.getByRole("button", { name: "Emoji" }).click();
  await page.getByLabel("Search emoji").fill("rocket");
  await page.keyboard.press("Enter");
  expect(await page.locator("#composer").inputValue()).toBe("not done yet 🚀");
  expect(await sent(page)).toBe(before);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("Enter breaks the line on a touch keyboard, and the button sends", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles, PHONE);
  await signIn(page, "Toucher");
  await openChannel(page, "General");
  const composer = page.locator("#composer");
  await composer.tap();
  await composer.pressSequentially("first");
  await page.keyboard.press("Enter");
  await composer.pressSequentially("second");
  expect(await composer.inputValue()).toBe("first\nsecond");
  expect(await composer.getAttribute("enterkeyhint")).toBe("enter");
  await page.getByRole("button", { name: "Send" }).tap();
  await seen(page, "first\nsecond");
  // A keyboard that was plugged in has a key for it.
  await composer.pressSequentially("third");
  await page.keyboard.press("Control+Enter");
  await seen(page, "third");
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("Enter in the search of people opens the first, and the search is over then", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  const zoe = await Talker.signIn(server.address, "Zoe Zettler");
  await signIn(page, "Seeker");
  const search = page.locator("#search");
  const heading = page.getByRole("heading", { level: 2, name: "Zoe Zettler" });
  await search.fill("zett");
  await page.getByRole("link", { name: /^Zoe/ }).waitFor();
  await search.press("Enter");
  await heading.waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "composer");
  expect(await search.inputValue()).toBe("");
  // Of the channel that is open already, as well.
  await search.fill("zett");
  await page.getByRole("link", { name: /^Zoe/ }).click();
  await page.getByRole("link", { name: /^General/ }).waitFor();
  expect(await search.inputValue()).toBe("");
  await search.fill("nobody of that name");
  await search.press("Enter");
  await heading.waitFor();
  await zoe.leave();
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("what is typed among the messages is written in the composer, all of it", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles, {
    permissions: ["clipboard-read", "clipboard-write"],
  });
  await signIn(page, "Typist");
  await say(page, "hello");
  await seen(page, "hello");
  const composer = page.locator("#composer");
  await page.locator("#messages").click();
  await page.keyboard.type("either/or works?");
  expect(await composer.inputValue()).toBe("either/or works?");
  await page.evaluate(() => navigator.clipboard.writeText(" Pasted."));
  await page.locator("#messages").click();
  await page.keyboard.press("Control+v");
  await page.waitForFunction(() =>
    (document.getElementById("composer") as HTMLTextAreaElement).value.endsWith("? Pasted."),
  );
  // What a key does where it is pressed, it goes on doing.
  await page.locator("#messages").focus();
  await page.keyboard.press("Space");
  expect(await focused(page)).toBe("messages");
  await page.keyboard.press("/");
  await page.waitForFunction(() => document.activeElement?.id === "search");
  await page.keyboard.type("no");
  expect(await page.locator("#search").inputValue()).toBe("no");
  expect(await composer.inputValue()).toBe("either/or works? Pasted.");
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("the composer is as high as its text, whatever the window's width", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles, {
    viewport: { width: 1280, height: 800 },
  });
  await signIn(page, "Resizer");
  const composer = page.locator("#composer");
  await composer.fill("some words that will wrap on a narrow screen ".repeat(5));
  const height = () => composer.evaluate((field) => field.clientHeight);
  const before = await height();
  const fits = (higher: boolean) =>
    page.waitForFunction(
      ([was, grown]) => {
        const field = document.getElementById("composer") as HTMLElement;
        return (
          field.scrollHeight === field.clientHeight &&
          (grown ? field.clientHeight > was : field.clientHeight === was)
        );
      },
      [before, higher] as const,
    );
  await page.setViewportSize({ width: 760, height: 800 });
  await fits(true);
  await page.setViewportSize({ width: 1280, height: 800 });
  await fits(false);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});
