/** What was written is safe: over a closed tab, a browser that keeps nothing, and an undo. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { say, seen, signIn, Troubles, visit } from "./browser";
import { stage } from "./stage";

const { server, browser } = await stage();

const waiting = (page: Page, text: string) => page.locator(".pending", { hasText: text }).waitFor();

test("what waits to be sent goes on in another tab, and outlives the last one", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Passenger");
  await say(page, "at the station");
  await seen(page, "at the station");
  const other = await page.context().newPage();
  await other.goto(server.address);
  await seen(other, "at the station");
  await server.kill();
  await page.locator(".banner").waitFor();
  await say(page, "in the tunnel");
  await waiting(page, "in the tunnel");
  await page.close({ runBeforeUnload: true });
  await waiting(other, "in the tunnel");
  await other.close({ runBeforeUnload: true });
  await server.restart();
  const again = await other.context().newPage();
  await again.goto(server.address);
  await seen(again, "in the tunnel");
  expect(await again.locator(".message", { hasText: "in the tunnel" }).count()).toBe(1);
  await again.context().close();
  expect(troubles.seen).toEqual([]);
});

test("where the browser keeps nothing, a page isn't closed over words without a question", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get: () => {
        throw new DOMException("refused", "SecurityError");
      },
    });
  });
  await page.reload();
  await signIn(page, "Private");
  await page.locator("#composer").fill("half a thought");
  page.removeAllListeners("dialog");
  const asked = page.waitForEvent("dialog");
  await page.close({ runBeforeUnload: true });
  const question = await asked;
  expect(question.type()).toBe("beforeunload");
  await question.dismiss();
  expect(await page.locator("#composer").inputValue()).toBe("half a thought");
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("where the browser keeps nothing, a page comes back after a lost connection and sends what waits", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await page.addInitScript(() => {
    const get = () => {
      throw new DOMException("refused", "SecurityError");
    };
    for (const store of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, store, { get });
  });
  await page.reload();
  await signIn(page, "Forgetful");
  await server.kill();
  await page.locator(".banner").waitFor();
  await say(page, "written while away");
  await waiting(page, "written while away");
  await server.restart();
  await seen(page, "written while away");
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("what shows nothing isn't sent", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Silent");
  for (const nothing of ["\u200b", "\u2800 \n", "\u3164"]) {
    await say(page, nothing);
    expect(await page.locator("#composer").inputValue()).toBe(nothing);
    expect(await page.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
  }
  await say(page, "aloud");
  await seen(page, "aloud");
  expect(await page.locator(".message .text").allTextContents()).not.toContain("\u200b");
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("undo takes back an emoji, and then what was typed before it", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Undoer");
  const composer = page.locator("#composer");
  await composer.pressSequentially("abcd");
  await composer.press("ArrowLeft");
  await page.getByRole("button", { name: "Emoji" }).click();
  const search = page.getByLabel("Search emoji");
  await search.waitFor();
  await page.locator(".emoji-grid button").first().click();
  expect(await composer.inputValue()).toBe("abc😀d");
  // The next one is a key away.
  const inPicker = () =>
    page.evaluate(() => document.activeElement?.closest(".emoji-picker") !== null);
  expect(await inPicker()).toBe(true);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+z");
  expect(await composer.inputValue()).toBe("abcd");
  await page.keyboard.press("Control+z");
  expect(await composer.inputValue()).not.toBe("abcd");
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});
