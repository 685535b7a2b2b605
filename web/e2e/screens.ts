/** Leads a page through each screen and dialog, for axe or a camera. */
import type { Locator, Page } from "playwright-core";
import { openChannel, openSettings, seen, signIn, tick } from "./browser";
import { ME } from "./conversation";
import { walkMessages } from "./message-screens";
import type { PushService } from "./push-service";
import { LOAD, type Server } from "./server";
import { Talker } from "./talker";

export interface Walk {
  readonly page: Page;
  /** One pane at a time. */
  readonly narrow: boolean;
  /** Called on each screen with its name. */
  readonly look: (name: string) => Promise<void>;
}

export async function toList({ page, narrow }: Walk): Promise<void> {
  const back = page.getByRole("button", { name: "Back to the list" });
  if (narrow && (await back.count()) > 0) await back.click();
}

async function closeDialog({ page }: Walk): Promise<void> {
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
}

/** Ends a menu or a picker by the key for it, and waits for that. */
async function dismiss({ page }: Walk, shown: Locator): Promise<void> {
  await page.keyboard.press("Escape");
  await shown.waitFor({ state: "hidden" });
}

async function pick({ page }: Walk, item: string): Promise<void> {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: item }).click();
  await page.getByRole("dialog").waitFor();
}

/** The sign-in screen, up to where somebody is signed in as `ME`. */
export async function walkSignIn({ page, look }: Walk): Promise<void> {
  const submit = page.locator("form button[type=submit]");
  await page.getByLabel("Name").waitFor();
  await look("sign-in");
  await submit.click();
  await page.getByText("Please fill in a name.").waitFor();
  await look("sign-in-error");
  await page.getByRole("button", { name: "I have an account" }).click();
  await page.getByLabel("Name").fill("Nora Lindquist");
  await page.getByLabel("Password", { exact: true }).fill("a password");
  await submit.click();
  await page.getByRole("dialog").waitFor();
  await look("sign-in-question");
  await page.getByRole("button", { name: "Change the name" }).click();
  await page.locator("dialog").waitFor({ state: "detached" });
  await signIn(page, ME);
}

/** What is seen on a good day, with the conversation in it. */
export async function walkChat(walk: Walk): Promise<void> {
  const { page, narrow, look } = walk;
  await page.getByText("Coffee at eleven?").waitFor();
  if (narrow) await look("list");
  await openChannel(page, "General");
  await seen(page, "write it up");
  await look("general");
  await page.locator("#messages").evaluate((box) => {
    box.scrollTop = 0;
  });
  await page.getByText("The new kiosk").waitFor();
  await look("general-above");
  await page.getByRole("button", { name: "Emoji" }).click();
  const emoji = page.getByLabel("Search emoji");
  await emoji.waitFor();
  await look("emoji");
  await dismiss(walk, emoji);
  for (const name of ["Olga Petrova", "Notes to self"]) {
    await toList(walk);
    await openChannel(page, name);
    await look(name.toLowerCase().replaceAll(" ", "-"));
  }
  await page.keyboard.press("Control+k");
  await page.locator("[role=combobox]").waitFor();
  await look("switcher");
  await closeDialog(walk);
  await page.keyboard.press("Control+/");
  await page.locator(".shortcuts").waitFor();
  await look("shortcuts");
  await closeDialog(walk);
  await toList(walk);
  await page.getByRole("button", { name: "More", exact: true }).click();
  const items = page.getByRole("menuitem");
  await items.first().waitFor();
  await look("menu");
  await dismiss(walk, items.first());
  await pick(walk, "About");
  await look("about");
  await closeDialog(walk);
  await page.locator("#search").fill("Zoe");
  await page.getByText("No channel and nobody here is called").waitFor();
  await look("search-nobody");
  await page.locator("#search").fill("");
  await walkSettings(walk);
  await openChannel(page, "General");
  await seen(page, "write it up");
  await look("compact");
}

