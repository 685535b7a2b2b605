/** Hundreds of strings that mean ill, as messages and as names: they are shown, and they do nothing. */
import type { Browser, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { say, seen, signIn, Troubles, visit } from "./browser";
import { HOSTILE, HOSTILE_NAMES } from "./hostile";
import { LOAD, type Server, STORES } from "./server";
import { stage } from "./stage";
import { Talker } from "./talker";

const LINKS = /^(?:https?|mailto):/i;
const ELEMENTS = ["A", "CODE", "EM", "PRE", "S", "STRONG"];

interface Shown {
  readonly text: string;
  readonly elements: string[];
  readonly addresses: string[];
}

/** Without blanks and the documented marks: emphasis and code take their own signs away, and nothing else. */
function bare(text: string): string {
  return text.replace(/[\s*_~`]/gu, "");
}

/** The newest text of the channel, as soon as it is not the one before it. */
async function newest(page: Page, row: number): Promise<Shown> {
  const shown = page.locator(`.message:not(.pending)[data-seq="${row}"] .text`);
  return shown.evaluate((element) => {
    const inside = [...element.querySelectorAll(":not(.code-block, .copy, .copy *)")];
    return {
      text: element.textContent ?? "",
      elements: inside.map(({ tagName }) => tagName),
      addresses: inside.flatMap((each) => each.getAttribute("href") ?? []),
    };
  });
}

/** A page that would notice what gets out: other frames, other pages, requests to elsewhere. */
async function guarded(browser: Browser, server: Server, troubles: Troubles): Promise<Page> {
  const page = await visit(browser, server.address, troubles);
  page.on("request", (request) => {
    if (!request.url().startsWith(server.address)) troubles.seen.push(`request: ${request.url()}`);
  });
  page.on("frameattached", () => troubles.seen.push("a frame"));
  page.on("popup", () => troubles.seen.push("a window"));
  return page;
}

/** Nothing ran, nothing leaked into the objects of the page, and nothing stands outside the window. */
async function unharmed(page: Page): Promise<void> {
  const found = await page.evaluate(() => ({
    owned: "owned" in window || "owned" in Object.prototype,
    scripts: [...document.scripts].filter(({ src }) => !src.startsWith(location.origin)).length,
    handlers: [...document.querySelectorAll("*")].filter((element) =>
      element.getAttributeNames().some((name) => name.startsWith("on")),
    ).length,
    wider: document.documentElement.scrollWidth > innerWidth,
  }));
  expect(found).toEqual({ owned: false, scripts: 0, handlers: 0, wider: false });
}

describe.each(STORES)("on the %s store", async (store) => {
  const { server, browser } = await stage(store, LOAD);

  test("300 hostile messages stand there as they were typed, and do nothing", async () => {
    expect(new Set(HOSTILE).size).toBeGreaterThanOrEqual(300);
    const troubles = new Troubles();
    const page = await guarded(browser, server, troubles);
    await signIn(page, "Victim");
    const talker = await Talker.signIn(server.address, "Mallory");
    for (const [index, text] of HOSTILE.entries()) {
      await talker.say(text);
      const shown = await newest(page, index + 1);
      expect(bare(shown.text), `message ${index + 1}`).toBe(bare(text));
      for (const element of shown.elements) expect(ELEMENTS).toContain(element);
      for (const address of shown.addresses) expect(address).toMatch(LINKS);
    }
    await unharmed(page);
    await say(page, HOSTILE[0] ?? "");
    const mine = await newest(page, HOSTILE.length + 1);
    expect(mine.text).toBe(HOSTILE[0]);
    await page.reload();
    await page.locator(`[data-seq="${HOSTILE.length + 1}"]`).waitFor();
    await unharmed(page);
    await talker.leave();
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("hostile names stand there as they were chosen, and do nothing", async () => {
    const troubles = new Troubles();
    const page = await guarded(browser, server, troubles);
    await signIn(page, "Watcher");
    let taken = 0;
    for (const name of HOSTILE_NAMES) {
      const talker = await Talker.signIn(server.address, name).catch(() => undefined);
      if (talker === undefined) continue;
      taken++;
      await talker.say(`I am number ${taken}`);
      await seen(page, `I am number ${taken}`);
      const shown = await page.locator(".said-by bdi").last().textContent();
      const stored = await talker.request({ type: "users", users: { query: name, limit: 1000 } });
      if (stored.type !== "users") throw new Error("failed to look up a name");
      const mine = stored.users.users.find(({ UUID }) => UUID === talker.uuid);
      expect(shown).toBe(mine?.Username);
      await talker.leave();
    }
    // The server's rules leave most of them; if they left none, nothing would have been tested.
    expect(taken).toBeGreaterThan(50);
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("<img");
    await page
      .getByRole("option", { name: /onerror/ })
      .first()
      .click();
    await page.getByRole("heading", { level: 2, name: /onerror/ }).waitFor();
    await page.getByText(/^You and .*onerror/).waitFor();
    await unharmed(page);
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });
});
