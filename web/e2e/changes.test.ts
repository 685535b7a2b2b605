/** Messages that change: edited, deleted, reacted to, answered and pinned, by mouse, keys and touch, in several pages. */
import type { Locator, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openChannel, say, seen, signIn, Troubles, texts, visit } from "./browser";
import { LOAD } from "./server";
import { stage } from "./stage";
import { Talker } from "./talker";
import { inboxOf } from "./writers";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const { server, browser } = await stage("embedded", LOAD);
let friend: Talker;
const troubles = new Troubles();
beforeAll(async () => {
  friend = await Talker.signIn(server.address, "Friend");
});

function row(page: Page, text: string): Locator {
  return page.locator("#messages .message", { hasText: text });
}

/** Points at a message and presses one of its tools. */
async function use(page: Page, text: string, tool: string): Promise<void> {
  await row(page, text).locator(".entry").hover();
  await row(page, text).getByRole("button", { name: tool }).click();
}

/** By the menu of a message. */
async function choose(page: Page, text: string, item: string): Promise<void> {
  await use(page, text, "More about");
  await page.getByRole("menuitem", { name: item }).click();
}

/** Holds a finger on a message until its sheet is there. */
async function press(page: Page, text: string): Promise<void> {
  const bubble = row(page, text).locator(".bubble");
  // Once it stands still.
  await bubble.tap({ trial: true });
  const box = await bubble.boundingBox();
  if (box === null) throw new Error(`failed to find ${text}`);
  const cdp = await page.context().newCDPSession(page);
  const touchPoints = [{ x: box.x + 10, y: box.y + 10 }];
  await cdp.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await page.getByRole("menu").waitFor();
  await cdp.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

function reaction(page: Page, text: string, emoji: string): Locator {
  return row(page, text).locator(".reaction", { hasText: emoji });
}

/** Waits until a reaction has this count, or is gone. */
async function counted(page: Page, text: string, emoji: string, count: number): Promise<void> {
  const found = reaction(page, text, emoji);
  if (count === 0) await found.waitFor({ state: "detached" });
  else await found.getByText(String(count), { exact: true }).waitFor();
}

test("by mouse: react, edit, answer, pin and delete, seen by somebody else at once", async () => {
  const ada = await visit(browser, server.address, troubles);
  const bob = await visit(browser, server.address, troubles);
  await signIn(ada, "Ada");
  await signIn(bob, "Bob");
  await say(ada, "The import is slow");
  await seen(bob, "The import is slow");

  await use(bob, "The import", "React with 👍");
  await counted(bob, "The import", "👍", 1);
  await counted(ada, "The import", "👍", 1);
  await reaction(ada, "The import", "👍").click();
  await counted(bob, "The import", "👍", 2);
  await ada.locator('.reaction[aria-pressed="true"][title="👍 Bob, you"]').waitFor();
  await reaction(ada, "The import", "👍").click();
  await counted(bob, "The import", "👍", 1);

  await use(ada, "The import", "Edit");
  await ada.getByLabel("Edit the message").fill("The import is quick");
  await ada.keyboard.press("Enter");
  await row(bob, "The import is quick").locator(".edited").waitFor();
  expect(await row(ada, "slow").count()).toBe(0);

  await use(bob, "The import", "Reply");
  await bob.getByText("Replying to Ada").waitFor();
  await bob.locator("#composer").fill("How come?");
  await bob.keyboard.press("Enter");
  await row(ada, "How come?").locator(".quote", { hasText: "The import is quick" }).waitFor();
  await row(ada, "The import is quick").first().getByText("1 reply").waitFor();
  expect(await bob.locator(".replying").count()).toBe(0);

  await choose(ada, "How come?", "Pin");
  await row(bob, "How come?").locator(".said-by .icon").waitFor();
  await ada.context().close();
  await bob.context().close();
  expect(troubles.seen).toEqual([]);
});

test("a deletion is asked for once, undone, then made; several in a row are one line", async () => {
  const ada = await visit(browser, server.address, troubles);
  const bob = await visit(browser, server.address, troubles);
  await signIn(ada, "Ada");
  await signIn(bob, "Bob");
  for (const text of ["one to go", "two to go", "one that stays"]) await say(ada, text);
  await seen(bob, "one that stays");
  await choose(ada, "one to go", "Delete");
  await ada.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await choose(ada, "one to go", "Delete");
  await ada.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await ada.getByText("A message was deleted.").waitFor();
  await ada.getByRole("button", { name: "Undo" }).click();
  await seen(ada, "one to go");
  expect(await row(bob, "one to go").count()).toBe(1);
  for (const text of ["one to go", "two to go"]) {
    await choose(ada, text, "Delete");
    await ada.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  }
  for (const page of [ada, bob]) await page.getByText("2 messages were deleted.").waitFor();
  await seen(bob, "one that stays");
  await ada.context().close();
  await bob.context().close();
  expect(troubles.seen).toEqual([]);
});

test("in two tabs: both show what is one's own, and an edit in one leaves the other's words", async () => {
  const one = await visit(browser, server.address, troubles);
  await signIn(one, "Tabitha");
  await say(one, "said in one");
  const two = await one.context().newPage();
  await two.goto(server.address);
  await seen(two, "said in one");
  await use(two, "said in one", "React with 👍");
  await counted(one, "said in one", "👍", 1);
  for (const tab of [one, two])
    await tab
      .locator("#messages .message", { hasText: "said in one" })
      .locator('.reaction[aria-pressed="true"]')
      .waitFor();
  await reaction(one, "said in one", "👍").click();
  await counted(two, "said in one", "👍", 0);

  await use(one, "said in one", "Edit");
  await one.getByLabel("Edit the message").fill("begun in one");
  await use(two, "said in one", "Edit");
  await two.getByLabel("Edit the message").fill("edited in two");
  await two.keyboard.press("Enter");
  await row(two, "edited in two").locator(".edited").waitFor();
  await one.getByRole("link", { name: /You: edited in two/ }).waitFor();
  expect(await one.getByLabel("Edit the message").inputValue()).toBe("begun in one");
  await one.getByLabel("Edit the message").press("Escape");
  await seen(one, "edited in two");

  await choose(two, "edited in two", "Delete");
  await two.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await two.getByRole("button", { name: "Undo" }).waitFor();
  await say(two, "said after it");
  await row(one, "edited in two").waitFor({ state: "detached" });
  for (const page of [one, two]) await seen(page, "said after it");
  const inTwo = await texts(two);
  await expect.poll(() => texts(one)).toEqual(inTwo);
  await one.context().close();
  expect(troubles.seen).toEqual([]);
});

test("by keys: the last message is edited from the composer, and any other from the messages", async () => {
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Keys");
  await friend.say("asked by a friend");
  await say(page, "tpyed");
  await seen(page, "tpyed");
  const composer = page.locator("#composer");
  const focused = (selector: string) =>
    page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);
  await composer.press("ArrowUp");
  const field = page.getByLabel("Edit the message");
  await field.waitFor();
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
  await focused("#composer");
  await composer.press("ArrowUp");
  await field.fill("typed");
  await page.keyboard.press("Enter");
  await seen(page, "typed");
  await focused("#composer");
  await page.locator("#messages").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowUp");
  await focused(".entry-more");
  await row(page, "asked by").getByRole("button", { name: "Reply" }).waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await page.getByText("Replying to Friend").waitFor();
  await focused("#composer");
  await page.keyboard.press("Escape");
  await page.getByText("Replying to Friend").waitFor({ state: "detached" });
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("by touch: a long press opens a sheet, which reacts, answers and edits", async () => {
  const page = await visit(browser, server.address, troubles, PHONE);
  await signIn(page, "Thumb");
  await page.getByRole("link", { name: /^General/ }).tap();
  await friend.say("pressed for long");
  await seen(page, "pressed for long");
  await press(page, "pressed for long");
  await page.getByRole("menuitem", { name: "React with 🎉" }).tap();
  await counted(page, "pressed for long", "🎉", 1);
  await reaction(page, "pressed for long", "🎉").tap();
  await counted(page, "pressed for long", "🎉", 0);
  await press(page, "pressed for long");
  await page.getByRole("menuitem", { name: "Reply" }).tap();
  await page.locator("#composer").fill("answered by thumb");
  await page.getByRole("button", { name: "Send" }).tap();
  await seen(page, "answered by thumb");
  await press(page, "answered by thumb");
  await page.getByRole("menuitem", { name: "Edit" }).tap();
  await page.getByLabel("Edit the message").fill("two");
  await page.keyboard.press("Enter");
  await page.keyboard.type("lines");
  await page.getByRole("button", { name: "Save" }).tap();
  await row(page, "lines").locator(".edited").waitFor();
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("by touch: the tools of a message leave its words free, and reactions are small", async () => {
  const page = await visit(browser, server.address, troubles, PHONE);
  await signIn(page, "Thumb");
  await page.getByRole("link", { name: /^General/ }).tap();
  for (const text of ["above it", "touched"]) await friend.say(text);
  await seen(page, "touched");
  await row(page, "touched").locator(".bubble").tap();
  const tools = row(page, "touched").locator(".entry-tools");
  await tools.getByRole("button", { name: "React with 👍" }).waitFor();
  const bubble = await row(page, "touched").locator(".bubble").boundingBox();
  const box = await tools.boundingBox();
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(bubble?.y ?? 0);
  await tools.getByRole("button", { name: "React with 👍" }).tap();
  await counted(page, "touched", "👍", 1);
  expect((await reaction(page, "touched", "👍").boundingBox())?.height).toBe(32);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("by touch: a text can be selected once its sheet was asked, until the selection ends", async () => {
  const page = await visit(browser, server.address, troubles, PHONE);
  await signIn(page, "Thumb");
  await page.getByRole("link", { name: /^General/ }).tap();
  await friend.say("selected by thumb");
  await seen(page, "selected by thumb");
  const bubble = row(page, "selected by thumb").locator(".bubble");
  const selects = (wanted: string) =>
    bubble.evaluate((element, value) => getComputedStyle(element).userSelect === value, wanted);
  expect(await selects("none")).toBe(true);
  await press(page, "selected by thumb");
  await page.getByRole("menuitem", { name: "Select text" }).tap();
  await page.waitForFunction(() => getSelection()?.toString().trim() === "selected by thumb");
  expect(await selects("text")).toBe(true);
  await page.evaluate(() => getSelection()?.removeAllRanges());
  await row(page, "selected by thumb").locator(".bubble:not(.selectable)").waitFor();
  expect(await selects("none")).toBe(true);
  await press(page, "selected by thumb");
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("a quote leads to what was answered, however far it is, and back", async () => {
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Quoter");
  await openChannel(page, "Friend");
  await say(page, "where it began");
  await seen(page, "where it began");
  const me = await Talker.signIn(server.address, "Quoter");
  await friend.sayAll(
    Array.from({ length: 150 }, (_, n) => `between ${n}`),
    me.uuid,
  );
  const replyTo = 1;
  await friend.request({
    type: "channelMessage",
    channelMessage: { recipientUUID: me.uuid, message: "about the beginning", replyTo },
  });
  // All is read, so that the page opens at the end again. What a page tells while it is left may be lost.
  await seen(page, "about the beginning");
  const ofFriend = async () =>
    (await inboxOf(me)).find(({ recipientUUID }) => recipientUUID === friend.uuid);
  await expect.poll(async () => (await ofFriend())?.unread).toBe(0);
  await page.reload();
  await openChannel(page, "Friend");
  await row(page, "about the beginning").locator(".quote").click();
  await row(page, "where it began").first().waitFor();
  await page.getByRole("button", { name: "Back to the reply" }).click();
  await seen(page, "about the beginning");
  await page.context().close();
  await me.leave();
  expect(troubles.seen).toEqual([]);
});

test("a thread has all its answers and takes more; pinned messages stand in the details", async () => {
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Threader");
  await say(page, "a thread begins");
  await seen(page, "a thread begins");
  await use(page, "a thread begins", "Reply");
  await say(page, "first answer");
  await row(page, "a thread begins").getByRole("button", { name: "1 reply" }).click();
  const thread = page.locator(".thread");
  await thread.locator(".text", { hasText: "first answer" }).waitFor();
  await thread.getByLabel("Reply in the thread").fill("second answer");
  await page.keyboard.press("Enter");
  await thread.locator(".message:not(.pending) .text", { hasText: "second answer" }).waitFor();
  await row(page, "a thread begins").getByRole("button", { name: "2 replies" }).waitFor();
  await page.keyboard.press("Escape");
  await thread.waitFor({ state: "detached" });
  await choose(page, "second answer", "Pin");
  await page.getByRole("button", { name: "Details of General" }).click();
  const details = page.locator(".details");
  await details.getByRole("link", { name: "second answer" }).click();
  await row(page, "second answer").locator("xpath=self::*[contains(@class, 'marked')]").waitFor();
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("changes that are made while the server is away are there afterwards, once", async () => {
  const ada = await visit(browser, server.address, troubles);
  const bob = await visit(browser, server.address, troubles);
  await signIn(ada, "Ada");
  await signIn(bob, "Bob");
  await say(ada, "before the crash");
  await seen(bob, "before the crash");
  // What edits and explains is loaded with the tools.
  await row(ada, "before the crash").locator(".entry").hover();
  await row(ada, "before the crash").getByRole("button", { name: "React with 👍" }).waitFor();
  await ada.waitForFunction(() => {
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    const parts = ["EditField", "ChangeNotices"];
    return parts.every((part) => loaded.some((name) => RegExp(`${part}.*js$`).test(name)));
  });
  await server.kill();
  await ada.locator(".banner").waitFor();
  await use(ada, "before the crash", "React with 👍");
  await counted(ada, "before the crash", "👍", 1);
  await use(ada, "before the crash", "Edit");
  await ada.getByLabel("Edit the message").fill("before the crash, and better");
  await ada.keyboard.press("Enter");
  await ada.locator(".edited").last().waitFor();
  await server.restart();
  for (const page of [ada, bob]) {
    await row(page, "and better").locator(".edited").waitFor();
    await counted(page, "and better", "👍", 1);
    await page.locator(".banner").waitFor({ state: "detached" });
  }
  friend = await Talker.signIn(server.address, "Friend");
  await ada.context().close();
  await bob.context().close();
  expect(troubles.seen).toEqual([]);
});

test("a refused change is put back and says why", async () => {
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Late");
  await say(page, "edited too late");
  await seen(page, "edited too late");
  const stored = Date.now();
  await server.restart({ ...LOAD, EDIT_WINDOW: "1" });
  await page.locator(".banner").waitFor({ state: "detached" });
  await say(page, "a message later");
  await seen(page, "a message later");
  // The window closes by the clock, without any event.
  await page.waitForFunction((since) => Date.now() - since > 1_500, stored);
  await use(page, "edited too late", "Edit");
  await page.getByLabel("Edit the message").fill("changed");
  await page.keyboard.press("Enter");
  await page.getByText(/That wasn’t changed. The time .* is over/).waitFor();
  // The words stay in the field.
  expect(await page.getByLabel("Edit the message").inputValue()).toBe("changed");
  await page.keyboard.press("Escape");
  await seen(page, "edited too late");
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});