/** Leaves the settings with the compact density chosen. */
async function walkSettings(walk: Walk): Promise<void> {
  const { page, look } = walk;
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("dialog").waitFor();
  for (const topic of await page.getByRole("tab").all()) {
    await topic.click();
    await look(`settings-${(await topic.textContent())?.toLowerCase()}`);
  }
  await page.getByRole("tab", { name: "Appearance" }).click();
  await tick(page.getByRole("radio", { name: "Compact" }));
  await closeDialog(walk);
}

/** The settings of notifications, and a pause, where the browser has a push service. Begins at the sign-in screen. */
export async function walkNotifications(walk: Walk, service: PushService): Promise<void> {
  const { page, look } = walk;
  await page.context().grantPermissions(["notifications"]);
  await service.serve(page.context());
  await page.reload();
  await signIn(page, ME);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await openSettings(page, "Notifications");
  await page.getByText("Quiet hours", { exact: true }).waitFor();
  await look("notifications-off");
  await tick(page.getByRole("radio", { name: "Private" }));
  await page.getByRole("checkbox", { name: /^Also when the page is closed/ }).check();
  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByText("took the notification").waitFor();
  await look("notifications-push");
  await page.getByRole("button", { name: "1 hour" }).click();
  const ends = page.getByRole("button", { name: "End the pause" });
  await ends.waitFor();
  for (const rows of [1, 2]) {
    await page.getByRole("button", { name: "Add quiet hours" }).click();
    await page
      .locator(".quiet-row")
      .nth(rows - 1)
      .waitFor();
  }
  await page.getByText("By the clocks of").waitFor();
  await page.getByText("By the clocks of").scrollIntoViewIfNeeded();
  await look("notifications-quiet");
  await closeDialog(walk);
  await toList(walk);
  await page.locator(".me").getByText("Paused until").waitFor();
  await look("notifications-paused");
}

/** Much to read, and a bad day: on a server of its own, at the sign-in screen. Its user ends signed out. */
export async function walkTroubles(walk: Walk, server: Server): Promise<void> {
  const { page, look } = walk;
  await signIn(page, ME);
  const me = await Talker.signIn(server.address, ME);
  const friend = await Talker.signIn(server.address, "Priya Nair");
  await friend.sayAll(
    Array.from({ length: 130 }, (_, n) => `Ticket ${n + 1} is sold.`),
    me.uuid,
  );
  await openChannel(page, "Priya Nair");
  await page.locator(".new-line").waitFor();
  await look("unread");
  await toList(walk);
  await friend.say(
    `The log of last night:\n\`\`\`\n${"a row that is wider than most screens, and goes on to its own right end, with a commit behind it\n".repeat(40)}\`\`\``,
  );
  await openChannel(page, "General");
  await page.getByRole("button", { name: "Show all" }).waitFor();
  await look("long");

  await server.kill();
  await page.locator(".banner").waitFor();
  await page.locator("#composer").fill("Shall we meet at five, before the train leaves?");
  // On a phone Enter would break the line.
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator(".pending", { hasText: "five" }).waitFor();
  await look("offline");
  await server.restart({ ...LOAD, MAX_MESSAGE_LENGTH: "40" });
  await page.locator(".refused", { hasText: "at most" }).waitFor();
  await page.locator(".banner").waitFor({ state: "detached" });
  await look("refused");
  await page.locator(".refused").getByRole("button", { name: "Edit" }).click();
  await page.locator("#composer-left", { hasText: "too many" }).waitFor();
  await look("too-long");
  await page.locator("#composer").fill("");
  await drop(page);
  await look("dropped-file");
  await page.evaluate(() => {
    location.hash = "#@00000000-0000-4000-8000-00000000abcd";
  });
  await page.getByText("Nobody has this address").waitFor();
  await look("nobody");
  const elsewhere = await Talker.signIn(server.address, ME);
  await elsewhere.request({ type: "signOutEverywhere" });
  await page.getByLabel("Name").waitFor();
  await look("signed-out");
}

