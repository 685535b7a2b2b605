/** One Chromium for a test file, and pages that report their errors. */
import { existsSync } from "node:fs";
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { expect } from "vitest";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const WHOLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** Chromium without the parts that no page sees: a third of the processor time for a visit. Only Debian packs it. */
const SHELL = "/usr/bin/chromium-headless-shell";

export function launch(): Promise<Browser> {
  const shell = process.env.CHROMIUM === undefined && existsSync(SHELL);
  return start(shell ? SHELL : WHOLE);
}

/** The browser that people have: for notifications, which the shell hasn't, for measurements and for pictures. */
export function launchWhole(
  extra: string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Browser> {
  return start(WHOLE, extra, environment);
}

function start(
  executablePath: string,
  extra: string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [...FLAGS, ...extra],
    env: { ...process.env, ...environment },
  });
}

/** What a page must never do; a test ends with `expect(troubles).toEqual([])`. */
export class Troubles {
  readonly seen: string[] = [];

  watch(page: Page): void {
    page.on("pageerror", (error) => this.seen.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
      this.seen.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (message) => {
      // A server that was killed on purpose can't be reached; the browser says so itself.
      if (
        message.type() === "error" &&
        !/WebSocket connection|ERR_CONNECTION|Failed to load resource/.test(message.text())
      ) {
        this.seen.push(`console: ${message.text()}`);
      }
    });
  }
}

/** A new person's browser, at the sign-in screen. */
export async function visit(
  browser: Browser,
  address: string,
  troubles: Troubles,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ serviceWorkers: "block", ...options });
  context.setDefaultTimeout(90_000);
  context.on("page", (page) => troubles.watch(page));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

export async function signIn(page: Page, name: string, password = "a password"): Promise<void> {
  // It signs in as well where the name is taken, and asks nothing.
  await page.getByRole("button", { name: "I am new here" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.locator("form button[type=submit]").click();
  await page.getByRole("navigation").waitFor();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByLabel("Name").waitFor();
}

/** Waits until what notifies listens: it loads once it is wanted, and then asks for its turn to speak for all pages. */
export async function speaks(page: Page): Promise<void> {
  await page.waitForFunction(async () => {
    const { held } = await navigator.locks.query();
    return held?.some(({ name }) => name === "chinwag.speaker");
  });
}

/** Opens the settings at a topic. */
export async function openSettings(page: Page, topic: string): Promise<void> {
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("tab", { name: topic }).click();
}

export async function say(page: Page, text: string): Promise<void> {
  await page.locator("#composer").fill(text);
  await page.locator("#composer").press("Enter");
}

/** Waits until the text stands in the open channel, taken by the server. */
export async function seen(page: Page, text: string): Promise<void> {
  await page.locator(".message:not(.pending) .text", { hasText: text }).first().waitFor();
}

/** The texts in the open channel, in the order in which they stand. */
export async function texts(page: Page): Promise<string[]> {
  const rows = await page.locator(".message").evaluateAll((all) =>
    all.map((row) => ({
      top: row.getBoundingClientRect().top,
      text: row.querySelector(".text")?.textContent ?? "",
    })),
  );
  return rows.sort((a, b) => a.top - b.top).map(({ text }) => text);
}

export async function openChannel(page: Page, name: string): Promise<void> {
  const list = page.getByRole("navigation");
  const link = list.getByRole("link", { name: new RegExp(`^${name}\\b`) });
  await list.getByRole("link").first().waitFor();
  // What is far below the view isn't in the document.
  for (let top = 0; top < 10_000 && (await link.count()) === 0; top += 300) {
    await list.locator(".list").evaluate((box, to) => box.scrollTo(0, to), top);
  }
  await link.click();
  await page.getByRole("heading", { level: 2, name }).waitFor();
}

/** Takes a choice or ticks a box by its label, once that stands still: the box itself is out of sight. */
export async function tick(box: Locator, on = true): Promise<void> {
  await box.locator("xpath=ancestor::label").click();
  await expect.poll(() => box.isChecked()).toBe(on);
}
