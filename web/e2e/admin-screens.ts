/** Leads a page through links, the administration, hooks and bots, for axe or a camera. */
import { administer, choose, closeDialog, confirm, madeLink, openPeople } from "./administering";
import { openChannel, openSettings, seen } from "./browser";
import { ME } from "./conversation";
import { toList, type Walk } from "./screens";
import type { Server } from "./server";
import { Talker } from "./talker";

/** The forms of all links, up to where `ME` is signed in and an admin, on a server with the conversation. */
export async function walkLinks({ page, look }: Walk, server: Server): Promise<void> {
  const follow = async (link: string) => {
    await page.goto("about:blank");
    await page.goto(server.at(link));
  };
  await follow(await server.command("invite"));
  await page.getByText("You are invited").waitFor();
  await look("link-invite");
  await page.getByLabel("Name").fill("Jonas Weber");
  await page.getByLabel("Password", { exact: true }).fill("a password");
  await page.locator("form button[type=submit]").click();
  await page.locator("#username[aria-invalid=true]").waitFor();
  await look("link-invite-refused");
  await follow(await server.command("reset", "Jonas Weber"));
  await page.getByText("Choose a new password").waitFor();
  await look("link-reset");
  await follow("http://localhost/#link=c2VjcmV0");
  await page.getByText("This link doesn’t work").waitFor();
  await look("link-gone");
  await follow(await server.command("admin", ME));
  await page.getByText("Become the admin").waitFor();
  await look("link-claim");
  await page.getByLabel("Password", { exact: true }).fill("a password");
  await page.locator("form button[type=submit]").click();
  await page.getByRole("navigation").waitFor();
  await follow(await server.command("invite"));
  await page.getByText(`On this browser ${ME}`).waitFor();
  await look("link-signed-in");
  await page.getByRole("button", { name: `Stay ${ME}` }).click();
  await page.getByRole("navigation").waitFor();
}

/** The administration by topic, where `ME` is the admin. */
export async function walkAdministration(walk: Walk, server: Server): Promise<void> {
  const { page, look } = walk;
  const dialog = page.getByRole("dialog");
  const open = async (topic: string) => {
    await toList(walk);
    await administer(page, topic);
  };
  await open("People");
  await page.getByRole("button", { name: "More about Olga Petrova" }).click();
  await page.getByRole("menuitem", { name: "Deactivate" }).waitFor();
  await look("admin-people");
  await page.getByRole("menuitem", { name: "Delete messages" }).click();
  await page.getByRole("group", { name: "Delete the messages of Olga Petrova?" }).waitFor();
  await look("admin-people-question");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await choose(page, "Olga Petrova", "Make a link for a new password");
  await madeLink(page);
  await look("admin-people-reset");
  await page.getByRole("tab", { name: "Invites" }).click();
  await page.getByText("Open links").waitFor();
  await look("admin-invites");
  await page.getByLabel("How many people").fill("12");
  await page.getByRole("button", { name: "Make a link" }).click();
  await madeLink(page);
  await page.getByText("12 uses left").waitFor();
  await page.getByText("For 12 people").scrollIntoViewIfNeeded();
  await look("admin-invite-made");
  await page.getByRole("tab", { name: "Channels" }).click();
  await page.getByRole("button", { name: "Archive #release" }).waitFor();
  await look("admin-channels");
  await page.getByRole("tab", { name: "Hooks and bots" }).click();
  await page.getByText("No hooks yet.").waitFor();
  await look("admin-hooks-none");
  await dialog.getByLabel("Name").fill("Deploy");
  await page.getByRole("button", { name: "Make a bot" }).click();
  const key = await dialog.getByLabel("Key", { exact: true }).inputValue();
  await page.getByRole("button", { name: "End Deploy" }).waitFor();
  await look("admin-bot-made");
  await page.getByRole("tab", { name: "Server" }).click();
  await page.getByText("Version", { exact: true }).waitFor();
  await look("admin-server");
  await closeDialog(page);
  await (await Talker.resume(server.address, key)).say("Version 7 is out.");
}

