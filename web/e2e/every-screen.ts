/** Takes a picture of each screen at five widths in both themes, for a person to look at: into `e2e/output`. */
import { resolve } from "node:path";
import type { BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import {
  walkAdministration,
  walkDeactivated,
  walkDevices,
  walkHooks,
  walkLinks,
  walkModeration,
} from "./admin-screens";
import { launchWhole, signIn, Troubles, visit } from "./browser";
import { hold, ME, tellDates } from "./conversation";
import { walkFiles } from "./file-screens";
import { PushService } from "./push-service";
import {
  type Walk,
  walkChannels,
  walkChat,
  walkNotifications,
  walkPeople,
  walkSignIn,
  walkTroubles,
} from "./screens";
import { LOAD, Server } from "./server";
import { stage } from "./stage";

const OUTPUT = resolve(import.meta.dirname, process.env.SCREENS ?? "output");
const SIZES: readonly (readonly [width: number, height: number])[] = [
  [1920, 1080],
  [1280, 800],
  [768, 1024],
  [390, 844],
  [320, 568],
];
/** Only these, where given: `1280,390`. */
const WIDTHS = process.env.WIDTHS?.split(",").map(Number);
/** Narrower windows show one pane at a time, and are touched. */
const WIDE = 720;

const { server, browser } = await stage("embedded", LOAD, () =>
  launchWhole([], { FONTCONFIG_FILE: resolve(import.meta.dirname, "fonts.conf") }),
);
const troubles = new Troubles();

beforeAll(() => hold(server.address));
afterAll(() => expect(troubles.seen).toEqual([]));

const sizes = SIZES.filter(([width]) => WIDTHS?.includes(width) ?? true);
const cases = sizes.flatMap((size) =>
  (["light", "dark"] as const).map((theme) => [...size, theme] as const),
);

test.each(cases)("%d x %d, %s", async (width, height, colorScheme) => {
  const walk = await begin(server, width, height, colorScheme);
  await tellDates(walk.page.context());
  await walk.page.reload();
  await walkSignIn(walk);
  await walkChat(walk);
  await walk.page.context().close();
});

test.each(cases)("%d x %d, %s, channels", async (width, height, colorScheme) => {
  const walk = await begin(server, width, height, colorScheme);
  await tellDates(walk.page.context());
  await walk.page.reload();
  await walkSignIn(walk);
  await walkChannels(walk);
  await walkPeople(walk);
  await walk.page.context().close();
});

test.each(cases)("%d x %d, %s, files", async (width, height, colorScheme) => {
  const walk = await begin(server, width, height, colorScheme);
  await tellDates(walk.page.context());
  await walk.page.reload();
  await signIn(walk.page, ME);
  await walkFiles(walk);
  await walk.page.context().close();
});

test.each(cases)("%d x %d, %s, administration", async (width, height, colorScheme) => {
  const governed = await Server.start("embedded", LOAD);
  onTestFinished(() => governed.stop());
  await hold(governed.address);
  const walk = await begin(governed, width, height, colorScheme);
  await tellDates(walk.page.context());
  await walkLinks(walk, governed);
  await walkAdministration(walk, governed);
  await walkHooks(walk, governed);
  await walkModeration(walk, governed);
  await walkDevices(walk);
  await walkDeactivated(walk);
  await walk.page.context().close();
});

test.each(cases)("%d x %d, %s, on a bad day", async (width, height, colorScheme) => {
  const bad = await Server.start("embedded", LOAD);
  const walk = await begin(bad, width, height, colorScheme);
  onTestFinished(() => bad.stop());
  await walkTroubles(walk, bad);
  await walk.page.context().close();
});

test.each(cases)("%d x %d, %s, notifications", async (width, height, colorScheme) => {
  const service = await PushService.start();
  const pushing = await Server.start("embedded", { ...LOAD, PUSH_HOSTS: service.address });
  onTestFinished(() => pushing.stop());
  onTestFinished(() => service.stop());
  const walk = await begin(pushing, width, height, colorScheme, { serviceWorkers: "allow" });
  await walkNotifications(walk, service);
  await walk.page.context().close();
});

async function begin(
  { address }: Server,
  width: number,
  height: number,
  colorScheme: "light" | "dark",
  options: BrowserContextOptions = {},
): Promise<Walk> {
  const narrow = width < WIDE;
  const page = await visit(browser, address, troubles, {
    ...options,
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width, height },
    colorScheme,
    hasTouch: narrow,
    isMobile: narrow,
  });
  const look = async (name: string) => {
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    const path = `${OUTPUT}/${width}-${colorScheme}-${name}.png`;
    await page.screenshot({ path, animations: "disabled", caret: "hide" });
  };
  return { page, narrow, look };
}
