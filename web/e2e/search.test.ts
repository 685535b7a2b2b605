/** Searching: from a few letters to the hits, into a long history, and back. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, openChannel, say, seen, signIn, Troubles, visit } from "./browser";
import { scrollToNewest } from "./scroll";
import { LOAD, Server, STORES } from "./server";
import { stage } from "./stage";
import { Talker } from "./talker";

const MESSAGES = 1500;
const NEEDLE = 200;

/** Waits until the message is on the screen. */
async function inView(page: Page, text: string): Promise<void> {
  await page.waitForFunction((wanted) => {
    const box = document.querySelector("#messages")?.getBoundingClientRect();
    return [...document.querySelectorAll("#messages .message")].some((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      const within = box !== undefined && bottom > box.top && top < box.bottom;
      return within && row.querySelector(".text")?.textContent === wanted;
    });
  }, text);
}

/** Scrolls up, page by page as older messages come, until the list has let go of the message. */
function scrollUp(page: Page, text: string): Promise<void> {
  return page.evaluate(async (gone) => {
    const box = document.querySelector("#messages") as HTMLElement;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    while (box.textContent?.includes(gone)) {
      box.scrollTop -= 1000;
      await frame();
      await frame();
    }
  }, text);
}

function field(page: Page) {
  return page.getByRole("combobox");
}

function hit(page: Page, text: string) {
  return page.locator(".hits li", { has: page.locator(".hit-text", { hasText: text }) });
}