/** Channels and groups, in the conversation that `walkChat` begins. */
export async function walkChannels(walk: Walk): Promise<void> {
  const { page, look } = walk;
  const list = page.getByRole("navigation");
  await toList(walk);
  await page.getByRole("button", { name: "New channel or group" }).click();
  const item = page.getByRole("menuitem", { name: "Create a channel" });
  await item.waitFor();
  await look("new-menu");
  await item.click();
  await page.getByLabel("Name").fill("release");
  await tick(page.getByRole("radio", { name: "Everybody" }));
  await page.getByRole("combobox").fill("sam");
  await page.getByRole("option", { name: "Sam Okafor" }).click();
  await page.getByRole("combobox").fill("to");
  await page.getByRole("option", { name: "Tomás Rivera" }).waitFor();
  await look("new-channel");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByText("Another channel has this name").waitFor();
  await look("new-channel-refused");
  await closeDialog(walk);
  await pickNew(page, "Start a group");
  await page.getByRole("combobox").fill("y");
  await page.getByRole("option", { name: "Yuki Tanaka" }).click();
  await page.getByRole("option").first().waitFor();
  await look("new-group");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByText("at least two people").waitFor();
  await look("new-group-refused");
  await closeDialog(walk);
  await pickNew(page, "Browse channels");
  await page.getByRole("button", { name: "Read #travel first" }).waitFor();
  await look("browse");
  await page.getByLabel("Find a channel").fill("nothing");
  await page.getByText("No channel begins with").waitFor();
  await look("browse-nothing");
  await page.getByLabel("Find a channel").fill("tra");
  await page.getByRole("button", { name: "Read #travel first" }).click();
  await seen(page, "night train");
  await page.getByRole("button", { name: "Join #travel" }).waitFor();
  await look("looking");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("re");
  // The first messages that say so stand below.
  await page.getByRole("option", { name: "release" }).first().waitFor();
  await look("switcher-channels");
  await closeDialog(walk);
  await walkSearch(walk);
  await toList(walk);
  await list.getByRole("link", { name: /^release/ }).click();
  await seen(page, "Wednesday noon is fine");
  await look("channel");
  await page.getByText("I take the notes").click();
  await page.locator(".message", { hasText: "I take the notes" }).locator(".entry-more").click();
  await page.getByRole("menuitem", { name: "Mark as unread" }).waitFor();
  await look("message-menu");
  await page.getByRole("menuitem", { name: "Mark as unread" }).click();
  await page.locator(".new-line").waitFor();
  await look("marked-unread");
  await walkMessages(walk);
  await walkActivity(walk);
  await walkDetails(walk);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("kiosk-2025");
  await page.getByRole("option", { name: "kiosk-2025" }).first().click();
  await page.getByText("This channel is archived").waitFor();
  await look("archived");
}

/** Everybody, what can be done about one of them, and the report of a message. */
export async function walkPeople(walk: Walk): Promise<void> {
  const { page, look } = walk;
  await toList(walk);
  await pickNew(page, "People");
  const olga = page.locator(".person", { hasText: "Olga Petrova" });
  await olga.getByRole("button", { name: "More about Olga Petrova" }).click();
  await page.getByRole("menuitem", { name: "Block" }).waitFor();
  await look("people");
  await page.getByRole("menuitem", { name: "Block" }).click();
  const asked = page.getByRole("group", { name: "Block Olga Petrova?" });
  await asked.waitFor();
  await look("people-block");
  await asked.getByRole("button", { name: "Cancel" }).click();
  await closeDialog(walk);
  await openChannel(page, "General");
  const message = page.locator(".message", { hasText: "Trying it on staging" });
  await message.locator(".text").click();
  await message.locator(".entry-more").click();
  await page.getByRole("menuitem", { name: "Report" }).click();
  await page.getByLabel("What is wrong with it?").waitFor();
  await look("report");
  await closeDialog(walk);
}

/** From the list, and back to where the channel was. */
async function walkActivity(walk: Walk): Promise<void> {
  const { page, look } = walk;
  await toList(walk);
  await page.getByRole("button", { name: "Activity" }).click();
  await page.locator(".activity li").nth(2).waitFor();
  await look("activity");
  await page.locator(".activity").getByRole("button", { name: "Close" }).click();
  await page.locator(".activity").waitFor({ state: "detached" });
  await page
    .getByRole("navigation")
    .getByRole("link", { name: /^release/ })
    .click();
  await page.getByRole("heading", { level: 2, name: "release" }).waitFor();
}

