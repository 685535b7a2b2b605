/** Channels and groups: created, browsed, joined, changed and left, while others look on. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launch, openChannel, say, seen, signIn, Troubles, tick, visit } from "./browser";
import { Server, STORES } from "./server";
import { Talker } from "./talker";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
/** As long as a name may be. */
const POCKET = "a pocket that is deeper than most of our phones are wide, by far";
const LONG_NAME = "Wilhelmina Featherstonehaugh";

let server: Server;
let browser: Browser;
let troubles: Troubles;
/** A person's page, signed in. */
async function person(name: string, options = {}): Promise<Page> {
  const page = await visit(browser, server.address, troubles, options);
  await signIn(page, name);
  return page;
}

async function done(...pages: readonly Page[]): Promise<void> {
  for (const page of pages) await page.context().close();
  expect(troubles.seen).toEqual([]);
}

async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "New channel or group" }).click();
  await page.getByRole("menuitem", { name: item }).click();
  await page.getByRole("dialog").waitFor();
}

async function pick(page: Page, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await page.getByRole("dialog").getByRole("combobox").fill(name);
    await page.getByRole("option", { name }).click();
  }
}

async function create(page: Page, name: string, people: readonly string[] = []): Promise<void> {
  await choose(page, "Create a channel");
  await page.getByLabel("Name").fill(name);
  await pick(page, ...people);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("heading", { level: 2, name: `#${name}` }).waitFor();
}

async function openDetails(page: Page, title: string): Promise<void> {
  await page.getByRole("button", { name: `Details of ${title}` }).click();
  await page.locator(".details").getByText("Notify me of").waitFor();
}

const row = (page: Page, name: string) =>
  page
    .getByRole("navigation")
    .getByRole("link", { name: new RegExp(`^${name.replace(",", " ?,")}`) });

/** Without a channel the list says how to come by one. */
async function hasNoChannel(page: Page): Promise<void> {
  await page.locator(".list-hint").getByRole("button", { name: "Browse channels" }).click();
  await page.getByText("There are no public channels yet").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
}

