/** The list of channels and the switcher, while people come and go. */
import type { Browser, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launch, openChannel, seen, signIn, Troubles, visit } from "./browser";
import { Server } from "./server";
import { Talker } from "./talker";

let server: Server;
let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());
// Who is online and who is known decides what each test sees.
beforeEach(async () => {
  server = await Server.start("embedded");
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await server?.stop();
});

/** Twenty people, and then one who stands below them all, have been there. */
async function crowd(): Promise<void> {
  for (let n = 10; n < 30; n++) {
    const person = await Talker.signIn(server.address, `Person ${n}`);
    await person.leave();
  }
  const last = await Talker.signIn(server.address, "Zora");
  await last.leave();
}

test("what was pressed or chosen opens, though the list changes meanwhile", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  const absent = await Talker.signIn(server.address, "Zoe");
  await absent.leave();
  await signIn(page, "Max");
  const online = page.locator(".channel-title small");
  const zoe = page.getByRole("heading", { level: 2, name: "Zoe" });
  /** Somebody comes whose row stands above that of Zoe, who isn't online. */
  const whileSomebodyComes = async (name: string, act: () => Promise<void>) => {
    await openChannel(page, "General");
    await online.getByText("1 online", { exact: true }).waitFor();
    await act();
    const talker = await Talker.signIn(server.address, name);
    await online.getByText("2 online", { exact: true }).waitFor();
    return talker;
  };
  const press = async (row: Locator) => {
    await row.hover();
    await page.mouse.down();
  };
  const aaron = await whileSomebodyComes("Aaron", () =>
    press(page.getByRole("link", { name: /^Zoe/ })),
  );
  await page.mouse.up();
  await zoe.waitFor();
  await page
    .getByRole("link", { name: /^Aaron/ })
    .locator(".dot.online")
    .waitFor();
  await aaron.leave();

  const find = async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("zo");
  };
  const zola = await whileSomebodyComes("Zola", async () => {
    await find();
    await press(page.getByRole("option", { name: "Zoe" }));
  });
  await page.mouse.up();
  await zoe.waitFor();
  await zola.leave();

  const zora = await whileSomebodyComes("Zora", async () => {
    await find();
    await page.locator('[aria-selected="true"]', { hasText: "Zoe" }).waitFor();
    // A row that is chosen by a key stays chosen.
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.locator('[aria-selected="true"]', { hasText: "Zoe" }).waitFor();
  });
  await page.keyboard.press("Enter");
  await zoe.waitFor();
  await zora.leave();
  expect(troubles.seen).toEqual([]);
});

test("a dialog stays where it is while what is found comes and goes", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Still");
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox");
  const found = page.getByRole("dialog").getByRole("status");
  const tops = new Set<number | undefined>();
  for (const text of ["g", "nowhere to be found", "still"]) {
    await field.fill(text);
    await found.filter({ hasText: "No message found" }).waitFor();
    tops.add((await field.boundingBox())?.y);
    await field.fill("");
    await found.filter({ hasText: "No message found" }).waitFor({ state: "hidden" });
  }
  expect([...tops]).toHaveLength(1);
  expect(troubles.seen).toEqual([]);
});

test("a row opens though the list still scrolls as it is pressed", async () => {
  const troubles = new Troubles();
  await crowd();
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Edgar");
  const row = page.getByRole("link", { name: /^Person 12/ });
  await row.hover();
  await page.mouse.down();
  await page.locator(".list").evaluate(
    (list) =>
      new Promise((scrolled) => {
        list.addEventListener("scroll", () => requestAnimationFrame(scrolled));
        list.scrollTop += 1;
      }),
  );
  await page.mouse.up();
  await page.getByRole("heading", { level: 2, name: "Person 12" }).waitFor();
  expect(troubles.seen).toEqual([]);
});

