/** A pause and quiet hours: set in the settings, said in the user's corner, and obeyed by the page's own notifications. */
import type { Notify } from "@chinwag/client";
import type { BrowserContextOptions, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { launchWhole, openSettings, signIn, speaks, Troubles, tick, visit } from "./browser";
import { stage } from "./stage";
import { Talker } from "./talker";

/** Where it is about noon, so that what ends in an hour ends today. */
const NOON = new Date().getUTCHours() < 12 ? "Etc/GMT-6" : "Etc/GMT+6";

const { server, browser } = await stage("embedded", {}, launchWhole);
let bob: Talker;
const troubles = new Troubles();
beforeAll(async () => {
  bob = await Talker.signIn(server.address, "Bob");
});

async function person(name: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await visit(browser, "about:blank", troubles, {
    permissions: ["notifications"],
    serviceWorkers: "allow",
    locale: "en-GB",
    timezoneId: "Asia/Tokyo",
    ...options,
  });
  // A headless page always says that it is looked at.
  await page.context().addInitScript(() => {
    document.hasFocus = () => false;
  });
  await page.goto(server.address);
  await signIn(page, name);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  return page;
}

/** What the server has for a user. */
async function kept(of: Talker): Promise<Notify> {
  const reply = await of.request({ type: "notify" });
  if (reply.type !== "notify") throw new Error("failed to read");
  return reply.notify;
}

function corner(page: Page) {
  return page.locator(".me small");
}

async function closeSettings(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
}

async function shown(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const all = (await registration?.getNotifications()) ?? [];
    return all.map(({ title, body }) => `${title}: ${body}`);
  });
}

async function done(...pages: Page[]): Promise<void> {
  for (const page of pages) await page.context().close();
  expect(troubles.seen).toEqual([]);
}

test("a pause stands in the corner of each page, and nothing notifies until it ends", async () => {
  const page = await person("Ada", { timezoneId: NOON });
  const ada = await Talker.signIn(server.address, "Ada");
  const other = await page.context().newPage();
  await other.goto(server.address);
  await corner(other).getByText("Online").waitFor();
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Pause notifications" }).click();
  await tick(page.getByRole("radio", { name: "Private" }));
  await speaks(page);
  await page.getByRole("button", { name: "1 hour" }).click();
  for (const each of [page, other])
    await corner(each)
      .getByText(/^Paused until \d\d:\d\d$/)
      .waitFor();
  const until = Date.parse((await kept(ada)).pausedUntil ?? "");
  expect(Math.abs(until - Date.now() - 3_600_000)).toBeLessThan(120_000);
  await bob.say("during the pause", ada.uuid);
  for (const each of [page, other])
    await each.getByRole("link", { name: /^Bob.*1 unread message/ }).waitFor();
  await page.getByRole("button", { name: "End the pause" }).click();
  for (const each of [page, other]) await corner(each).getByText("Online").waitFor();
  await tick(page.getByRole("radio", { name: "Only that there is one" }));
  await expect.poll(async () => (await kept(ada)).content).toBe("nothing");
  await bob.say("after it", ada.uuid);
  await expect.poll(() => shown(page)).toEqual(["Chinwag: New message"]);
  await tick(page.getByRole("radio", { name: "The message" }));
  await expect.poll(async () => (await kept(ada)).content).toBe("full");
  await bob.say("with its text", ada.uuid);
  await expect.poll(() => shown(page)).toEqual(["Bob: with its text"]);
  await ada.leave();
  await done(page);
});

test("quiet hours by weekday follow the clocks of the browser, or of the zone that was chosen", async () => {
  const page = await person("Cleo");
  const cleo = await Talker.signIn(server.address, "Cleo");
  await openSettings(page, "Notifications");
  const rows = page.locator(".quiet-row");
  const add = page.getByRole("button", { name: "Add quiet hours" });
  await add.click();
  await expect
    .poll(() => kept(cleo))
    .toMatchObject({
      quiet: [{ days: "1234567", from: "22:00", to: "07:00" }],
      zone: "Asia/Tokyo",
    });
  await page.getByText("By the clocks of Asia/Tokyo.").waitFor();
  await rows.first().getByText("the next day").waitFor();
  for (const day of ["Saturday", "Sunday"])
    await tick(rows.first().getByRole("checkbox", { name: day }), false);
  await rows.first().getByLabel("From").fill("20:30");
  await rows.first().getByLabel("to", { exact: true }).fill("21:45");
  await add.click();
  await expect.poll(() => rows.count()).toBe(2);
  await expect
    .poll(async () => (await kept(cleo)).quiet)
    .toEqual([
      { days: "12345", from: "20:30", to: "21:45" },
      { days: "67", from: "00:00", to: "24:00" },
    ]);
  await rows.nth(1).getByText("the whole day").waitFor();
  expect(await rows.nth(1).getByLabel("to", { exact: true }).inputValue()).toBe("00:00");
  // A row without a day waits for one.
  for (const day of ["Saturday", "Sunday"])
    await tick(rows.nth(1).getByRole("checkbox", { name: day }), false);
  await tick(rows.nth(1).getByRole("checkbox", { name: "Monday" }));
  await expect.poll(async () => (await kept(cleo)).quiet?.at(1)?.days).toBe("1");
  await rows.nth(1).getByRole("button", { name: "Remove these hours" }).click();
  await expect.poll(async () => (await kept(cleo)).quiet?.length).toBe(1);
  // Closing the settings saves the field.
  await rows.first().getByLabel("From").fill("20:15");
  await closeSettings(page);
  await expect.poll(async () => (await kept(cleo)).quiet?.at(0)?.from).toBe("20:15");
  await cleo.request({ type: "notify", notify: { zone: "Europe/Berlin" } });
  await openSettings(page, "Notifications");
  await page.getByText("By the clocks of Europe/Berlin.").waitFor();
  await page.getByRole("button", { name: "Use those of Asia/Tokyo" }).click();
  await expect.poll(async () => (await kept(cleo)).zone).toBe("Asia/Tokyo");
  await cleo.leave();
  await done(page);
});

test("it is quiet where the clocks say so, also for a page that is opened then", async () => {
  const dora = await Talker.signIn(server.address, "Dora");
  const quiet = [{ days: "1234567", from: "00:00", to: "24:00" }];
  await dora.request({ type: "notify", notify: { quiet, zone: "America/New_York" } });
  const page = await person("Dora", { viewport: { width: 390, height: 844 } });
  await corner(page).getByText("Always quiet").waitFor();
  await openSettings(page, "Notifications");
  await tick(page.getByRole("radio", { name: "Everything" }));
  await speaks(page);
  await closeSettings(page);
  await bob.say("while it is quiet", dora.uuid);
  await page.getByRole("link", { name: /^Bob.*unread message/ }).waitFor();
  await openSettings(page, "Notifications");
  await page.getByRole("button", { name: "Remove these hours" }).click();
  await corner(page).getByText("Online").waitFor();
  await bob.say("and then not", dora.uuid);
  await expect.poll(() => shown(page)).toEqual(["Bob: and then not"]);
  await dora.leave();
  await done(page);
});
