/** axe finds nothing on any screen and in any dialog, in both themes and in forced colours. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { launch, Troubles, visit } from "./browser";
import { hold } from "./conversation";
import { type Walk, walkChannels, walkChat, walkSignIn, walkTroubles } from "./screens";
import { LOAD, Server } from "./server";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let server: Server;
let browser: Browser;
beforeAll(async () => {
  server = await Server.start("embedded", LOAD);
  browser = await launch();
  await hold(server.address);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** What axe has to say, when everything on the screen has come to rest. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
        .map(({ finished }) => finished.catch(() => undefined)),
    ).then(() => undefined),
  );
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")} ${failureSummary}`),
  );
}

const LOOKS: [string, BrowserContextOptions][] = [
  ["the light theme", { colorScheme: "light" }],
  ["the dark theme", { colorScheme: "dark" }],
  ["forced colours", { forcedColors: "active" }],
  ["the light theme on a phone", { colorScheme: "light", ...PHONE }],
];

async function walked(
  { address }: Server,
  options: BrowserContextOptions,
  go: (walk: Walk) => Promise<void>,
): Promise<void> {
  const troubles = new Troubles();
  const found: Record<string, string[]> = {};
  const page = await visit(browser, address, troubles, options);
  const look = async (name: string) => {
    const here = await faults(page);
    if (here.length > 0) found[name] = here;
  };
  await go({ page, narrow: options.isMobile ?? false, look });
  await page.context().close();
  expect(found).toEqual({});
  expect(troubles.seen).toEqual([]);
}

test.each(LOOKS)("in %s", async (_, options) => {
  await walked(server, options, async (walk) => {
    await walkSignIn(walk);
    await walkChat(walk);
    await walkChannels(walk);
  });
});

test.each(LOOKS)("in %s, on a bad day", async (_, options) => {
  const bad = await Server.start("embedded", LOAD);
  onTestFinished(() => bad.stop());
  await walked(bad, options, (walk) => walkTroubles(walk, bad));
});
