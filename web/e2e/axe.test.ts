/** axe finds nothing on any screen and in any dialog: light on a desktop, and the chat dark on a phone; with `E2E=all` all of it on a phone, and in all themes and forced colours on a desktop. */
import axe, { type RunOptions } from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import {
  walkAdministration,
  walkDeactivated,
  walkDevices,
  walkHooks,
  walkLinks,
  walkModeration,
} from "./admin-screens";
import { launchWhole, signIn, Troubles, visit } from "./browser";
import { hold, ME } from "./conversation";
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

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The rules among them that judge colours. No other finds more in a second theme. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

const LIGHT = { colorScheme: "light", forcedColors: "none" } as const;
const DARK = { colorScheme: "dark", forcedColors: "none" } as const;
/** What a screen is looked at in once more on a desktop, in twice the time: each night. */
const THEMES = [
  ["the dark theme", DARK],
  ["forced colours", { colorScheme: "light", forcedColors: "active" }],
] as const;

const { server, browser } = await stage("embedded", LOAD);
beforeAll(() => hold(server.address));

/** What axe has to say, when everything on the screen has come to rest. */
async function faults(page: Page, runOnly: RunOptions["runOnly"]): Promise<string[]> {
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
        .map(({ finished }) => finished.catch(() => undefined)),
    ).then(() => undefined),
  );
  const { violations } = await page.evaluate(
    (options: RunOptions) => (window as unknown as { axe: typeof axe }).axe.run(options),
    { runOnly, resultTypes: ["violations"] } as RunOptions,
  );
  // It takes links to messages that are scrolled out of sight for skip links.
  const isMeant = (id: string, target: string) => id !== "skip-link" || target === ".skip";
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .map(({ target, failureSummary }) => ({ target: target.join(" "), failureSummary }))
      .filter(({ target }) => isMeant(id, target))
      .map(({ target, failureSummary }) => `${id} ${target} ${failureSummary}`),
  );
}

/** A heading that stays lies over what is scrolled, which axe takes for too small, though scrolling brings it out. */
function letHeadingsScroll(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".dialog-head { position: static !important; }");
  document.adoptedStyleSheets = [sheet];
}

interface Look {
  readonly options: BrowserContextOptions;
  /** Those in which colours are judged again. */
  readonly themes: typeof THEMES | readonly [];
}

const IS_ALL = process.env.E2E === "all";
const LOOKS: [string, Look][] = [
  ["on a desktop", { options: LIGHT, themes: IS_ALL ? THEMES : [] }],
  [
    "on a phone",
    {
      options: { ...DARK, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
      themes: [],
    },
  ],
];

/** Of the screens that fewer people see. */
const LOOKS_OF_MORE = IS_ALL ? LOOKS : LOOKS.slice(0, 1);

async function walked(
  { address }: Server,
  { options, themes }: Look,
  go: (walk: Walk) => Promise<void>,
  by = browser,
): Promise<void> {
  const troubles = new Troubles();
  const found: Record<string, string[]> = {};
  const page = await visit(by, address, troubles, options);
  await page.context().addInitScript({ content: axe.source });
  await page.context().addInitScript(letHeadingsScroll);
  await page.reload();
  const judge = async (name: string, runOnly: RunOptions["runOnly"]) => {
    const here = await faults(page, runOnly);
    if (here.length > 0) found[name] = here;
  };
  const look = async (name: string) => {
    await judge(name, { type: "tag", values: TAGS });
    for (const [theme, media] of themes) {
      await page.emulateMedia(media);
      await judge(`${name}, ${theme}`, { type: "rule", values: OF_COLOURS });
    }
    if (themes.length > 0) await page.emulateMedia(LIGHT);
  };
  await go({ page, narrow: options.isMobile ?? false, look });
  await page.context().close();
  expect(found).toEqual({});
  expect(troubles.seen).toEqual([]);
}

test.each(LOOKS)("%s", async (_, how) => {
  await walked(server, how, async (walk) => {
    await walkSignIn(walk);
    await walkChat(walk);
    await walkChannels(walk);
    await walkPeople(walk);
  });
});

test.each(LOOKS_OF_MORE)("%s, files", async (_, how) => {
  await walked(server, how, async (walk) => {
    await signIn(walk.page, ME);
    await walkFiles(walk);
  });
});

test.each(LOOKS_OF_MORE)("%s, administration", async (_, how) => {
  const governed = await Server.start("embedded", LOAD);
  onTestFinished(() => governed.stop());
  await hold(governed.address);
  await walked(governed, how, async (walk) => {
    await walkLinks(walk, governed);
    await walkAdministration(walk, governed);
    await walkHooks(walk, governed);
    await walkModeration(walk, governed);
    await walkDevices(walk);
    await walkDeactivated(walk);
  });
});

test.each(LOOKS_OF_MORE)("%s, notifications", async (_, { options, themes }) => {
  const service = await PushService.start();
  const pushing = await Server.start("embedded", { ...LOAD, PUSH_HOSTS: service.address });
  const whole = await launchWhole();
  onTestFinished(() => whole.close());
  onTestFinished(() => pushing.stop());
  onTestFinished(() => service.stop());
  const how = { options: { ...options, serviceWorkers: "allow" }, themes } as const;
  await walked(pushing, how, (walk) => walkNotifications(walk, service), whole);
});

test.each(LOOKS_OF_MORE)("%s, on a bad day", async (_, how) => {
  const bad = await Server.start("embedded", LOAD);
  onTestFinished(() => bad.stop());
  await walked(bad, how, (walk) => walkTroubles(walk, bad));
});