describe.each(STORES)("on the %s store", (store) => {
  beforeAll(async () => {
    server = await Server.start(store);
    browser = await launch();
    for (const name of ["Bob", "Cat"]) await (await Talker.signIn(server.address, name)).leave();
  });
  beforeEach(() => {
    troubles = new Troubles();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  test("a channel is created with people, and its name is taken then", async () => {
    const [ada, bob] = [await person("Ada"), await person("Bob")];
    await hasNoChannel(ada);
    await create(ada, "plans", ["Bob"]);
    await say(ada, "here we plan");
    await row(bob, "plans").click();
    await seen(bob, "here we plan");
    await say(bob, "gladly");
    await seen(ada, "gladly");
    await choose(bob, "Create a channel");
    await bob.getByRole("button", { name: "Create", exact: true }).click();
    await bob.getByText("Please fill in a name.").waitFor();
    await bob.getByLabel("Name").fill("#Plans");
    await bob.getByRole("button", { name: "Create", exact: true }).click();
    await bob.getByRole("alert").getByText("Another channel has this name").waitFor();
    await bob.getByLabel("Name").fill("other plans");
    await bob.getByRole("button", { name: "Create", exact: true }).click();
    await bob.getByRole("heading", { level: 2, name: "#other plans" }).waitFor();
    await done(ada, bob);
  });

  test("a public channel is read first, joined, and left again", async () => {
    const [ada, cat] = [await person("Ada"), await person("Cat")];
    await create(ada, "trips");
    await say(ada, "to the sea");
    await seen(ada, "to the sea");
    await choose(cat, "Browse channels");
    await cat.getByLabel("Find a channel").fill("tri");
    await cat.getByRole("button", { name: "Read #trips first" }).click();
    await seen(cat, "to the sea");
    await cat.getByText("You’re looking at #trips").waitFor();
    expect(await cat.locator("textarea#composer").count()).toBe(0);
    expect(await row(cat, "trips").count()).toBe(0);
    await say(ada, "or to the hills");
    await seen(cat, "or to the hills");
    await cat.reload();
    await seen(cat, "or to the hills");
    await cat.getByRole("button", { name: "Join #trips" }).click();
    await cat.locator("textarea#composer").waitFor();
    await say(cat, "I come along");
    await seen(ada, "I come along");
    await row(cat, "trips").waitFor();
    await openDetails(cat, "#trips");
    const details = cat.locator(".details");
    await details.getByRole("button", { name: /^Ada/ }).waitFor();
    await details.getByRole("button", { name: "Leave" }).click();
    await details.getByText("You can join again").waitFor();
    await details
      .getByRole("group", { name: "Leave" })
      .getByRole("button", { name: "Leave" })
      .click();
    await cat.getByText("You’re looking at #trips").waitFor();
    await row(cat, "trips").waitFor({ state: "detached" });
    await done(ada, cat);
  });

  test("members are added and removed while they look on, and owners are made", async () => {
    const [ada, bob, cat] = [await person("Ada"), await person("Bob"), await person("Cat")];
    await choose(ada, "Create a channel");
    await ada.getByLabel("Name").fill("secrets");
    await tick(ada.getByRole("radio", { name: "Only members" }));
    await pick(ada, "Cat");
    await ada.getByRole("button", { name: "Create", exact: true }).click();
    await ada.getByRole("heading", { level: 2, name: "#secrets" }).waitFor();
    await row(cat, "secrets, channel, private").click();
    await openDetails(cat, "#secrets");
    await openDetails(ada, "#secrets");
    const [mine, hers] = [ada.locator(".details"), cat.locator(".details")];
    await mine.getByRole("button", { name: "Add people to #secrets" }).click();
    await pick(ada, "Bob");
    await ada.getByRole("button", { name: "Add", exact: true }).last().click();
    await hers.getByRole("button", { name: /^Bob/ }).waitFor();
    await mine.getByRole("button", { name: /^Bob/ }).waitFor();
    await row(bob, "secrets").click();
    await bob.getByRole("heading", { level: 2, name: "#secrets" }).waitFor();
    expect(await hers.getByRole("button", { name: "More about Bob" }).count()).toBe(0);

    await mine.getByRole("button", { name: "More about Cat" }).click();
    await ada.getByRole("menuitem", { name: "Make owner" }).click();
    await hers.getByRole("button", { name: "More about Bob" }).click();
    await cat.getByRole("menuitem", { name: "Remove from #secrets" }).click();
    await bob.getByText("You are no longer in #secrets.").waitFor();
    await bob.getByRole("heading", { level: 2, name: "General" }).waitFor();
    await row(bob, "secrets").waitFor({ state: "detached" });
    await mine.getByRole("button", { name: /^Bob/ }).waitFor({ state: "detached" });
    // What is private has no address for others.
    await bob.evaluate(
      (hash) => {
        location.hash = hash;
      },
      await ada.evaluate(() => location.hash),
    );
    await bob.getByText("Nobody has this address").waitFor();
    await done(ada, bob, cat);
  });

  test("the last owner of a private channel can't leave its members alone", async () => {
    const ada = await person("Ada");
    await choose(ada, "Create a channel");
    await ada.getByLabel("Name").fill("board");
    await tick(ada.getByRole("radio", { name: "Only members" }));
    await pick(ada, "Bob");
    await ada.getByRole("button", { name: "Create", exact: true }).click();
    await openDetails(ada, "#board");
    const details = ada.locator(".details");
    await details.getByRole("button", { name: "Leave" }).click();
    await details.getByText("only if a member adds you").waitFor();
    await details
      .getByRole("group", { name: "Leave" })
      .getByRole("button", { name: "Leave" })
      .click();
    await details.getByText("make another member its owner first").waitFor();
    await done(ada);
  });

  test("only owners write where they say so, and nobody in an archive", async () => {
    const [ada, bob] = [await person("Ada"), await person("Bob")];
    await create(ada, "news", ["Bob"]);
    await row(bob, "news").click();
    await openDetails(ada, "#news");
    const details = ada.locator(".details");
    await tick(details.getByRole("radio", { name: "Owners" }));
    await bob.getByText("Only owners write here.").waitFor();
    await say(ada, "I still can");
    await seen(bob, "I still can");
    await details.getByRole("button", { name: "Edit" }).click();
    await details.getByLabel("Topic").fill("what happened");
    await details.getByRole("button", { name: "Save" }).click();
    await bob.locator(".channel-head", { hasText: "what happened" }).waitFor();
    await details.getByRole("button", { name: "Archive" }).click();
    for (const page of [ada, bob]) await page.getByText("This channel is archived").waitFor();
    await openChannel(bob, "General");
    await row(bob, "news").waitFor({ state: "detached" });
    await details.getByRole("button", { name: "Bring back" }).click();
    await ada.locator("textarea#composer").waitFor();
    await row(bob, "news").waitFor();
    await done(ada, bob);
  });

  test("a group is the same one, however often it is started", async () => {
    const [ada, bob] = [await person("Ada"), await person("Bob")];
    for (const page of [ada, ada]) {
      await choose(page, "Start a group");
      await page.getByRole("button", { name: "Start", exact: true }).click();
      await page.getByText("Choose at least two people.").waitFor();
      await pick(page, "Bob", "Cat");
      await page.getByRole("button", { name: "Start", exact: true }).click();
      // The second time the heading stands there already.
      await page.locator("dialog").waitFor({ state: "detached" });
      await page.getByRole("heading", { level: 2, name: "Bob, Cat" }).waitFor();
    }
    await say(ada, "just us three");
    await row(bob, "Ada, Cat").click();
    await seen(bob, "just us three");
    await say(bob, "fine");
    await seen(ada, "fine");
    expect(await row(bob, "Ada, Cat").count()).toBe(1);
    await openDetails(ada, "Bob, Cat");
    await ada.locator(".details").getByText("A group can’t be left").waitFor();
    await done(ada, bob);
  });

  test("a channel is pinned, put into a section, and muted, on all the user's pages", async () => {
    const [one, two] = [await person("Dora"), await person("Dora")];
    const bob = await Talker.signIn(server.address, "Bob");
    await create(one, "quiet", ["Bob"]);
    const uuid = (await row(one, "quiet").getAttribute("data-channel")) ?? "";
    await openDetails(one, "#quiet");
    const details = one.locator(".details");
    await details.getByLabel("Section of the list").fill("Later");
    await details.getByLabel("Section of the list").press("Enter");
    await two.locator(".list-head", { hasText: "Later" }).waitFor();
    await details.getByLabel("Pin to the top").check();
    await two.locator(".list-head", { hasText: "Pinned" }).waitFor();
    await details.getByRole("button", { name: "Until I turn it on" }).click();
    await details.getByText("Muted until you turn it on").waitFor();
    await row(two, "quiet, channel, muted").waitFor();
    await openChannel(one, "General");
    await bob.say("nobody hears this", uuid);
    await two.locator(".row.muted .badge").waitFor();
    expect(await two.locator(".list-head", { hasText: "Unread" }).count()).toBe(0);
    expect(await two.title()).not.toMatch(/^\(/);
    const dora = await Talker.signIn(server.address, "Dora");
    const channelPrefs = { recipientUUID: uuid, mutedUntil: "" };
    await dora.request({ type: "channelPrefs", channelPrefs });
    await two.locator(".list-head", { hasText: "Unread" }).waitFor();
    await dora.leave();
    await bob.leave();
    await done(one, two);
  });

  test("a message is marked as unread, by pointer and by keys, and reading ends it", async () => {
    const ada = await person("Ada");
    const bob = await Talker.signIn(server.address, "Bob");
    await create(ada, "marks", ["Bob"]);
    const uuid = (await row(ada, "marks").getAttribute("data-channel")) ?? "";
    const self = await Talker.signIn(server.address, "Ada");
    const channelPrefs = { recipientUUID: uuid, level: "all" as const };
    await self.request({ type: "channelPrefs", channelPrefs });
    await self.leave();
    await bob.sayAll(["first", "second", "third"], uuid);
    await seen(ada, "third");
    await row(ada, "marks").locator(".badge").waitFor({ state: "detached" });
    const second = ada.locator(".message", { hasText: "second" });
    await second.hover();
    await second.locator(".entry-more").click();
    await ada.getByRole("menuitem", { name: "Mark as unread" }).click();
    await row(ada, "marks").locator(".badge", { hasText: "2" }).waitFor();
    await second.locator(".new-line").waitFor();
    await openChannel(ada, "General");
    await ada.locator(".list-head", { hasText: "Unread" }).waitFor();
    await ada.reload();
    await row(ada, "marks").locator(".badge", { hasText: "2" }).waitFor();
    await row(ada, "marks").click();
    await second.locator(".new-line").waitFor();
    await row(ada, "marks").locator(".badge").waitFor({ state: "detached" });

    await ada.locator("#messages").focus();
    await ada.keyboard.press("Enter");
    await ada.keyboard.press("ArrowUp");
    await ada.keyboard.press("ArrowUp");
    await ada.keyboard.press("Enter");
    await ada.getByRole("menuitem", { name: "Mark as unread" }).waitFor();
    await ada.keyboard.press("Escape");
    await ada.waitForFunction(() => document.activeElement?.matches(".entry-more"));
    await ada.keyboard.press("Enter");
    const item = ada.getByRole("menuitem", { name: "Mark as unread" });
    while (!(await item.evaluate((shown) => shown === document.activeElement))) {
      await ada.keyboard.press("ArrowDown");
    }
    await ada.keyboard.press("Enter");
    await row(ada, "marks").locator(".badge", { hasText: "3" }).waitFor();
    await bob.leave();
    await done(ada);
  });

  test("on a phone: created, looked into, marked, and left, by touch", async () => {
    const ada = await person("Ada", PHONE);
    const bob = await Talker.signIn(server.address, "Bob");
    await (await Talker.signIn(server.address, LONG_NAME)).leave();
    await ada.getByRole("button", { name: "New channel or group" }).tap();
    await ada.getByRole("menuitem", { name: "Create a channel" }).tap();
    await ada.getByLabel("Name").fill(POCKET);
    await pick(ada, "Bob", LONG_NAME);
    await ada.getByRole("button", { name: "Create", exact: true }).tap();
    await ada.getByRole("heading", { level: 2, name: `#${POCKET}` }).waitFor();
    const uuid = (await ada.evaluate(() => location.hash)).slice(2);
    await bob.say("from afar", uuid);
    await seen(ada, "from afar");
    const message = ada.locator(".message", { hasText: "from afar" });
    await message.locator(".text").tap();
    await message.locator(".entry-more").tap();
    await ada.getByRole("menuitem", { name: "Mark as unread" }).tap();
    await message.locator(".new-line").waitFor();
    await ada.getByRole("button", { name: `Details of #${POCKET}` }).tap();
    const details = ada.getByRole("dialog", { name: `Details of #${POCKET}` });
    await details.getByRole("button", { name: /^Bob/ }).waitFor();
    await ada.setViewportSize({ width: 320, height: 568 });
    expect(await details.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
    const small = await details
      .locator("button, a, input:not([type=radio], [type=checkbox])")
      .evaluateAll((all) =>
        all
          .map((element) => ({ box: element.getBoundingClientRect(), name: element.outerHTML }))
          .filter(({ box }) => box.height > 0 && Math.round(box.height) < 44)
          .map(({ name }) => name.slice(0, 80)),
      );
    expect(small).toEqual([]);
    await details.getByRole("button", { name: "More about Bob" }).tap();
    const sides = await ada.getByRole("menu").evaluate((menu) => {
      const { left, right } = menu.getBoundingClientRect();
      return [Math.min(left, 0), Math.max(right, 320)];
    });
    expect(sides).toEqual([0, 320]);
    await ada.keyboard.press("Escape");
    await details.getByRole("button", { name: "Leave" }).tap();
    await details
      .getByRole("group", { name: "Leave" })
      .getByRole("button", { name: "Leave" })
      .tap();
    await details.waitFor({ state: "detached" });
    await ada.getByText(`You’re looking at #${POCKET}`).waitFor();
    await ada.getByRole("button", { name: "Back to the list" }).tap();
    await row(ada, POCKET).waitFor({ state: "detached" });
    await bob.leave();
    await done(ada);
  });
});
