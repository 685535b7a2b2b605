/** Mentions: completed by keys and by touch, counted on another user's page, and gone when they are read or no more. */
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { openChannel, say, seen, signIn, Troubles, visit } from "./browser";
import { LOAD } from "./server";
import { stage } from "./stage";
import { Talker } from "./talker";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const { server, browser } = await stage("embedded", LOAD);
const troubles = new Troubles();

async function person(name: string, options = {}): Promise<Page> {
  const page = await visit(browser, server.address, troubles, options);
  await signIn(page, name);
  return page;
}

async function done(...pages: Page[]): Promise<void> {
  for (const page of pages) await page.context().close();
  expect(troubles.seen).toEqual([]);
}

function option(page: Page, name: string | RegExp): Locator {
  return page.locator(".completion").getByRole("option", { name });
}

/** What the list shows of General. */
function badge(page: Page): Locator {
  return page.getByRole("link", { name: /^General/ }).locator(".badge");
}

function titled(page: Page, title: string): Promise<unknown> {
  return page.waitForFunction((wanted) => document.title === wanted, title);
}

async function friend(name: string): Promise<Talker> {
  return Talker.signIn(server.address, name);
}

/** A channel made by a talker with these members. */
async function channel(by: Talker, name: string, users: readonly Talker[]): Promise<string> {
  const made = await by.request({
    type: "channelCreate",
    channelCreate: { name, users: users.map(({ uuid }) => uuid) },
  });
  if (made.type !== "channelCreate") throw new Error(`failed to create: ${JSON.stringify(made)}`);
  return made.channelCreate.UUID;
}

test("by keys: people, channels and emoji, and the word is sent as it stands", async () => {
  const friends = await Promise.all(["Nora Lindqvist", "Noah", "Bob"].map(friend));
  const [nora, noah] = friends as [Talker, Talker, Talker];
  await channel(nora, "night train", []);
  await noah.say("who spoke last comes first");
  const page = await person("Ada");
  await seen(page, "who spoke last");
  const composer = page.locator("#composer");
  await composer.pressSequentially("hi @no");
  await option(page, "Nora Lindqvist").waitFor();
  await expect
    .poll(() => page.locator(".completion bdi").allInnerTexts())
    .toEqual(["Noah", "Nora Lindqvist"]);
  expect(await composer.getAttribute("aria-activedescendant")).toBe("completion-0");
  await composer.press("ArrowDown");
  await page.locator('#completion-1[aria-selected="true"]').waitFor();
  expect(await composer.getAttribute("aria-activedescendant")).toBe("completion-1");
  await composer.press("Enter");
  expect(await composer.inputValue()).toBe("hi @Nora Lindqvist ");
  await page.locator(".completion").waitFor({ state: "detached" });
  expect(await composer.getAttribute("aria-controls")).toBeNull();
  await composer.pressSequentially("and @noa");
  await option(page, "Noah").waitFor();
  await composer.press("Tab");
  await composer.pressSequentially("see #ni");
  await option(page, "night train").waitFor();
  await composer.press("Enter");
  await composer.pressSequentially(":rocket");
  await option(page, "rocket").waitFor();
  await composer.press("Enter");
  expect(await composer.inputValue()).toBe("hi @Nora Lindqvist and @Noah see #night train 🚀 ");
  await composer.press("Enter");
  await seen(page, "night train 🚀");
  const told = await noah.request({
    type: "channelMessages",
    channelMessages: { recipientUUID: "", limit: 1 },
  });
  if (told.type !== "channelMessages") throw new Error("failed to read");
  expect(told.channelMessages.messages[0]?.Mentions?.map(({ UUID }) => UUID)).toEqual([
    nora.uuid,
    noah.uuid,
  ]);
  // Escape closes the list, and Enter sends the text.
  await composer.pressSequentially("@bo");
  await option(page, "Bob").waitFor();
  await composer.press("Escape");
  await page.locator(".completion").waitFor({ state: "detached" });
  await composer.press("Enter");
  await seen(page, "@bo");
  // An undo takes the name back.
  await composer.pressSequentially("@bo");
  await option(page, "Bob").waitFor();
  await composer.press("Enter");
  await composer.press("Control+z");
  expect(await composer.inputValue()).toBe("@bo");
  for (const each of friends) await each.leave();
  await done(page);
});

test("a key that an input method takes chooses nothing", async () => {
  const wang = await friend("王明");
  const page = await person("Ada");
  await page.getByRole("link", { name: /^王明/ }).waitFor();
  const composer = page.locator("#composer");
  await composer.pressSequentially("@");
  await option(page, "王明").waitFor();
  const client = await page.context().newCDPSession(page);
  await client.send("Input.imeSetComposition", { text: "王", selectionStart: 1, selectionEnd: 1 });
  await option(page, "王明").waitFor();
  const key = { key: "Process", code: "Enter", windowsVirtualKeyCode: 229 };
  await client.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key });
  await client.send("Input.insertText", { text: "王" });
  expect(await composer.inputValue()).toBe("@王");
  await option(page, "王明").waitFor();
  await composer.press("Enter");
  expect(await composer.inputValue()).toBe("@王明 ");
  await wang.leave();
  await done(page);
});

