/** Web push, from the server through a double of a push service to the notification and the message behind it. */
import type { BrowserContext, Page, Worker } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchWhole, openSettings, seen, signIn, signOut, Troubles, tick, visit } from "./browser";
import { Delivery, PushService, subscribedAs, withOtherKey } from "./push-service";
import { Server } from "./server";
import { stage } from "./stage";
import { Talker } from "./talker";

const service = await PushService.start();
afterAll(() => service.stop());
const { server, browser } = await stage("embedded", { PUSH_HOSTS: service.address }, launchWhole);
let bob: Talker;
const troubles = new Troubles();
beforeAll(async () => {
  bob = await Talker.signIn(server.address, "Bob");
});

/** A page of a browser that allows notifications, signed in, with its service worker. */
async function person(name: string, at = server): Promise<Page> {
  const page = await visit(browser, "about:blank", troubles, {
    permissions: ["notifications"],
    serviceWorkers: "allow",
  });
  await service.serve(page.context());
  await page.goto(at.address);
  await signIn(page, name);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  return page;
}

function pushSwitch(page: Page) {
  return page.getByRole("checkbox", { name: /^Also when the page is closed/ });
}

async function wantPrivate(page: Page): Promise<void> {
  await openSettings(page, "Notifications");
  await tick(page.getByRole("radio", { name: "Private" }));
}

/** Signed in, with the device subscribed, and the settings closed. */
async function subscriber(name: string): Promise<Page> {
  const page = await person(name);
  await wantPrivate(page);
  await pushSwitch(page).check();
  await page.getByRole("button", { name: "Send a test" }).waitFor();
  await page.keyboard.press("Escape");
  return page;
}

function worker(context: BrowserContext): Worker {
  const [found] = context.serviceWorkers();
  if (!found) throw new Error("failed to find the service worker");
  return found;
}

/** What the tests use of the worker's own names, which pages have not. */
interface Scope {
  registration: ServiceWorkerRegistration;
  clients: { openWindow(address: string): Promise<null> };
  WindowClient: { prototype: { focus(): Promise<unknown> } };
  NotificationEvent: new (
    name: string,
    about: { notification: Notification },
  ) => Event & { waitUntil(work: Promise<unknown>): void };
  dispatchEvent(event: Event): void;
}

interface Shown {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
}

function shown(context: BrowserContext): Promise<Shown[]> {
  return worker(context).evaluate(async () => {
    const { registration } = self as unknown as Scope;
    const all = await registration.getNotifications();
    return all.map(({ title, body, tag }) => ({ title, body, tag }));
  });
}

/** A headless browser says of all its pages that they are looked at. */
async function lookAway(context: BrowserContext): Promise<void> {
  await worker(context).evaluate(() => {
    const { WindowClient } = self as unknown as Scope;
    Object.defineProperty(WindowClient.prototype, "focused", { get: () => false });
  });
}

/** Lets the page say that it has heard of a notification that was shown. */
async function watchShown(page: Page): Promise<void> {
  await page.evaluate(() => {
    navigator.serviceWorker.addEventListener("message", ({ data }) => {
      if ("shown" in data) document.documentElement.dataset.shown = "yes";
    });
  });
}

/** Waits until a page with the site sees no notification of the channel. */
async function isClosed(page: Page, tag: string): Promise<void> {
  await page.waitForFunction(async (of) => {
    const registration = await navigator.serviceWorker.getRegistration();
    return (await registration?.getNotifications({ tag: of }))?.length === 0;
  }, tag);
}

/** Clicks the first notification, and returns the window that the worker asked for: without a person's click none opens. */
function click(context: BrowserContext): Promise<string[]> {
  return worker(context).evaluate(async () => {
    const scope = self as unknown as Scope;
    const asked: string[] = [];
    scope.clients.openWindow = async (address) => {
      asked.push(`open ${address}`);
      return null;
    };
    scope.WindowClient.prototype.focus = async () => asked.push("focus");
    const [notification] = await scope.registration.getNotifications();
    if (!notification) return asked;
    const event = new scope.NotificationEvent("notificationclick", { notification });
    let done: Promise<unknown> | undefined;
    event.waitUntil = (work) => {
      done = work;
    };
    scope.dispatchEvent(event);
    await done;
    return asked;
  });
}

async function done(...pages: Page[]): Promise<void> {
  for (const page of pages) await page.context().close();
  expect(troubles.seen).toEqual([]);
}

test("a message comes to a closed page, once a channel, and a click leads to it", async () => {
  const page = await subscriber("Ada");
  const context = page.context();
  const delivery = await Delivery.to(context, server.address);
  const path = await subscribedAs(page);
  const ada = await Talker.signIn(server.address, "Ada");
  await page.goto("about:blank");
  for (const text of ["are you there?", "it burns"]) {
    await bob.say(text, ada.uuid);
    const pushed = await service.next();
    expect(pushed.path).toBe(path);
    await delivery.deliver(pushed.payload);
    await expect
      .poll(() => shown(context))
      .toEqual([{ title: "Bob", body: text, tag: `chinwag-${bob.uuid}` }]);
  }
  expect(await click(context)).toEqual([`open /#@${bob.uuid}/2`]);
  expect(await shown(context)).toEqual([]);
  await page.goto(`${server.address}#@${bob.uuid}/2`);
  await seen(page, "it burns");
  await ada.leave();
  await done(page);
});

