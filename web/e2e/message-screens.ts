/** Leads a page through all that is done with a message, for axe or a camera. */
import type { Locator, Page } from "playwright-core";
import { seen } from "./browser";
import { ME } from "./conversation";
import type { Walk } from "./screens";
import { Talker } from "./talker";

/** As many as the server takes on one message. */
const KINDS = ["😀", "😃", "😄", "😁", "😆", "😅", "🤣", "😂", "🙂", "🙃"].concat([
  "😉",
  "😊",
  "😇",
  "🥰",
  "😍",
  "🤩",
  "😘",
  "😗",
  "😚",
  "😙",
]);
/** The friends who react, members of the channel. */
const FRIENDS = ["Sam Okafor", "Tomás Rivera", "Priya Nair", "Jonas Weber"];

/** In the open channel, #release of the conversation. */
export async function walkMessages(walk: Walk): Promise<void> {
  const { page, look } = walk;
  await send(page, "The notes are done");
  const message = newest(page, "The notes are done");
  await showTools(walk, message);
  await look("message-tools");
  await walkReactions(walk, message);
  await choose(message, "Edit");
  const field = page.getByLabel("Edit the message");
  await field.waitFor();
  await look("edit-message");
  await field.fill("The notes are done, and read twice");
  await page.getByRole("button", { name: "Save" }).click();
  await message.locator(".edited").waitFor();
  await choose(message, "Reply");
  await page.locator(".replying").waitFor();
  await look("replying");
  await send(page, "Thank you for them");
  await newest(page, "Thank you for them").locator(".quote").waitFor();
  await choose(message, "Pin");
  await message.locator(".said-by .icon").waitFor();
  await look("answered");
  await message.getByRole("button", { name: "1 reply" }).click();
  await page.locator(".thread .text").nth(1).waitFor();
  await look("thread");
  await page.locator(".thread").getByRole("button", { name: "Close" }).click();
  await walkMentions(walk);
  await walkDeletion(walk);
  await walkRefusal(walk, message);
}

async function send(page: Page, text: string): Promise<void> {
  await page.locator("#composer").fill(text);
  // On a phone Enter would break the line.
  await page.getByRole("button", { name: "Send" }).click();
  await seen(page, text);
}

/** The newest that says so: another walk may have left one, and an answer quotes it. */
function newest(page: Page, text: string): Locator {
  const said = page.locator(".text", { hasText: new RegExp(`^${text}`) });
  return page.locator("#messages .message", { has: said }).last();
}

/** The tools that a tap has shown lie over the text's end. */
async function showTools({ narrow }: Walk, message: Locator): Promise<void> {
  const bubble = message.locator(".bubble");
  if (narrow) await bubble.tap({ position: { x: 4, y: 4 } });
  else await bubble.hover({ position: { x: 4, y: 4 } });
  await message.locator(".entry-tools button").nth(1).waitFor();
}

async function choose(message: Locator, item: string): Promise<void> {
  await message.locator(".bubble").click({ position: { x: 4, y: 4 } });
  await message.locator(".entry-more").click();
  await message.page().getByRole("menuitem", { name: item, exact: true }).click();
}

async function walkReactions(walk: Walk, message: Locator): Promise<void> {
  const { page, look } = walk;
  await showTools(walk, message);
  await message.locator(".entry-tools [data-picks]").click();
  await page.getByLabel("Search emoji").fill("rocket");
  await look("reaction-picker");
  await page.getByRole("button", { name: "rocket" }).click();
  const place = { recipientUUID: channelOf(page), seq: await seqOf(message) };
  for (const name of FRIENDS) {
    const friend = await Talker.signIn(new URL("/", page.url()).href, name);
    for (const emoji of ["🚀", "🎉"])
      await friend.request({ type: "messageReact", messageReact: { ...place, emoji, on: true } });
    await friend.leave();
  }
  await message.locator(".reaction", { hasText: "🎉" }).getByText("4").waitFor();
  await look("reactions");
  await press(walk, message);
  await look("message-sheet");
  await page.getByRole("menuitem", { name: "Who reacted" }).click();
  await page.locator(".reactors li").nth(8).waitFor();
  await look("reactors");
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
}