test("the list has sections, and opened rows don't move until another is opened", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  const talker = await Talker.signIn(server.address, "Ulla");
  await signIn(page, "Sec");
  const headings = () => page.locator(".list-head").allTextContents();
  await page.getByRole("link", { name: /^Ulla/ }).waitFor();
  expect((await headings())[0]).toBe("Channels");
  const me =
    (await page.locator(".row", { hasText: "Notes to self" }).getAttribute("data-channel")) ?? "";
  await talker.say("something new", me);
  await page.locator(".list-head", { hasText: "Unread" }).waitFor();
  await page.locator(".row.unread", { hasText: "Ulla" }).waitFor();
  const ulla = page.locator(".row", { hasText: "Ulla" });
  const look = () =>
    ulla.locator(".row-name").evaluate((name) => {
      const { color, fontWeight } = getComputedStyle(name);
      return { color, fontWeight };
    });
  const unread = await look();
  await ulla.click();
  await seen(page, "something new");
  await ulla.locator(".badge").waitFor({ state: "detached" });
  expect((await headings())[0]).toBe("Unread");
  await openChannel(page, "General");
  await page.locator(".list-head", { hasText: "People" }).waitFor();
  expect((await headings()).slice(0, 2)).toEqual(["Channels", "People"]);
  const read = await look();
  expect(read.color).not.toBe(unread.color);
  expect(Number(read.fontWeight)).toBeLessThan(Number(unread.fontWeight) - 200);
  await talker.leave();
  expect(troubles.seen).toEqual([]);
});

test("everybody else is shown on demand, and the search finds them and opens the first by Enter", async () => {
  const troubles = new Troubles();
  await crowd();
  const page = await visit(browser, server.address, troubles);
  const talker = await Talker.signIn(server.address, "Vera");
  const me = await Talker.signIn(server.address, "Folder");
  await talker.say("hello", me.uuid);
  await me.leave();
  await signIn(page, "Folder");
  const others = page.getByRole("button", { name: /^Everybody else/ });
  const person = page.getByRole("link", { name: /^Person 12/ });
  await others.waitFor();
  expect(await others.getAttribute("aria-expanded")).toBe("false");
  expect(await person.count()).toBe(0);
  await others.click();
  await person.waitFor();
  await others.click();
  await person.waitFor({ state: "detached" });
  const search = page.getByRole("searchbox", { name: "Find channels and people" });
  await search.fill("person 12");
  await person.waitFor();
  await search.press("Enter");
  await page.getByRole("heading", { level: 2, name: "Person 12" }).waitFor();
  expect(await search.inputValue()).toBe("");
  await talker.leave();
  expect(troubles.seen).toEqual([]);
});

test("the list is one stop for Tab; arrows, Home and End walk in it", async () => {
  const troubles = new Troubles();
  await crowd();
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Stepper");
  await page.getByRole("link", { name: /^Person 12/ }).waitFor();
  await page.locator("#search").focus();
  const focusedRow = (text: string) =>
    page.waitForFunction(
      (wanted) => document.activeElement?.closest(".row")?.textContent?.includes(wanted),
      text,
    );
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => document.activeElement?.id === "activity");
  await page.keyboard.press("Tab");
  await focusedRow("General");
  await page.keyboard.press("ArrowDown");
  await focusedRow("Notes to self");
  const heading = () =>
    page.waitForFunction(() => document.activeElement?.closest(".list-head button"));
  await page.keyboard.press("ArrowDown");
  await heading();
  await page.keyboard.press("ArrowLeft");
  await page.locator(".list .row.slim").first().waitFor({ state: "detached" });
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.activeElement?.closest(".row.slim"));
  await page.keyboard.press("End");
  await focusedRow("Zora");
  await page.keyboard.press("Home");
  await heading();
  await page.keyboard.press("ArrowDown");
  await focusedRow("General");
  // Between the two stand the buttons that create and browse, as long as there is no channel.
  for (let tabs = 0; tabs < 3; tabs++) await page.keyboard.press("Tab");
  await page.waitForFunction(
    () => document.activeElement?.getAttribute("aria-label") === "Settings",
  );
  expect(troubles.seen).toEqual([]);
});