describe.each(STORES)("on the %s store", async (store) => {
  const { server, browser } = await stage(store, LOAD);
  let writer: Talker;
  beforeAll(async () => {
    writer = await Talker.signIn(server.address, "Writer");
    const line = (n: number) => (n === NEEDLE ? "The **needle** is in the haystack" : `straw ${n}`);
    await writer.sayAll(Array.from({ length: MESSAGES }, (_, n) => line(n + 1)));
  });

  test("typed, found, jumped to, back, and down to the present", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Reader");
    await seen(page, `straw ${MESSAGES}`);
    await page.keyboard.press("Control+f");
    await field(page).waitFor();
    await page.getByRole("button", { name: "Remove in: General" }).waitFor();
    await field(page).fill("NEED");
    const first = page.getByRole("option", { name: "The needle is in the haystack" });
    await first.locator("mark", { hasText: "need" }).waitFor();
    await page.keyboard.press("Enter");
    const found = hit(page, "The needle is in the haystack");
    await found.locator("mark").waitFor();
    expect(await found.locator("mark").textContent()).toBe("need");
    // What stands around it.
    await found.getByText(`straw ${NEEDLE - 1}`).waitFor();
    await found.getByText(`straw ${NEEDLE + 1}`).waitFor();
    await found.getByRole("link").click();
    await inView(page, "The needle is in the haystack");
    expect(new URL(page.url()).hash).toBe(`#general/${NEEDLE}`);
    await page.locator("#messages .marked").waitFor();
    // The hits stay beside it.
    await found.locator('[aria-current="true"]').waitFor();
    await page.goBack();
    await inView(page, `straw ${MESSAGES}`);
    await found.getByRole("link").click();
    await inView(page, "The needle is in the haystack");
    // Scrolled away, the same hit leads there again.
    await scrollUp(page, "needle");
    await found.getByRole("link").click();
    await inView(page, "The needle is in the haystack");
    await scrollToNewest(page, `straw ${MESSAGES}`);
    await inView(page, `straw ${MESSAGES}`);
    await writer.say("and one more straw");
    await inView(page, "and one more straw");
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("a deleted message is gone from the hits, and from what stands around them", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Remover");
    await say(page, "zebra one");
    await seen(page, "zebra one");
    await say(page, "zebra two");
    await seen(page, "zebra two");
    await page.keyboard.press("Control+f");
    await field(page).fill("zebra");
    await page.getByRole("option", { name: "zebra two" }).waitFor();
    await page.keyboard.press("Enter");
    await hit(page, "zebra two").locator(".neighbour", { hasText: "zebra one" }).waitFor();
    await hit(page, "zebra one").waitFor();
    const me = await Talker.signIn(server.address, "Remover");
    const seq = Number(
      (await hit(page, "zebra one").getByRole("link").getAttribute("href"))?.split("/")[1],
    );
    await me.request({ type: "messageDelete", messageDelete: { recipientUUID: "", seq } });
    await hit(page, "zebra one").waitFor({ state: "detached" });
    await page.locator(".neighbour", { hasText: "zebra one" }).waitFor({ state: "detached" });
    await hit(page, "zebra two").waitFor();
    await field(page).fill("zebra one");
    await page.getByText("No message found.").waitFor();
    await me.leave();
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("page by page to the oldest hit", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Pager");
    await page.keyboard.press("Control+k");
    await field(page).fill("straw 1");
    await page.getByRole("option", { name: "All messages with" }).click();
    await hit(page, "straw").first().waitFor();
    while ((await page.locator(".hits .hit").count()) < 60)
      await page.getByRole("button", { name: "Show more" }).click();
    const hrefs = await page
      .locator(".hits .hit")
      .evaluateAll((all) => all.map((each) => Number(each.getAttribute("href")?.split("/")[1])));
    expect(new Set(hrefs).size).toBe(hrefs.length);
    expect(hrefs).toEqual(hrefs.toSorted((a, b) => b - a));
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });
});

describe("in one field", () => {
  let server: Server;
  let browser: Browser;
  let sam: Talker;
  beforeAll(async () => {
    server = await Server.start("embedded", LOAD);
    browser = await launch();
    sam = await Talker.signIn(server.address, "Sam Okafor");
    await sam.say("The release is at https://example.com/notes");
    await sam.say("Lunch?");
    const other = await Talker.signIn(server.address, "Priya");
    await other.say("The release went down");
    await other.leave();
  });
  afterAll(async () => {
    await browser?.close();
    await sam?.leave();
    await server?.stop();
  });

  test("by the keyboard alone: filters, hits, a jump, and back to writing", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Typist");
    await seen(page, "The release went down");
    await page.keyboard.press("Control+k");
    await field(page).waitFor();
    await page.keyboard.type("release from:sam");
    await page.getByRole("option", { name: "Sam Okafor", selected: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove from: Sam Okafor" }).waitFor();
    await page.keyboard.type("has:link ");
    await page.getByRole("button", { name: "Remove has: link" }).waitFor();
    await page.getByRole("option", { name: /The release is at/ }).waitFor();
    await page.keyboard.press("Enter");
    await hit(page, "The release is at").waitFor();
    expect(await page.locator(".hits .hit").count()).toBe(1);
    // Without the last filter, and then the other.
    await field(page).fill("");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Backspace");
    await page.locator(".chips").waitFor({ state: "detached" });
    await page.keyboard.type("release");
    await hit(page, "The release went down").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("href")))
      .toBe("#general/1");
    await page.keyboard.press("Enter");
    await page.locator("#messages .marked", { hasText: "The release is at" }).waitFor();
    // Also where a hit has opened another channel.
    await openChannel(page, "Notes to self");
    await hit(page, "The release went down").getByRole("link").focus();
    await page.keyboard.press("Enter");
    await page.locator("#messages .marked", { hasText: "went down" }).waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("href")))
      .toBe("#general/3");
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => page.evaluate(() => document.activeElement?.role)).toBe("combobox");
    await page.keyboard.press("Escape");
    await page.locator(".search-panel").waitFor({ state: "detached" });
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("composer");
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("Ctrl+F a second time is the browser's own", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Finder");
    await seen(page, "The release went down");
    await page.evaluate(() => {
      addEventListener("keydown", (event) => {
        if (event.key === "f") document.body.dataset.taken = String(event.defaultPrevented);
      });
    });
    const taken = () => page.evaluate(() => document.body.dataset.taken);
    await page.keyboard.press("Control+f");
    expect(await taken()).toBe("true");
    await field(page).waitFor();
    await page.keyboard.press("Control+f");
    expect(await taken()).toBe("false");
    await field(page).fill("release");
    await page.getByRole("option", { name: "The release went down" }).waitFor();
    await page.keyboard.press("Enter");
    await hit(page, "The release went down").waitFor();
    await page.keyboard.press("Control+f");
    expect(await taken()).toBe("false");
    await page.locator("#composer").focus();
    await page.keyboard.press("Control+f");
    expect(await taken()).toBe("true");
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("the last searches are kept in this browser, and cleared", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Keeper");
    await seen(page, "The release went down");
    await page.keyboard.press("Control+f");
    await field(page).fill("went");
    await page.getByRole("option", { name: "The release went down" }).click();
    await page.locator("#messages .marked").waitFor();
    await page.reload();
    await seen(page, "The release went down");
    await page.keyboard.press("Control+k");
    await page.getByRole("option", { name: "in:General went" }).click();
    await hit(page, "The release went down").waitFor();
    await field(page).fill("");
    await page.getByRole("option", { name: "in:General went" }).waitFor();
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await page.getByRole("option", { name: "in:General went" }).waitFor({ state: "detached" });
    expect(await page.evaluate(() => localStorage.getItem("chinwag.searches"))).toBeNull();
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("Ctrl+F in a group searches that group", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Grouped");
    const user = await page.evaluate(
      () => JSON.parse(localStorage.getItem("chinwag.session") ?? "{}").userUUID as string,
    );
    const quinn = await Talker.signIn(server.address, "Quinn");
    const channelCreate = { users: [user, quinn.uuid] };
    await sam.request({ type: "channelCreate", channelCreate } as never);
    await page
      .getByRole("navigation")
      .getByRole("link", { name: /Quinn, Sam|Okafor, Qu/ })
      .click();
    const heading = page.getByRole("heading", { level: 2, name: /, / });
    const title = (await heading.textContent()) ?? "";
    await say(page, "a release for the three of us");
    await page.keyboard.press("Control+f");
    const chip = page.getByRole("button", { name: `Remove in: ${title}` });
    await chip.waitFor();
    await field(page).fill("release");
    await page.getByRole("option", { name: "a release for the three of us" }).waitFor();
    await page.keyboard.press("Enter");
    await hit(page, "a release for the three of us").waitFor();
    expect(await page.locator(".hits .hit").count()).toBe(1);
    await page.locator(".search-panel").getByRole("button", { name: "Close" }).click();
    await page.keyboard.press("Control+k");
    await page.getByRole("option", { name: `in:"${title}" release` }).click();
    await chip.waitFor();
    // It is completed by its title, too.
    await chip.click();
    await field(page).fill(`in:${title.slice(0, 4)}`);
    await page.getByRole("option", { name: title }).click();
    await chip.waitFor();
    await quinn.leave();
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("from the field above the list, in a channel that the user isn't in, and on a phone", async () => {
    const troubles = new Troubles();
    await sam.request({
      type: "channelCreate",
      channelCreate: { name: "attic" },
    } as never);
    const reply = await sam.request({ type: "channels", channels: { query: "attic" } });
    if (reply.type !== "channels") throw new Error("failed to find the channel");
    await sam.say("An old armchair", reply.channels.channels[0]?.UUID);
    const page = await visit(browser, server.address, troubles, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await signIn(page, "Walker");
    await page.locator("#search").fill("armchair");
    await page.getByRole("button", { name: "Search messages" }).tap();
    await page.getByRole("option", { name: "All messages with “armchair”" }).tap();
    const found = hit(page, "An old armchair");
    await found.getByText("#attic").waitFor();
    await found.getByRole("link").tap();
    await seen(page, "An old armchair");
    await page.getByRole("heading", { level: 2, name: "attic" }).waitFor();
    await page.getByRole("button", { name: "Back to the search" }).tap();
    await found.waitFor();
    await found.getByRole("link").tap();
    await page.getByRole("button", { name: "End the search" }).tap();
    await page.locator(".way-back").waitFor({ state: "detached" });
    await page.goBack();
    await openChannel(page, "General");
    await page.getByRole("button", { name: "Search in General" }).tap();
    await field(page).fill("lunch");
    await page.getByRole("option", { name: "Lunch?" }).tap();
    await page.locator("#messages .marked", { hasText: "Lunch?" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });
});
