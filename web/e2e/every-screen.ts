/** Takes a picture of each screen at five widths in both themes, for a person to look at: into `e2e/output`. */
import { resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, openChannel, seen, signIn, Troubles, visit } from "./browser";
import { hold, ME, tellDates } from "./conversation";
import { LOAD, Server } from "./server";

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

let server: Server;
let browser: Browser;
const troubles = new Troubles();

beforeAll(async () => {
  server = await Server.start("embedded", LOAD);
  browser = await launch([], { FONTCONFIG_FILE: resolve(import.meta.dirname, "fonts.conf") });
  await hold(server.address);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  expect(troubles.seen).toEqual([]);
});

const sizes = SIZES.filter(([width]) => WIDTHS?.includes(width) ?? true);
const cases = sizes.flatMap((size) =>
  (["light", "dark"] as const).map((theme) => [...size, theme] as const),
);

test.each(cases)("%d x %d, %s", async (width, height, colorScheme) => {
  const narrow = width < WIDE;
  const page = await visit(browser, server.address, troubles, {
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width, height },
    colorScheme,
    hasTouch: narrow,
    isMobile: narrow,
  });
  await tellDates(page.context());
  await page.reload();
  const take = async (name: string) => {
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    const path = `${OUTPUT}/${width}-${colorScheme}-${name}.png`;
    await page.screenshot({ path, animations: "disabled", caret: "hide" });
  };
  await screens(page, narrow, take);
  await page.context().close();
});

async function screens(
  page: Page,
  narrow: boolean,
  take: (name: string) => Promise<void>,
): Promise<void> {
  await page.getByLabel("Name").waitFor();
  await take("sign-in");
  await page.locator("form button[type=submit]").click();
  await page.getByText("Please fill in a name.").waitFor();
  await take("sign-in-error");
  await page.getByRole("button", { name: "I have an account" }).click();
  await page.getByLabel("Name").fill("Nora Lindquist");
  await page.getByLabel("Password", { exact: true }).fill("a password");
  await page.locator("form button[type=submit]").click();
  await page.getByRole("dialog").waitFor();
  await take("sign-in-question");
  await page.getByRole("button", { name: "Change the name" }).click();
  await page.locator("dialog").waitFor({ state: "detached" });
  await signIn(page, ME);
  await page.getByText("Coffee at eleven?").waitFor();
  if (narrow) await take("list");
  await openChannel(page, "General");
  await seen(page, "write it up");
  await take("general");
  await page.locator("#messages").evaluate((box) => {
    box.scrollTop = 0;
  });
  await page.getByText("The new kiosk").waitFor();
  await take("general-above");
  await page.getByRole("button", { name: "Emoji" }).click();
  await page.getByLabel("Search emoji").waitFor();
  await take("emoji");
  await page.keyboard.press("Escape");
  for (const name of ["Olga Petrova", "Notes to self"]) {
    if (narrow) await page.getByRole("button", { name: "Back to the list" }).click();
    await openChannel(page, name);
    await take(name.toLowerCase().replaceAll(" ", "-"));
  }
  await page.keyboard.press("Control+k");
  await page.locator("[role=combobox]").waitFor();
  await take("switcher");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+/");
  await page.locator(".shortcuts").waitFor();
  await take("shortcuts");
  await page.keyboard.press("Escape");
  if (narrow) await page.getByRole("button", { name: "Back to the list" }).click();
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem").first().waitFor();
  await take("menu");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("dialog").waitFor();
  for (const topic of await page.getByRole("tab").all()) {
    await topic.click();
    await take(`settings-${(await topic.textContent())?.toLowerCase()}`);
  }
  await page.getByRole("tab", { name: "Appearance" }).click();
  await page.getByRole("radio", { name: "Compact" }).check({ force: true });
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await openChannel(page, "General");
  await seen(page, "write it up");
  await take("compact");
}