/** From the looked-at channel: completion, first hits, the full view, and a hit in its place. */
async function walkSearch(walk: Walk): Promise<void> {
  const { page, look } = walk;
  const field = page.getByRole("combobox");
  await page.keyboard.press("Control+f");
  await page.getByRole("button", { name: "Remove in: travel" }).waitFor();
  await look("search-here");
  await page.getByRole("button", { name: "Remove in: travel" }).click();
  await field.fill("from:");
  await page.getByRole("option", { name: "Priya Nair" }).waitFor();
  await look("search-filter");
  await field.fill("the");
  await page.locator(".hit-line mark").nth(1).waitFor();
  await look("search-first");
  await page.getByRole("option", { name: "All messages with" }).click();
  const hits = page.locator(".hits li");
  await hits
    .filter({ has: page.locator(".neighbour") })
    .nth(1)
    .waitFor();
  await look("search-hits");
  // Walks before this one may have left newer hits.
  await field.fill("the new kiosk");
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".hits li")].every((hit) => hit.textContent?.includes("kiosk")),
  );
  await hits.filter({ hasText: "new kiosk" }).getByRole("link").click();
  await page.locator("#messages .marked").waitFor();
  await look("search-jumped");
  const again = page.locator(".way-back button").first();
  if ((await again.count()) > 0) await again.click();
  await field.fill("xylophone");
  await page.getByText("No message found.").waitFor();
  await look("search-nothing");
  await field.fill("");
  await page.getByRole("option", { name: "the", exact: true }).waitFor();
  await look("search-recent");
  await page.locator(".search-panel").getByRole("button", { name: "Close" }).click();
  await page.locator(".search-panel").waitFor({ state: "detached" });
}

async function pickNew(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "New channel or group" }).click();
  await page.getByRole("menuitem", { name: item }).click();
  await page.getByRole("dialog").waitFor();
}

/** The details of #release, which the reader owns. */
async function walkDetails(walk: Walk): Promise<void> {
  const { page, look } = walk;
  const details = page.locator(".details");
  await page.getByRole("button", { name: "Details of #release" }).click();
  await details.getByText("Jonas Weber").waitFor();
  await look("details");
  await details.locator(".pinned").scrollIntoViewIfNeeded();
  await look("details-pinned");
  await details.getByRole("button", { name: "8 hours" }).click();
  await details.getByText("Muted until").waitFor();
  await details.getByRole("button", { name: "Edit" }).click();
  await details.getByLabel("Topic").waitFor();
  await look("details-edit");
  await details.getByRole("button", { name: "Cancel" }).click();
  await details.getByRole("button", { name: "Unmute" }).click();
  await details.getByRole("button", { name: "More about Jonas Weber" }).click();
  const promote = page.getByRole("menuitem", { name: "Make owner" });
  await promote.waitFor();
  await look("details-member");
  await dismiss(walk, promote);
  await details.getByRole("button", { name: "Leave" }).click();
  await details.getByText("You can join again").scrollIntoViewIfNeeded();
  await look("details-leave");
  await details.getByRole("button", { name: "Stay" }).click();
  await details.getByRole("button", { name: "Add people to #release" }).click();
  const adding = page.getByRole("dialog", { name: "Add people" });
  await adding.getByRole("combobox").fill("l");
  await adding.getByRole("option", { name: "Lena Vogt" }).click();
  await look("add-people");
  await adding.getByRole("button", { name: "Close" }).click();
  await details.getByRole("button", { name: "Close" }).click();
  await details.waitFor({ state: "detached" });
}

async function drop(page: Page): Promise<void> {
  await page.locator("#messages").evaluate((target) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([], "picture.png"));
    const options = { dataTransfer, bubbles: true, cancelable: true };
    target.dispatchEvent(new DragEvent("drop", options));
  });
  await page.locator(".notice").waitFor();
}
