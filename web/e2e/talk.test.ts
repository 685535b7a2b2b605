/** People talking: in General, in private, on two pages at once, and after a reload. */
import { describe, expect, onTestFinished, test } from "vitest";
import {
  launchWhole,
  openChannel,
  openSettings,
  say,
  seen,
  signIn,
  signOut,
  speaks,
  Troubles,
  texts,
  tick,
  visit,
} from "./browser";
import { BOTH } from "./server";
import { stage } from "./stage";
import { Talker } from "./talker";

describe.each(BOTH)("on the %s store", async (store) => {
  const { server, browser } = await stage(store);

  test("two people chat", async () => {
    const troubles = new Troubles();
    const ada = await visit(browser, server.address, troubles);
    const bob = await visit(browser, server.address, troubles);
    await signIn(ada, "Ada");
    await signIn(bob, "Bob");
    await say(ada, "Hello Bob");
    await seen(bob, "Hello Bob");
    await say(bob, "Hello Ada,\nhow is `life`?");
    await seen(ada, "Hello Ada,\nhow is life?");
    expect(await ada.locator(".text code").innerText()).toBe("life");
    expect(await texts(ada)).toEqual(["Hello Bob", "Hello Ada,\nhow is life?"]);
    expect(await texts(bob)).toEqual(await texts(ada));
    await bob.locator("#composer").pressSequentially("so");
    await ada.locator(".typing", { hasText: "Bob is typing" }).waitFor();
    await bob.context().close();
    await ada.getByRole("link", { name: /^Bob/ }).locator(".dot:not(.online)").waitFor();
    await ada.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("what is private stays private", async () => {
    const troubles = new Troubles();
    const [carl, dora, eve] = await Promise.all(
      [1, 2, 3].map(() => visit(browser, server.address, troubles)),
    );
    if (!carl || !dora || !eve) throw new Error("failed to open three pages");
    await signIn(dora, "Dora");
    await signIn(eve, "Eve");
    await signIn(carl, "Carl");
    await openChannel(carl, "Dora");
    await say(carl, "only for you");
    await dora.getByRole("link", { name: /^Carl.*1 unread message/s }).waitFor();
    await dora.waitForFunction(() => document.title === "(1) General · Chinwag");
    await dora.locator('#favicon[href^="data:image/svg+xml,"]').waitFor({ state: "attached" });
    await openChannel(dora, "Carl");
    await seen(dora, "only for you");
    await dora.waitForFunction(() => document.title === "Carl · Chinwag");
    expect(await dora.locator("#favicon").getAttribute("href")).toBe("/icon.svg");
    await say(dora, "nobody else sees it");
    await seen(carl, "nobody else sees it");
    // A message that everybody gets, sent afterwards, shows that nothing else is on its way to Eve.
    await openChannel(carl, "General");
    await say(carl, "for everybody");
    await seen(eve, "for everybody");
    expect(await eve.locator("body").innerText()).not.toContain("only for you");
    await openChannel(eve, "Carl");
    await eve.getByText("You and Carl").waitFor();
    expect(await texts(eve)).toEqual([]);
    for (const page of [carl, dora, eve]) await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("a reload and a new tab resume without a password, and logging out ends both", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Fay");
    await say(page, "before the reload");
    await seen(page, "before the reload");
    await page.locator("#composer").fill("half a thought");
    await page.reload();
    await seen(page, "before the reload");
    expect(await page.locator("#composer").inputValue()).toBe("half a thought");
    const tab = await page.context().newPage();
    await tab.goto(server.address);
    await seen(tab, "before the reload");
    expect(await tab.locator(".me-name bdi").innerText()).toBe("Fay");
    // It shows what it kept before it is connected, and writes its key when it is.
    await tab.locator(".channel-title small").waitFor();
    await signOut(page);
    await tab.getByText("You were signed out.").waitFor();
    await page.reload();
    await page.getByLabel("Name").waitFor();
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(
      "accessKey",
    );
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("unread counts and read marks agree across two tabs", async () => {
    const troubles = new Troubles();
    const one = await visit(browser, server.address, troubles);
    await signIn(one, "Gus");
    const two = await one.context().newPage();
    await two.goto(server.address);
    await two.getByRole("navigation").waitFor();
    const hal = await visit(browser, server.address, troubles);
    await signIn(hal, "Hal");
    await openChannel(hal, "Gus");
    await say(hal, "first");
    await say(hal, "second");
    for (const tab of [one, two])
      await tab.getByRole("link", { name: /^Hal.*2 unread messages/s }).waitFor();
    await one.bringToFront();
    await openChannel(one, "Hal");
    await one.locator(".new-line").waitFor();
    await two.getByRole("link", { name: /^Hal(?!.*unread)/s }).waitFor();
    await say(one, "an answer");
    await two.getByRole("link", { name: /^Hal.*You: an answer/s }).waitFor();
    expect(await two.locator(".badge").count()).toBe(0);
    await one.context().close();
    await hal.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("each channel keeps what was begun in it", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Jim");
    const composer = page.locator("#composer");
    await openChannel(page, "General");
    await composer.fill("to everybody");
    await openChannel(page, "Notes to self");
    expect(await composer.inputValue()).toBe("");
    await composer.fill("line one");
    await composer.press("Shift+Enter");
    await composer.pressSequentially("line two");
    await openChannel(page, "General");
    await page.getByRole("link", { name: /^Notes to self.*Draft: line one/s }).waitFor();
    expect(await composer.inputValue()).toBe("to everybody");
    await openChannel(page, "Notes to self");
    expect(await composer.inputValue()).toBe("line one\nline two");
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("notifications come when they were asked for, and only while nobody looks", async () => {
    const troubles = new Troubles();
    const whole = await launchWhole();
    onTestFinished(() => whole.close());
    const page = await visit(whole, server.address, troubles, { permissions: ["notifications"] });
    await page.addInitScript(() => {
      const shown: string[] = [];
      const asked = Notification.requestPermission.bind(Notification);
      Object.assign(window, { shown });
      window.Notification = class extends Notification {
        constructor(title: string, options?: NotificationOptions) {
          super(title, options);
          shown.push(`${title}: ${options?.body}`);
        }
        static override requestPermission() {
          shown.push("asked");
          return asked();
        }
      };
      // A headless page always says that it is looked at.
      Object.defineProperty(document, "visibilityState", {
        get: () => document.documentElement.dataset.seen ?? "visible",
      });
    });
    const look = (state: "visible" | "hidden") =>
      page.evaluate((to) => {
        document.documentElement.dataset.seen = to;
        document.dispatchEvent(new Event("visibilitychange"));
      }, state);
    const shown = () => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
    await page.reload();
    await signIn(page, "Kay");
    const talker = await Talker.signIn(server.address, "Liz");
    const me = await page
      .locator('[data-channel]:has-text("Notes to self")')
      .getAttribute("data-channel");
    await look("hidden");
    await talker.say("not asked for", me ?? "");
    await page.getByRole("link", { name: /^Liz.*1 unread/s }).waitFor();
    expect(await shown()).toEqual([]);
    await openSettings(page, "Notifications");
    await tick(page.getByRole("radio", { name: "Private" }));
    await page.keyboard.press("Escape");
    await speaks(page);
    await talker.say("for everybody");
    await talker.say("for you", me ?? "");
    await page.getByRole("link", { name: /^Liz.*2 unread/s }).waitFor();
    await page.waitForFunction(
      () => (window as unknown as { shown: string[] }).shown.at(-1) === "Liz: for you",
    );
    await look("visible");
    await talker.say("while you look", me ?? "");
    await page.getByRole("link", { name: /^Liz.*3 unread/s }).waitFor();
    expect(await shown()).toEqual(["asked", "Liz: for you"]);
    await talker.leave();
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("words such as Today change at midnight, on a page that nobody touches", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    // The day is the page's; that of the messages goes along.
    const evening = new Date();
    evening.setHours(23, 58, 0, 0);
    await page.clock.install({ time: evening });
    await page.routeWebSocket(/\/ws$/, (route) => {
      const there = route.connectToServer();
      there.onMessage((data) => {
        const at = `"CreatedAt":"${evening.toISOString()}"`;
        route.send(String(data).replace(/"CreatedAt":"[^"]*"/g, at));
      });
    });
    await page.reload();
    await signIn(page, "Owl");
    await openChannel(page, "Notes to self");
    await say(page, "late");
    await seen(page, "late");
    await page.locator(".day", { hasText: "Today" }).waitFor();
    await page.clock.runFor(180_000);
    await page.locator(".day", { hasText: "Yesterday" }).waitFor();
    await page.locator(".row", { hasText: "Notes to self" }).getByText("Yesterday").waitFor();
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("a wrong password and a taken name are told kindly", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Ivy");
    await signOut(page);
    await page.getByLabel("Name").fill("Ivy");
    await page.getByLabel("Password", { exact: true }).fill("not it");
    await page.locator("form button[type=submit]").click();
    await page.getByText("Wrong name or password.").waitFor();
    await page.getByRole("button", { name: "I am new here" }).click();
    await page.locator("form button[type=submit]").click();
    await page.getByText("This name is taken").waitFor();
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });
});
