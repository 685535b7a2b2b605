/** The list of channels and the switcher, while people come and go. */
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, openChannel, signIn, Troubles, visit } from "./browser";
import { Server } from "./server";
import { Talker } from "./talker";

let server: Server;
let browser: Browser;
beforeAll(async () => {
  server = await Server.start("embedded");
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

test("what was pressed or chosen opens, though the list changes meanwhile", async () => {
  const troubles = new Troubles();
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Max");
  const online = page.locator(".channel-title small");
  const notes = page.getByRole("heading", { level: 2, name: "Notes to self" });
  /** Somebody comes whose row stands above the last one, which is that of the notes. */
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
    press(page.getByRole("link", { name: /^Notes to self/ })),
  );
  await page.mouse.up();
  await notes.waitFor();
  await page
    .getByRole("link", { name: /^Aaron/ })
    .locator(".dot.online")
    .waitFor();
  await aaron.leave();

  const find = async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("note");
  };
  const note = await whileSomebodyComes("Note", async () => {
    await find();
    await press(page.getByRole("option", { name: "Notes to self" }));
  });
  await page.mouse.up();
  await notes.waitFor();
  await note.leave();

  const noted = await whileSomebodyComes("Noted", async () => {
    await find();
    await page.keyboard.press("ArrowDown");
    await page.locator('[aria-selected="true"]', { hasText: "Notes to self" }).waitFor();
  });
  await page.keyboard.press("Enter");
  await notes.waitFor();
  await noted.leave();
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("a row opens though the list still scrolls as it is pressed", async () => {
  const troubles = new Troubles();
  for (let n = 10; n < 30; n++) {
    const person = await Talker.signIn(server.address, `Person ${n}`);
    await person.leave();
  }
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
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});