test("by touch, and the text keeps the focus", async () => {
  const bob = await friend("Bob");
  const page = await person("Ada", PHONE);
  await openChannel(page, "General");
  const composer = page.locator("#composer");
  await composer.tap();
  await composer.pressSequentially("thanks @b");
  await option(page, "Bob").tap();
  expect(await composer.inputValue()).toBe("thanks @Bob ");
  expect(await composer.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.getByRole("button", { name: "Send" }).tap();
  await seen(page, "thanks @Bob");
  await bob.leave();
  await done(page);
});

test("a mention is counted on the other page, and gone when it is read, edited or deleted", async () => {
  const ada = await person("Ada");
  const bob = await person("Bob");
  await openChannel(bob, "Notes to self");
  await titled(bob, "Notes to self · Chinwag");
  await say(ada, "nobody in particular");
  await bob.locator(".row.unread .badge.dotted").waitFor();
  await titled(bob, "• Notes to self · Chinwag");
  const mention = async (text: string) => {
    await ada.locator("#composer").fill(text);
    await ada.locator("#composer").press("Enter");
    await seen(ada, text);
    await badge(bob).getByText("1 mention").waitFor();
    await titled(bob, "(1) Notes to self · Chinwag");
  };
  const more = async (text: string, item: string) => {
    const row = ada.locator("#messages .message", { hasText: text }).last();
    await row.locator(".entry").hover();
    await row.locator(".entry-more").click();
    await ada.getByRole("menuitem", { name: item }).click();
  };
  const isGone = async () => {
    await bob.locator(".row.unread .badge.dotted").waitFor();
    await titled(bob, "• Notes to self · Chinwag");
  };
  await mention("@Bob one");
  await more("@Bob one", "Edit");
  await ada.getByLabel("Edit the message").fill("one");
  await ada.keyboard.press("Enter");
  await isGone();
  await mention("@Bob two");
  await more("@Bob two", "Delete");
  await ada.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await isGone();
  await mention("@Bob three");
  await bob.getByRole("button", { name: /^Activity.*1 mention$/ }).waitFor();
  await openChannel(bob, "General");
  await seen(bob, "@Bob three");
  const marked = bob.locator(".message.for-me", { hasText: "three" });
  expect(await marked.locator("mark").innerText()).toBe("@Bob");
  await badge(bob).waitFor({ state: "detached" });
  await titled(bob, "General · Chinwag");
  await bob.getByRole("button", { name: "Activity", exact: true }).waitFor();
  await done(ada, bob);
});

test("several mentions that are partly read are counted anew", async () => {
  const ada = await friend("Ada");
  const bob = await friend("Bob");
  for (let n = 0; n < 3; n++) await ada.say(`@Bob ${n}`);
  const inbox = await bob.request({ type: "inbox", inbox: { wants: ["channels"] } });
  const total = inbox.type === "inbox" ? (inbox.inbox.channels[0]?.total ?? 0) : 0;
  const page = await visit(browser, server.address, troubles, PHONE);
  await signIn(page, "Bob");
  await badge(page).getByText("3 mentions").waitFor();
  const channelRead = { recipientUUID: "", seq: total - 1 };
  await bob.request({ type: "channelRead", channelRead });
  await badge(page).getByText("1 mention", { exact: true }).waitFor();
  for (const each of [ada, bob]) await each.leave();
  await done(page);
});

test("all are asked for from six members on, and who isn't a member is named", async () => {
  const friends = await Promise.all(["Bob", "Cat", "Dan", "Eve", "Fay", "Gus"].map(friend));
  const [bob, ...others] = friends as [Talker, ...Talker[]];
  const ada = await friend("Ada");
  const small = await channel(ada, "small", [bob]);
  const large = await channel(ada, "large", [bob, ...others.slice(0, 4)]);
  const page = await person("Ada");
  const last = async (recipientUUID: string) => {
    const told = await ada.request({
      type: "channelMessages",
      channelMessages: { recipientUUID, limit: 1 },
    });
    return told.type === "channelMessages" ? told.channelMessages.messages[0] : undefined;
  };
  await openChannel(page, "small");
  const composer = page.locator("#composer");
  await composer.pressSequentially("@al");
  await option(page, /^all/).click();
  await composer.pressSequentially("hello and @gu");
  await option(page, /Gus.*not in #small/).waitFor();
  await composer.press("Enter");
  await composer.press("Enter");
  await seen(page, "hello and @Gus");
  await page.getByText("Gus isn’t in #small, and isn’t notified.").waitFor();
  expect((await last(small))?.MentionAll).toBe(true);
  // An edit that names somebody else tells it, too.
  await composer.press("ArrowUp");
  await page.getByLabel("Edit the message").fill("hello and @Cat, too");
  await page.locator(".completion").waitFor({ state: "detached" });
  await page.getByLabel("Edit the message").press("Enter");
  await page.getByText("Cat isn’t in #small, and isn’t notified.").waitFor();

  await openChannel(page, "large");
  await composer.fill("@all one");
  await page.locator(".completion").waitFor({ state: "detached" });
  await composer.press("Enter");
  const ask = page.getByRole("dialog", { name: "Notify all 6 members?" });
  await ask.getByRole("button", { name: "Close" }).click();
  expect(await composer.inputValue()).toBe("@all one");
  await composer.press("Enter");
  await ask.getByRole("button", { name: "Send without" }).click();
  await seen(page, "@all one");
  expect((await last(large))?.MentionAll).toBeUndefined();
  await composer.fill("@all two");
  await composer.press("Enter");
  await ask.waitFor();
  await page.keyboard.press("Enter");
  await seen(page, "@all two");
  expect((await last(large))?.MentionAll).toBe(true);
  expect(await composer.inputValue()).toBe("");
  for (const each of [ada, ...friends]) await each.leave();
  await done(page);
});

test("the activity has what concerns the user, and leads to the message, which is then read", async () => {
  const bob = await friend("Bob");
  const ada = await friend("Ada");
  const ops = await channel(bob, "launch", [ada]);
  await ada.say("a question", ops);
  await bob.request({
    type: "messageReact",
    messageReact: { recipientUUID: ops, seq: 1, emoji: "🎉", on: true },
  });
  await bob.sayAll(
    Array.from({ length: 60 }, (_, n) => `filler ${n}`),
    ops,
  );
  await bob.request({
    type: "channelMessage",
    channelMessage: { recipientUUID: ops, message: "an answer", replyTo: 1 },
  });
  const page = await person("Ada");
  await openChannel(page, "General");
  await page.keyboard.press("Control+i");
  const activity = page.getByRole("complementary", { name: "Activity" });
  const answer = activity.getByRole("link", { name: /Bob replied to you in #launch.*an answer/ });
  await answer.waitFor();
  expect(await answer.getAttribute("class")).toBe("unread");
  await activity.getByRole("link", { name: /Bob reacted 🎉 in #launch.*a question/ }).click();
  await page.getByRole("heading", { level: 2, name: "launch" }).waitFor();
  await page.locator('.marked[data-seq="1"]').waitFor();
  await answer.click();
  await page.locator('.message[data-seq="62"]').waitFor();
  await activity.locator("a:not(.unread)", { hasText: "an answer" }).waitFor();
  // What is written while it is open stands above all others.
  await openChannel(page, "Notes to self");
  await bob.say("@Ada once more", ops);
  const first = activity.getByRole("listitem").first();
  await first.getByText("@Ada once more").waitFor();
  const messageDelete = { recipientUUID: ops, seq: 63 };
  await bob.request({ type: "messageDelete", messageDelete });
  await first.getByText("an answer").waitFor();
  // And so does a reaction, until it is taken back.
  const react = (on: boolean) =>
    bob.request({
      type: "messageReact",
      messageReact: { recipientUUID: ops, seq: 1, emoji: "🚀", on },
    });
  await react(true);
  await first.getByText("reacted 🚀 in #launch").waitFor();
  await react(false);
  await first.getByText("an answer").waitFor();
  await page.keyboard.press("Control+i");
  await activity.waitFor({ state: "detached" });
  for (const each of [ada, bob]) await each.leave();
  await done(page);
});

test("on a phone the activity comes page by page, and gives way to its message", async () => {
  const bob = await friend("Bob");
  const cat = await friend("Cat");
  const ops = await channel(bob, "phone", [cat]);
  await bob.sayAll(
    Array.from({ length: 25 }, (_, n) => `@Cat ${n}`),
    ops,
  );
  const page = await person("Cat", PHONE);
  await page.getByRole("button", { name: "Activity" }).tap();
  const activity = page.getByRole("dialog", { name: "Activity" });
  const items = activity.getByRole("listitem");
  await items.nth(19).waitFor();
  expect(await items.count()).toBe(20);
  await activity.getByRole("button", { name: "Show more" }).tap();
  await activity.getByText("@Cat 0", { exact: true }).tap();
  await page.getByRole("heading", { level: 2, name: "phone" }).waitFor();
  await activity.waitFor({ state: "detached" });
  await page.locator('.message[data-seq="1"]').waitFor();
  for (const each of [bob, cat]) await each.leave();
  await done(page);
});
