/** Several pages of one browser: one speaks for all, reading ends what it said, and settings hold in each. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import {
  launchWhole,
  openChannel,
  openSettings,
  signIn,
  speaks,
  Troubles,
  tick,
  visit,
} from "./browser";
import { stage } from "./stage";
import { Talker } from "./talker";

const { server, browser } = await stage("embedded", {}, launchWhole);
let talker: Talker;
const troubles = new Troubles();
beforeAll(async () => {
  talker = await Talker.signIn(server.address, "Talker");
});

/** A page of which the tests say whether it is looked at; a headless one always says so itself. */
async function watched(name: string): Promise<Page> {
  const page = await visit(browser, "about:blank", troubles, {
    permissions: ["notifications"],
    serviceWorkers: "allow",
  });
  await page.context().addInitScript(() => {
    if (location.protocol === "about:") return;
    const shown: string[] = [];
    Object.assign(window, { shown });
    const show = ServiceWorkerRegistration.prototype.showNotification;
    ServiceWorkerRegistration.prototype.showNotification = function (title, options) {
      shown.push(options?.body ?? "");
      return show.call(this, title, options);
    };
    document.hasFocus = () => document.documentElement.dataset.focus === "yes";
    // Whether another page is looked at is asked last, before a message is told of or not.
    const { query } = LockManager.prototype;
    Object.assign(window, { decided: 0 });
    LockManager.prototype.query = async function () {
      const all = await query.call(this);
      (window as unknown as { decided: number }).decided++;
      return all;
    };
  });
  await page.goto(server.address);
  await signIn(page, name);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.evaluate(() => localStorage.setItem("chinwag.notify", '"all"'));
  await page.reload();
  await page.getByRole("navigation").waitFor();
  await speaks(page);
  return page;
}

async function look(page: Page, focus: "yes" | "no"): Promise<void> {
  await page.evaluate((to) => {
    document.documentElement.dataset.focus = to;
    dispatchEvent(new Event("focus"));
  }, focus);
  // Asked for before and granted after anything that the page does next.
  await page.waitForFunction(async (to) => {
    const { held } = await navigator.locks.query();
    return (to === "yes") === held?.some(({ name }) => name === "chinwag.looked-at");
  }, focus);
}

const shown = (page: Page) => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
const decided = (page: Page) =>
  page.evaluate(() => (window as unknown as { decided: number }).decided);
const left = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return (await registration?.getNotifications())?.map(({ body }) => body) ?? [];
  });
const badge = (page: Page, text: string) =>
  page.locator(".row", { hasText: "General" }).locator(".badge", { hasText: text }).waitFor();

test("none notifies while one is looked at, and one does while none is", async () => {
  const one = await watched("Ada");
  const two = await one.context().newPage();
  await two.goto(server.address);
  await two.getByRole("navigation").waitFor();
  const ada = await Talker.signIn(server.address, "Ada");
  const channelPrefs = { recipientUUID: "", level: "all" as const };
  await ada.request({ type: "channelPrefs", channelPrefs });
  await ada.leave();
  await openChannel(one, "Notes to self");
  await look(one, "yes");
  const decisions = async () => (await decided(one)) + (await decided(two));
  const before = await decisions();
  await talker.say("looked at");
  for (const page of [one, two]) await badge(page, "1");
  await expect.poll(decisions).toBeGreaterThan(before);
  await look(one, "no");
  await talker.say("not looked at");
  for (const page of [one, two]) await badge(page, "2");
  await one.waitForFunction(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return ((await registration?.getNotifications()) ?? []).length === 1;
  });
  // The page that spoke ends, and another one speaks.
  const said = [await shown(one), await shown(two)];
  expect(said.flat()).toEqual(["not looked at"]);
  const speaker = said[0]?.length === 1 ? one : two;
  const other = speaker === one ? two : one;
  await speaker.close();
  await other.waitForFunction(async () => {
    const { held, pending } = await navigator.locks.query();
    const ours = (all: LockInfo[] = []) =>
      all.filter(({ name }) => name === "chinwag.speaker").length;
    return ours(held) === 1 && ours(pending) === 0;
  });
  await talker.say("to the other one");
  await other.waitForFunction(
    () => (window as unknown as { shown: string[] }).shown.at(-1) === "to the other one",
  );
  await other.context().close();
  expect(troubles.seen).toEqual([]);
});

test("what is read, here or on another device, is notified no more", async () => {
  const page = await watched("Bea");
  await openChannel(page, "Notes to self");
  await look(page, "no");
  const until = (bodies: string[]) =>
    page.waitForFunction(async (wanted) => {
      const registration = await navigator.serviceWorker.getRegistration();
      const all = (await registration?.getNotifications()) ?? [];
      return JSON.stringify(all.map(({ body }) => body)) === JSON.stringify(wanted);
    }, bodies);
  await talker.say("read elsewhere");
  await until(["read elsewhere"]);
  const elsewhere = await Talker.signIn(server.address, "Bea");
  const inbox = await elsewhere.request({ type: "inbox" });
  const seq = inbox.type === "inbox" ? (inbox.inbox.channels[0]?.total ?? 0) : 0;
  await elsewhere.request({ type: "channelRead", channelRead: { recipientUUID: "", seq } });
  await until([]);
  await talker.say("read here");
  await until(["read here"]);
  await look(page, "yes");
  await openChannel(page, "General");
  await until([]);
  expect(await left(page)).toEqual([]);
  await elsewhere.leave();
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("a theme that is chosen in one page holds in the other", async () => {
  const one = await watched("Cleo");
  const two = await one.context().newPage();
  await two.goto(server.address);
  await two.getByRole("navigation").waitFor();
  await openSettings(one, "Appearance");
  await tick(one.getByRole("radio", { name: "Dark" }));
  await two.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  await one.context().close();
  expect(troubles.seen).toEqual([]);
});