test("where a page is open a click leads there, and reading closes what was pushed", async () => {
  const page = await subscriber("Cleo");
  const context = page.context();
  const delivery = await Delivery.to(context, server.address);
  const cleo = await Talker.signIn(server.address, "Cleo");
  const tag = `chinwag-${bob.uuid}`;
  const push = (body: string, of: string) => {
    const navigate = `https://another.example.org/#@${bob.uuid}/1`;
    const notification = { title: "Bob", body, navigate, tag: of };
    return delivery.deliver(JSON.stringify({ web_push: 8030, notification }));
  };
  // A page in the foreground shows messages itself.
  await push("looked at", "chinwag-another");
  await lookAway(context);
  await bob.say("in the background", cleo.uuid);
  await delivery.deliver((await service.next()).payload);
  await expect.poll(async () => (await shown(context)).map((one) => one.tag)).toEqual([tag]);
  expect(await click(context)).toEqual(["focus"]);
  await page.getByRole("heading", { level: 2, name: "Bob" }).waitFor();
  await seen(page, "in the background");
  // A late notification of a message that was read meanwhile closes at once.
  await page.waitForFunction(() => !document.title.startsWith("("));
  await watchShown(page);
  await push("late", tag);
  await page.waitForFunction(() => document.documentElement.dataset.shown === "yes");
  await isClosed(page, tag);
  await cleo.leave();
  await done(page);
});

test("the test says what the push service answered, and subscribes anew where it has to", async () => {
  const page = await subscriber("Dora");
  const context = page.context();
  const delivery = await Delivery.to(context, server.address);
  await page.bringToFront();
  const before = await subscribedAs(page);
  await openSettings(page, "Notifications");
  const button = page.getByRole("button", { name: "Send a test" });
  await button.click();
  await page.getByText("The push service of your browser took the notification.").waitFor();
  const first = await service.next();
  expect(first.path).toBe(before);
  // A test is shown to who looks at the page as well.
  await delivery.deliver(first.payload);
  await expect
    .poll(async () => (await shown(context)).map(({ body }) => body))
    .toEqual(["Notifications work on this device."]);
  service.answer(503);
  await button.click();
  await page.getByText("The push service has trouble at the moment").waitFor();
  await service.next();
  service.answer(410);
  await button.click();
  await page.getByText("took the notification.").waitFor();
  expect((await service.next()).path).toBe(before);
  const again = await service.next();
  expect(again.path).not.toBe(before);
  expect(again.path).toBe(await subscribedAs(page));
  await done(page);
});

test("a start tells the server anew, and a new key of the server is taken", async () => {
  const page = await subscriber("Edith");
  const elsewhere = await Talker.signIn(server.address, "Edith");
  const endpoint = `${service.address}${await subscribedAs(page)}`;
  const known = async (path = endpoint) => {
    const reply = await elsewhere
      .request({ type: "pushTest", pushTest: { endpoint: path } })
      .catch(() => undefined);
    if (reply?.type !== "pushTest") return false;
    await service.next();
    return true;
  };
  await elsewhere.request({ type: "pushUnsubscribe", pushUnsubscribe: { endpoint } });
  expect(await known()).toBe(false);
  await page.reload();
  await expect.poll(() => known()).toBe(true);
  await withOtherKey(page);
  await page.reload();
  await expect
    .poll(async () => {
      const path = await subscribedAs(page);
      return path !== undefined && !endpoint.endsWith(path) && known(`${service.address}${path}`);
    })
    .toBe(true);
  await elsewhere.leave();
  await done(page);
});

test("a sign-out ends it, and so does the switch; the next user has none", async () => {
  const page = await subscriber("Fay");
  const fay = await Talker.signIn(server.address, "Fay");
  const isKnown = async (path: string | undefined) => {
    const endpoint = `${service.address}${path}`;
    const reply = await fay
      .request({ type: "pushTest", pushTest: { endpoint } })
      .catch(() => undefined);
    return reply?.type === "pushTest";
  };
  const first = await subscribedAs(page);
  await signOut(page);
  await expect.poll(() => subscribedAs(page)).toBeUndefined();
  expect(await isKnown(first)).toBe(false);
  await signIn(page, "Gus");
  await openSettings(page, "Notifications");
  expect(await pushSwitch(page).isChecked()).toBe(false);
  expect(await subscribedAs(page)).toBeUndefined();
  await page.keyboard.press("Escape");
  await signOut(page);
  await signIn(page, "Fay");
  await expect.poll(() => subscribedAs(page)).toBeDefined();
  const second = await subscribedAs(page);
  await openSettings(page, "Notifications");
  await pushSwitch(page).uncheck();
  await expect.poll(() => subscribedAs(page)).toBeUndefined();
  await expect.poll(() => isKnown(second)).toBe(false);
  await fay.leave();
  await done(page);
});

test("without a subscription the page says why; without the server's key there is no switch", async () => {
  const page = await person("Hal");
  await page.evaluate(() => {
    PushManager.prototype.subscribe = () => Promise.reject(new Error("no push service"));
  });
  await wantPrivate(page);
  await pushSwitch(page).click();
  await page.getByText("Your browser got no connection to its push service.").waitFor();
  expect(await pushSwitch(page).isChecked()).toBe(false);
  const plain = await Server.start("embedded");
  const other = await person("Hal", plain);
  await wantPrivate(other);
  expect(await pushSwitch(other).count()).toBe(0);
  await plain.stop();
  await done(page, other);
});
