/** Takes the README's pictures of the real page, with a believable conversation in it. */
import { resolve } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { administer } from "./administering";
import { launchWhole, openChannel, seen, signIn, Troubles, visit } from "./browser";
import { hold, ME, tellDates } from "./conversation";
import { choose, drawn, ready, send } from "./file-screens";
import { png, text } from "./sample-files";
import { LOAD } from "./server";
import { stage } from "./stage";
import type { Talker } from "./talker";

const PICTURES = resolve(import.meta.dirname, process.env.PICTURES ?? "../../docs/pictures");
const LAPTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
/** The language, zone and clock of this machine must not show in the pictures. */
const READER: BrowserContextOptions = { locale: "en-GB", timezoneId: "UTC" };

const { server, browser } = await stage("embedded", LOAD, () =>
  launchWhole([], { FONTCONFIG_FILE: resolve(import.meta.dirname, "fonts.conf") }),
);
let talkers: Map<string, Talker>;
const troubles = new Troubles();

beforeAll(async () => {
  talkers = (await hold(server.address)).talkers;
});
afterAll(() => expect(troubles.seen).toEqual([]));

async function reader(options: BrowserContextOptions): Promise<Page> {
  const page = await visit(browser, server.address, troubles, { ...READER, ...options });
  await tellDates(page.context());
  await page.reload();
  return page;
}

/** A picture is taken when nothing moves any more, without a blinking cursor. */
async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.screenshot({
    path: `${PICTURES}/${name}.png`,
    animations: "disabled",
    caret: "hide",
  });
}

/** The button for files comes last of all, once the page has nothing else to load. */
async function whole(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Attach files" }).waitFor();
}

/** Somebody begins to write, and it is seen; another one each time, because the server tells it rarely. */
async function type(page: Page, name: string): Promise<void> {
  talkers
    .get(name)
    ?.socket.send(JSON.stringify({ type: "channelTyping", channelTyping: { recipientUUID: "" } }));
  await page.locator(".typing", { hasText: name }).waitFor();
}

test("sign-in", async () => {
  const page = await reader({ viewport: LAPTOP });
  await page.getByLabel("Name").fill(ME);
  await page.getByLabel("Password", { exact: true }).fill("a password");
  await take(page, "sign-in");
  await page.context().close();
});

test.each([
  ["light", "Tomás Rivera"],
  ["dark", "Sam Okafor"],
] as const)("the chat, %s", async (colorScheme, typist) => {
  const page = await reader({ viewport: LAPTOP, colorScheme });
  await signIn(page, ME);
  await seen(page, "write it up");
  await openChannel(page, "General");
  await whole(page);
  await type(page, typist);
  await take(page, `chat-${colorScheme}`);
  await page.context().close();
});

test("a channel and its details", async () => {
  const page = await reader({ viewport: LAPTOP });
  await signIn(page, ME);
  await openChannel(page, "release");
  await seen(page, "Wednesday noon is fine");
  await page.getByRole("button", { name: "Details of #release" }).click();
  await page.locator(".details").getByText("Jonas Weber").waitFor();
  await page.locator("#composer").focus();
  await whole(page);
  await take(page, "channel");
  await page.context().close();
});

test("a channel on a phone", async () => {
  const page = await reader({
    viewport: PHONE,
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
  });
  await signIn(page, ME);
  await openChannel(page, "release");
  await seen(page, "Wednesday noon is fine");
  const message = page.locator(".message", { hasText: "freeze on Wednesday" });
  await message.locator(".text").tap();
  await message.locator(".entry-more").tap();
  await page.getByRole("menuitem", { name: "Mark as unread" }).waitFor();
  await take(page, "phone-channel");
  await page.context().close();
});

test("a phone", async () => {
  const page = await reader({
    viewport: PHONE,
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
  });
  await signIn(page, ME);
  await page.getByText("Coffee at eleven?").waitFor();
  await take(page, "phone-list");
  await openChannel(page, "General");
  await seen(page, "write it up");
  await whole(page);
  await type(page, "Yuki Tanaka");
  await take(page, "phone");
  await page.context().close();
});

test("files", async () => {
  const page = await reader({ viewport: LAPTOP });
  await signIn(page, ME);
  await openChannel(page, "release");
  await seen(page, "Wednesday noon is fine");
  await choose(page, png("harbour.png", 1600, 1000, 0.3), text("notes-for-operators.pdf", 84_300));
  await ready(page, 2);
  await send(page, "The new kiosk as of this morning, and the notes");
  await drawn(page, "harbour.png");
  await choose(page, png("before.png", 900, 900, 0.1), png("after.png", 900, 900, 0.8));
  await ready(page, 2);
  await page.locator("#composer").fill("And the start screen, before and after");
  await take(page, "files");
  await page.context().close();
});

test("the administration", async () => {
  const page = await reader({ viewport: LAPTOP });
  await page.goto("about:blank");
  await page.goto(server.at(await server.command("admin", ME)));
  await page.getByLabel("Password", { exact: true }).fill("a password");
  await page.locator("form button[type=submit]").click();
  await openChannel(page, "General");
  await seen(page, "write it up");
  await administer(page, "People");
  await page.getByRole("button", { name: "More about Sam Okafor" }).click();
  await page.getByRole("menuitem", { name: "Deactivate" }).waitFor();
  await take(page, "administration");
  await page.context().close();
});
