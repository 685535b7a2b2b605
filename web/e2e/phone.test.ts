/** A small screen: one pane at a time, nothing cut off, and words from right to left. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openChannel, seen, signIn, Troubles, visit } from "./browser";
import { stage } from "./stage";
import { Talker } from "./talker";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const LONG_WORD = "Donaudampfschifffahrtsgesellschaft".repeat(6);
const HEBREW = "שלום לכולם, מה שלומכם?";

const { server, browser } = await stage();
let friend: Talker;
const troubles = new Troubles();
beforeAll(async () => {
  friend = await Talker.signIn(server.address, "Friend");
  await friend.sayAll([
    LONG_WORD,
    `\`\`\`\n${LONG_WORD}\n\`\`\``,
    `https://example.org/${LONG_WORD}`,
  ]);
});

/** How far the page could be moved sideways, in pixels. */
function overhang(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}

test("from the list to a channel and back, by touch and by the browser's own button", async () => {
  const page = await visit(browser, server.address, troubles, PHONE);
  await signIn(page, "Walker");
  const list = page.getByRole("navigation");
  const composer = page.locator("#composer");
  expect(await composer.count()).toBe(0);
  await list.getByRole("link", { name: /^Friend/ }).tap();
  await page.getByRole("heading", { level: 2, name: "Friend" }).waitFor();
  expect(await list.count()).toBe(0);
  // Its keyboard would cover what the user came to read.
  expect(await composer.evaluate((field) => field === document.activeElement)).toBe(false);
  await composer.tap();
  await composer.fill("from the road");
  await page.getByRole("button", { name: "Send" }).tap();
  await seen(page, "from the road");
  await page.getByRole("button", { name: "Back to the list" }).tap();
  await list.getByRole("link", { name: /^Friend.*You: from the road/s }).waitFor();
  expect(await composer.count()).toBe(0);
  await list.getByRole("link", { name: /^General/ }).tap();
  await page.getByRole("heading", { level: 2, name: "General" }).waitFor();
  await page.goBack();
  await list.getByRole("link", { name: /^General/ }).waitFor();
  expect(await composer.count()).toBe(0);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("what comes in while the list is shown is counted there", async () => {
  const page = await visit(browser, server.address, troubles, PHONE);
  await signIn(page, "Counter");
  const row = page.getByRole("link", { name: /^Friend/ });
  await row.waitFor();
  const uuid = (await row.getAttribute("data-channel")) ?? "";
  expect(uuid).toBe(friend.uuid);
  const me = await page.evaluate(() => document.querySelector(".me-name")?.textContent);
  expect(me).toContain("Counter");
  await row.tap();
  await page.locator("#composer").fill("hello");
  await page.getByRole("button", { name: "Send" }).tap();
  await seen(page, "hello");
  await page.getByRole("button", { name: "Back to the list" }).tap();
  const counter = await Talker.signIn(server.address, "Counter");
  await friend.say("an answer", counter.uuid);
  await page.getByRole("link", { name: /^Friend.*1 unread message/s }).waitFor();
  // Nothing is open while the list is shown, so it stands among what is unread.
  expect(await page.locator(".list-head").first().textContent()).toBe("Unread");
  await counter.leave();
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test.each([320, 390, 768, 1280, 3840])("at %d pixels nothing hangs over", async (width) => {
  const viewport = { width, height: width < 700 ? 568 : 900 };
  const page = await visit(browser, server.address, troubles, { viewport });
  await page.getByLabel("Name").waitFor();
  expect(await overhang(page), "sign-in").toBe(0);
  await signIn(page, `Wide ${width}`);
  expect(await overhang(page), "list").toBe(0);
  await openChannel(page, "General");
  await seen(page, "example.org");
  expect(await overhang(page), "channel").toBe(0);
  // Every message keeps inside its list, which scrolls up and down only.
  const sideways = await page
    .locator("#messages")
    .evaluate((box) => box.scrollWidth - box.clientWidth);
  expect(sideways, "messages").toBe(0);
  await page.getByRole("button", { name: "Emoji" }).click();
  await page.getByLabel("Search emoji").waitFor();
  expect(await overhang(page), "emoji").toBe(0);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.locator("[role=combobox]").waitFor();
  expect(await overhang(page), "switcher").toBe(0);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("words from right to left stand on the right, whatever stands around them", async () => {
  const page = await visit(browser, server.address, troubles, PHONE);
  await signIn(page, "Reader");
  await openChannel(page, "General");
  await page.locator("#composer").fill(HEBREW);
  await page.getByRole("button", { name: "Send" }).tap();
  await seen(page, HEBREW);
  const directions = await page
    .locator(".message .text", { hasText: HEBREW })
    .evaluate((text) => [getComputedStyle(text).direction, text.getAttribute("dir")]);
  expect(directions).toEqual(["rtl", "auto"]);
  // Each line has its own direction: the second one stands on the left.
  await page.locator("#composer").fill(`${HEBREW}\nok`);
  await page.getByRole("button", { name: "Send" }).tap();
  await seen(page, "ok");
  const fromLeft = await page
    .locator(".message .text", { hasText: "ok" })
    .last()
    .evaluate((text) => {
      const line = document.createRange();
      const words = text.firstChild as Text;
      line.setStart(words, words.data.indexOf("ok"));
      line.setEnd(words, words.data.length);
      return line.getBoundingClientRect().left - text.getBoundingClientRect().left;
    });
  expect(Math.abs(fromLeft)).toBeLessThan(2);
  await page.locator("#composer").fill(HEBREW);
  const typed = await page
    .locator("#composer")
    .evaluate((area) => getComputedStyle(area).direction);
  expect(typed).toBe("rtl");
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

/** What can be touched and is smaller than a fingertip, 44 pixels, or too small for its words. */
function small(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const top = document.querySelector("dialog[open]") ?? document.body;
    return [...top.querySelectorAll("button, input, a.row, textarea, .choice span, .switch")]
      .filter((element) => element.checkVisibility({ opacityProperty: true }))
      .filter((element) => !element.matches(".switch input"))
      .map((element) => [element, element.getBoundingClientRect()] as const)
      .filter(
        ([element, { width, height }]) =>
          (width > 1 && Math.min(width, height) < 43.5) ||
          (element.matches("button, span") && element.scrollWidth > element.clientWidth + 1),
      )
      .map(
        ([element, { width, height }]) => `${element.outerHTML.slice(0, 80)} ${width} ${height}`,
      );
  });
}

test("every target is as large as a fingertip", async () => {
  const page = await visit(browser, server.address, troubles, PHONE);
  await page.getByLabel("Name").waitFor();
  expect(await small(page), "sign-in").toEqual([]);
  await signIn(page, "Fingers");
  await page.getByRole("link", { name: /^Friend/ }).waitFor();
  expect(await small(page), "list").toEqual([]);
  await page.getByRole("button", { name: "More", exact: true }).tap();
  await page.getByRole("menuitem").first().waitFor();
  expect(await small(page), "menu").toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Settings" }).tap();
  await page.getByRole("dialog").waitFor();
  for (const topic of await page.getByRole("tab").all()) {
    await topic.tap();
    expect(await small(page), "settings").toEqual([]);
  }
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).tap();
  await page.locator("dialog").waitFor({ state: "detached" });
  await openChannel(page, "General");
  await seen(page, "example.org");
  expect(await small(page), "channel").toEqual([]);
  await page.getByRole("button", { name: "Emoji" }).tap();
  await page.getByLabel("Search emoji").waitFor();
  expect(await small(page), "emoji").toEqual([]);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("the list is where it was left", async () => {
  for (let n = 10; n < 40; n++)
    await (await Talker.signIn(server.address, `Somebody ${n}`)).leave();
  const page = await visit(browser, server.address, troubles, PHONE);
  await signIn(page, "Scroller");
  await page.getByRole("link", { name: /^Somebody 10/ }).waitFor();
  const list = page.locator(".list");
  await list.evaluate((box) => {
    box.scrollTop = 700;
  });
  const row = page.getByRole("link", { name: /^Somebody 2/ }).first();
  await row.scrollIntoViewIfNeeded();
  const before = await list.evaluate((box) => box.scrollTop);
  expect(before).toBeGreaterThan(300);
  await row.tap();
  await page.locator("#composer").waitFor();
  await page.getByRole("button", { name: "Back to the list" }).tap();
  await row.waitFor();
  await expect.poll(() => list.evaluate((box) => box.scrollTop)).toBeCloseTo(before, -1);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test.each([320, 390, 768, 1280])("letters of 24 pixels fit at %d pixels", async (width) => {
  const viewport = { width, height: 800 };
  const page = await visit(browser, server.address, troubles, { viewport });
  await page.evaluate(() => {
    document.documentElement.style.fontSize = "24px";
  });
  expect(await overhang(page), "sign-in").toBe(0);
  await signIn(page, `Large ${width}`);
  const row = page.getByRole("link", { name: /^General/ });
  await row.waitFor();
  const apart = await row.evaluate((link) => {
    const name = link.querySelector(".row-name")?.getBoundingClientRect();
    const last = link.querySelector(".row-last")?.getBoundingClientRect();
    return (last?.top ?? 0) - (name?.bottom ?? 0);
  });
  expect(apart, "name and last message don't touch").toBeGreaterThanOrEqual(-0.5);
  expect(await overhang(page), "list").toBe(0);
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("dialog").waitFor();
  expect(await overhang(page), "settings").toBe(0);
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await openChannel(page, "General");
  await seen(page, "example.org");
  expect(await overhang(page), "channel").toBe(0);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});
