/** The main path in browsers besides Chromium: sign in, talk, a restart, an input method, a phone. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CONTROL, Driven, type Driver, ENTER, ESCAPE, keys } from "./driven";
import { FIREFOX } from "./firefox";
import { Server } from "./server";
import { Talker } from "./talker";
import { WEBKIT } from "./webkit";

describe.each([FIREFOX, WEBKIT])("$name", ({ name, missing, start }) => {
  if (missing.length > 0) {
    test.skip(`NOT TRIED: ${name} needs ${missing.join(", ")}`);
    return;
  }
  let server: Server;
  let driver: Driver;
  let page: Driven;
  let friend: Talker;
  beforeAll(async () => {
    server = await Server.start("embedded");
    friend = await Talker.signIn(server.address, "Friend");
    driver = await start();
    page = new Driven(driver);
    await driver.resize(1280, 800);
    await driver.go(server.address);
  });
  afterAll(async () => {
    await driver?.close();
    await server?.stop();
  });

  const composed = (text: string) =>
    driver.run(async (wanted) => {
      const field = document.getElementById("composer") as HTMLTextAreaElement;
      while (field.value !== wanted) await new Promise((resolve) => requestAnimationFrame(resolve));
    }, text);
  const texts = () =>
    driver.run(() => [...document.querySelectorAll(".message .text")].map((t) => t.textContent));

  test("signs in", async () => {
    await page.click(".tabs button", "I am new here");
    await page.fill("#username", "Ada");
    await page.fill("#password", "a password");
    await page.type(ENTER);
    await page.seen("#composer");
    await page.seen(".me-name", "Ada");
  });

  test("talks", async () => {
    // The composer has the focus.
    await page.type("**hello** :)", ENTER);
    await page.seen(".message:not(.pending) strong", "hello");
    await friend.say("hello yourself");
    await page.seen(".message .text", "hello yourself");
    await page.click(".row-name", "Friend");
    await page.seen(".channel h2", "Friend");
    await page.fill("#composer", "only for you");
    await page.type(ENTER);
    await page.seen(".message:not(.pending) .text", "only for you");
    await friend.say("the one whom you left");
    await page.seen(".row .badge.dotted");
    await page.click(".row-name", "General");
    await page.seen(".message .text", "the one whom you left");
    await page.gone(".row .badge");
  });

  test("picks an emoji, takes it back, and opens what is loaded later", async () => {
    await page.fill("#composer", "lift off ");
    await page.click("button[aria-label='Emoji']");
    await page.fill(".emoji-picker input", "rocket");
    await page.type(ENTER, ESCAPE);
    await composed("lift off 🚀");
    // WebKit's driver binds no keys to it.
    await driver.run(() => document.execCommand("undo"));
    await composed("lift off ");
    await page.type(ENTER);
    await page.seen(".message:not(.pending) .text", "lift off");
    await page.click("button[aria-label='Settings']");
    await page.click("[role=tab]", "Appearance");
    await page.click(".choice label", "Dark");
    await page.seen("html[data-theme=dark]");
    await page.type(ESCAPE);
    await page.gone("dialog");
    await driver.act(keys([CONTROL, "k"]));
    await page.seen("[role=combobox]");
    await page.type("notes", ENTER);
    await page.seen(".channel h2", "Notes to self");
    await page.click(".row-name", "General");
  });

  test("goes on after a restart, and after a reload", async () => {
    await server.kill();
    await page.seen(".banner");
    await page.fill("#composer", "written meanwhile");
    await page.type(ENTER);
    await page.seen(".message.pending .text", "written meanwhile");
    await server.restart();
    friend = await Talker.signIn(server.address, "Friend");
    await page.gone(".message.pending");
    await page.gone(".banner");
    await page.seen(".message .text", "written meanwhile");
    const before = await texts();
    await page.fill("#composer", "half a thought");
    await driver.go(server.address);
    await page.seen(".message .text", "written meanwhile");
    expect(await texts()).toEqual(before);
    await composed("half a thought");
    await page.fill("#composer", "");
    await page.type(ENTER);
    await page.seen(".message:not(.pending) .text", "half a thought");
  });

  test("leaves the input method its keys", async () => {
    await page.click("#composer");
    await driver.compose();
    await composed("東");
    await page.type("京", ENTER);
    await page.seen(".message:not(.pending) .text", "東京");
  });

  test("is a phone's where the window is narrow", async () => {
    const touched = await page.touch();
    await driver.resize(390, 844);
    await page.gone(".list");
    await page.click("button[aria-label='Back to the list']");
    await page.seen(".row-name", "Friend");
    await page.gone("#composer");
    await page.click(".row-name", "General");
    await page.fill("#composer", "from");
    if (touched) {
      await page.type(ENTER, "the road");
      await composed("from\nthe road");
    }
    await page.click("button[aria-label='Send']");
    await page.seen(".message:not(.pending) .text", "from");
    const overhang = await driver.run(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    expect(overhang).toBe(0);
    await driver.run(() => history.back());
    await page.seen(".row", "You: from");
  });

  test("has nothing to complain of", async () => {
    expect(await driver.troubles()).toEqual([]);
  });
});