/** A hook in the details of #release, and what it and a bot wrote. */
export async function walkHooks(walk: Walk, server: Server): Promise<void> {
  const { page, look } = walk;
  await toList(walk);
  await openChannel(page, "release");
  await page.getByRole("button", { name: "Details of #release" }).click();
  const details = page.locator(".details");
  await details.getByRole("button", { name: "Make a hook" }).click();
  await details.getByLabel("Name").fill("Grafana");
  await details.getByLabel("Name").scrollIntoViewIfNeeded();
  await look("hook-new");
  await details.getByRole("button", { name: "Make a hook" }).click();
  const address = details.getByLabel("Address");
  const made = await address.inputValue();
  await details.getByRole("button", { name: "Done" }).scrollIntoViewIfNeeded();
  await look("hook-made");
  const here = new URL(new URL(made).pathname, server.address);
  await fetch(here, { method: "POST", body: "Disk of db-2: 91 % full" });
  await details.getByRole("button", { name: "Done" }).click();
  await details.getByRole("button", { name: "End Grafana" }).click();
  await details.getByRole("group", { name: "End Grafana?" }).scrollIntoViewIfNeeded();
  await look("hook-end");
  await details.getByRole("button", { name: "Close" }).click();
  await details.waitFor({ state: "detached" });
  await seen(page, "Disk of db-2");
  await look("hook-message");
}

/** A reported message, and somebody who is blocked, in the list, the composer's place and the settings. */
export async function walkModeration(walk: Walk, server: Server): Promise<void> {
  const { page, look } = walk;
  const priya = await Talker.signIn(server.address, "Priya Nair");
  await priya.request({
    type: "report",
    report: { recipientUUID: "", seq: 1, reason: "Off topic" },
  });
  await page.getByText("A message was reported.").waitFor();
  await look("report-notice");
  await page.getByRole("button", { name: "Look at it" }).click();
  await page.getByText("Off topic").waitFor();
  await look("admin-reports");
  await closeDialog(page);
  await toList(walk);
  await openPeople(page);
  await choose(page, "Olga Petrova", "Block");
  await confirm(page, "Block Olga Petrova?", "Block");
  await page.locator(".person", { hasText: "Olga Petrova" }).getByText("blocked").waitFor();
  await look("people-blocked");
  await page.getByRole("button", { name: "Write to Olga Petrova" }).click();
  await page.getByText("You have blocked Olga Petrova.").waitFor();
  await look("closed-blocked");
  await toList(walk);
  await openSettings(page, "Account");
  const unblock = page.getByRole("dialog").getByRole("button", { name: "Unblock Olga Petrova" });
  await unblock.scrollIntoViewIfNeeded();
  await look("settings-blocked");
  await closeDialog(page);
}

/** The user's devices with a link for another one. */
export async function walkDevices(walk: Walk): Promise<void> {
  const { page, look } = walk;
  await toList(walk);
  await openSettings(page, "Devices");
  await page.getByText("this device").waitFor();
  await look("devices");
  await page.getByRole("button", { name: "Sign in on another device" }).click();
  await madeLink(page);
  await look("devices-link");
  await closeDialog(page);
}

/** Where somebody is deactivated. */
export async function walkDeactivated(walk: Walk): Promise<void> {
  const { page, look } = walk;
  await toList(walk);
  await administer(page, "People");
  await choose(page, "Lena Vogt", "Deactivate");
  const asked = page.getByRole("group", { name: "Deactivate Lena Vogt?" });
  await asked.getByRole("button", { name: "Deactivate" }).click();
  const row = page.locator(".person", { hasText: "Lena Vogt" });
  await row.getByText("deactivated").waitFor();
  await look("admin-people-marks");
  await page.getByRole("button", { name: "Write to Lena Vogt" }).click();
  await page.getByText("Lena Vogt is deactivated").waitFor();
  await look("closed-deactivated");
}
