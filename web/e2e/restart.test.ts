/** The server is killed and started again in mid-conversation, and nobody loses anything. */
import { describe, expect, test } from "vitest";
import { say, seen, signIn, Troubles, texts, visit } from "./browser";
import { BOTH } from "./server";
import { stage } from "./stage";
import { Talker } from "./talker";

describe.each(BOTH)("on the %s store", async (store) => {
  const { server, browser } = await stage(store);

  test("what is typed and what is sent while the server is away is all there afterwards, once and in order", async () => {
    const troubles = new Troubles();
    const ada = await visit(browser, server.address, troubles);
    const bob = await visit(browser, server.address, troubles);
    await signIn(ada, "Ada");
    await signIn(bob, "Bob");
    await say(ada, "before");
    await seen(bob, "before");
    await ada.locator("#composer").pressSequentially("half ");
    await server.kill();
    await ada.locator(".banner").waitFor();
    await ada.locator("#composer").pressSequentially("a thought");
    await ada.locator("#composer").press("Enter");
    await say(ada, "and another");
    await ada.locator(".pending", { hasText: "and another" }).waitFor();
    await server.restart();
    // Somebody else is quicker than the browsers, so there is something to catch up with.
    const talker = await Talker.signIn(server.address, "Cy");
    await talker.sayAll(["missed 1", "missed 2"]);
    for (const page of [ada, bob]) {
      await seen(page, "missed 2");
      await seen(page, "and another");
      await page.locator(".banner").waitFor({ state: "detached" });
    }
    const everything = await texts(ada);
    expect([...everything].sort()).toEqual([
      "and another",
      "before",
      "half a thought",
      "missed 1",
      "missed 2",
    ]);
    expect(everything.indexOf("half a thought")).toBeLessThan(everything.indexOf("and another"));
    expect(await texts(bob)).toEqual(everything);
    expect(await ada.locator(".pending, .refused").count()).toBe(0);
    await talker.leave();
    await ada.context().close();
    await bob.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("killed while messages are on their way, each arrives exactly once", async () => {
    const troubles = new Troubles();
    const ada = await visit(browser, server.address, troubles);
    await signIn(ada, "Ann");
    const sent = Array.from({ length: 30 }, (_, n) => `on its way ${n}`);
    const half = sent.length / 2;
    for (const text of sent.slice(0, half)) await say(ada, text);
    // Not waited for: the server is gone now, with or without the messages.
    await server.kill();
    for (const text of sent.slice(half)) await say(ada, text);
    await server.restart();
    await ada.locator(".banner").waitFor({ state: "detached" });
    await seen(ada, "on its way 29");
    await ada.waitForFunction(() => document.querySelector(".pending") === null);
    const reader = await Talker.signIn(server.address, "Reader");
    const reply = await reader.request({
      type: "channelMessages",
      channelMessages: { recipientUUID: "", limit: 100 },
    });
    if (reply.type !== "channelMessages") throw new Error("failed to read the channel");
    const stored = reply.channelMessages.messages.map(({ Message }) => Message).reverse();
    expect(stored.filter((text) => text.startsWith("on its way"))).toEqual(sent);
    expect((await texts(ada)).filter((text) => text.startsWith("on its way")).at(-1)).toBe(
      "on its way 29",
    );
    await reader.leave();
    await ada.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("a reload while the server is away keeps what was not sent", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles, { serviceWorkers: "allow" });
    await signIn(page, "Jo");
    await say(page, "there");
    await seen(page, "there");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    // What keeps the messages loads a moment later, and waits until the list is quiet.
    await page.waitForFunction(() => localStorage.getItem("chinwag.seen")?.includes("there"));
    await server.kill();
    await say(page, "not sent yet");
    await page.locator(".pending", { hasText: "not sent yet" }).waitFor();
    await page.reload();
    await page.locator(".text", { hasText: "there" }).first().waitFor();
    await page.locator(".pending", { hasText: "not sent yet" }).waitFor();
    expect(await page.locator("#composer").isDisabled()).toBe(true);
    await server.restart();
    await seen(page, "not sent yet");
    expect(await page.locator("#composer").isDisabled()).toBe(false);
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("the seconds to the next try are right on a clock that is set back meanwhile", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await page.clock.install();
    await page.reload();
    await signIn(page, "Sundial");
    await server.kill();
    const banner = page.locator(".banner", { hasText: "second" });
    const told = await banner.textContent();
    await page.clock.setSystemTime(Date.now() - 3_600_000);
    await page.waitForFunction(
      (before) => document.querySelector(".banner")?.textContent !== before,
      told,
    );
    expect(await banner.textContent()).not.toMatch(/\d{3}/);
    await server.restart();
    await banner.waitFor({ state: "detached" });
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("a message that the server refuses can be tried again or discarded", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Kim");
    await server.kill();
    await say(page, "longer than this server takes");
    await say(page, "longer still than this server takes");
    await say(page, "short enough");
    await server.restart({ MAX_MESSAGE_LENGTH: "20" });
    await seen(page, "short enough");
    const refused = page.locator(".refused");
    await refused.nth(1).getByText("Not sent.").waitFor();
    await refused.nth(1).getByRole("button", { name: "Discard" }).click();
    await refused.nth(1).waitFor({ state: "detached" });
    // It is kept over a reload, and says no again for as long as the server does.
    await page.reload();
    await refused.getByRole("button", { name: "Try again" }).click();
    await refused.getByText("The server accepts 20 characters at most.").waitFor();
    await server.restart({});
    await page.locator(".banner").waitFor({ state: "detached" });
    await refused.getByRole("button", { name: "Try again" }).click();
    await seen(page, "longer than this server takes");
    expect(await page.locator(".refused, .pending").count()).toBe(0);
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("a message that is too long comes back to be shortened, and the composer tells where its length ends", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Lou");
    const composer = page.locator("#composer");
    await server.kill();
    await say(page, "x".repeat(502));
    await server.restart({ MAX_MESSAGE_LENGTH: "500" });
    await page
      .locator(".refused")
      .getByText("The server accepts 500 characters at most.")
      .waitFor();
    await page.locator(".refused").getByRole("button", { name: "Edit" }).click();
    await page.locator("#composer-left", { hasText: "2 characters too many" }).waitFor();
    expect(await composer.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await page.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
    await composer.press("End");
    await composer.press("Backspace");
    await composer.press("Backspace");
    await page.locator("#composer-left", { hasText: "0 characters left" }).waitFor();
    await composer.press("Enter");
    await seen(page, "x".repeat(500));
    expect(await page.locator(".refused, .pending").count()).toBe(0);
    await server.restart({});
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });
});