/** Opens the menu: by a long press where fingers are. */
async function press({ page, narrow }: Walk, message: Locator): Promise<void> {
  const bubble = message.locator(".bubble");
  if (!narrow) {
    await bubble.hover({ position: { x: 4, y: 4 } });
    await message.locator(".entry-more").click();
    return;
  }
  await bubble.tap({ trial: true });
  const box = await bubble.boundingBox();
  const cdp = await page.context().newCDPSession(page);
  const touchPoints = [{ x: (box?.x ?? 0) + 10, y: (box?.y ?? 0) + 10 }];
  await cdp.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await page.getByRole("menu").waitFor();
  await cdp.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

/** A word that is completed, and a question before all are mentioned. */
async function walkMentions({ page, look }: Walk): Promise<void> {
  const composer = page.locator("#composer");
  const options = page.locator(".completion [role=option]");
  await composer.focus();
  await composer.pressSequentially("Who else? @");
  await options.nth(5).waitFor();
  await look("complete-people");
  await composer.fill("");
  await composer.pressSequentially("It is in #");
  await options.nth(1).waitFor();
  await look("complete-channels");
  await composer.fill("");
  await composer.pressSequentially("Done :par");
  await options.first().waitFor();
  await look("complete-emoji");
  await composer.fill("@all");
  const friend = await Talker.signIn(new URL("/", page.url()).href, ME);
  const users = (await userUuids(friend, ["Yuki Tanaka"])).slice(0, 1);
  await friend.request({ type: "memberAdd", memberAdd: { recipientUUID: channelOf(page), users } });
  await friend.leave();
  await composer.pressSequentially(" the notes are read");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("dialog", { name: "Notify all 6 members?" }).waitFor();
  await look("mention-all");
  await page.getByRole("button", { name: "Send without" }).click();
  await seen(page, "@all the notes are read");
}

/** The UUIDs of users by their names. */
async function userUuids(friend: Talker, names: readonly string[]): Promise<string[]> {
  const reply = await friend.request({ type: "users" });
  const users = reply.type === "users" ? reply.users.users : [];
  return names.flatMap((name) => users.find(({ Username }) => Username === name)?.UUID ?? []);
}

async function walkDeletion({ page, look }: Walk): Promise<void> {
  await send(page, "One message too many");
  await send(page, "And another one");
  const ask = page.getByRole("dialog");
  await choose(newest(page, "One message too many"), "Delete");
  await ask.waitFor();
  await look("delete-message");
  await ask.getByRole("button", { name: "Delete" }).click();
  await page.locator(".notice.undo").waitFor();
  await look("deleted");
  await choose(newest(page, "And another one"), "Delete");
  await ask.getByRole("button", { name: "Delete" }).click();
  await page.locator(".deleted", { hasText: "messages were deleted" }).last().waitFor();
  await look("tombstones");
}

/** One kind of reaction more than the server takes. */
async function walkRefusal(walk: Walk, message: Locator): Promise<void> {
  const { page, look } = walk;
  const place = { recipientUUID: channelOf(page), seq: await seqOf(message) };
  const friend = await Talker.signIn(new URL("/", page.url()).href, FRIENDS[0] ?? "");
  for (const emoji of KINDS)
    await friend.request({ type: "messageReact", messageReact: { ...place, emoji, on: true } });
  await friend.leave();
  await message.locator(".reaction").nth(19).waitFor();
  await showTools(walk, message);
  await message.locator(".entry-tools [data-picks]").click();
  await page.getByLabel("Search emoji").fill("coffee");
  await page.getByRole("button", { name: "coffee" }).first().click();
  await page.locator(".notice", { hasText: "wasn’t changed" }).waitFor();
  await look("refused-change");
}

function channelOf(page: Page): string {
  return /[0-9a-f-]{36}/.exec(page.url())?.[0] ?? "";
}

async function seqOf(message: Locator): Promise<number> {
  return Number(await message.getAttribute("data-seq"));
}
