/** Blocks and reports, between two who don't get on and an admin. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administer, choose, closeDialog, confirm, enter, openPeople } from "./administering";
import { openChannel, openSettings, say, seen, signIn, Troubles, tick, visit } from "./browser";
import { STORES } from "./server";
import { stage } from "./stage";
import { Talker } from "./talker";

/** Drops a file on the messages. */
function drop(page: Page): Promise<void> {
  return page.locator("#messages").evaluate((target) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["First floor"], "map.txt", { type: "text/plain" }));
    const options = { dataTransfer, bubbles: true, cancelable: true };
    for (const event of ["dragover", "drop"]) target.dispatchEvent(new DragEvent(event, options));
  });
}

describe.each(STORES)("%s", async (store) => {
  const { server, browser } = await stage(store);
  let ada: Page;
  let bea: Page;
  let cem: Talker;
  const troubles = new Troubles();

  beforeAll(async () => {
    ada = await visit(browser, server.at(await server.command("admin", "Ada")), troubles);
    await enter(ada, "Ada");
    cem = await Talker.signIn(server.address, "Cem");
    bea = await visit(browser, server.address, troubles);
    await signIn(bea, "Bea");
  });
  afterAll(() => expect(troubles.seen).toEqual([]));

  async function report(text: string, reason: string): Promise<void> {
    const message = bea.locator(".message", { hasText: text });
    await message.locator(".text").click();
    await message.locator(".entry-more").click();
    await bea.getByRole("menuitem", { name: "Report" }).click();
    await bea.getByLabel("What is wrong with it?").fill(reason);
    await bea.getByRole("dialog").getByRole("button", { name: "Send" }).click();
    await bea.getByText("The admins will look at it.").waitFor();
    await bea.keyboard.press("Escape");
    await bea.getByRole("dialog").waitFor({ state: "detached" });
  }

  test("a reported message is told to the admin at once, who deletes it and closes the report", async () => {
    await cem.say("Buy cheap tickets");
    await seen(bea, "Buy cheap tickets");
    await report("Buy cheap tickets", "Advertising");
    await ada.getByText("A message was reported.").waitFor();
    await ada.getByRole("button", { name: "Look at it" }).click();
    const dialog = ada.getByRole("dialog");
    await dialog.getByText("Advertising").waitFor();
    await dialog.getByText(/^Reported by Bea/).waitFor();
    await dialog.getByText("Buy cheap tickets").waitFor();
    await dialog.getByRole("button", { name: "Delete the message" }).click();
    await dialog.getByText("The message is deleted.").waitFor();
    await bea.locator(".message", { hasText: "Buy cheap" }).waitFor({ state: "detached" });
    await dialog.getByText("Buy cheap tickets").waitFor();
    await dialog.getByRole("button", { name: "Close the report" }).click();
    await dialog.getByText("No message is reported.").waitFor();
    await closeDialog(ada);
  });

  test("what is reported of a private conversation is shown, and can't be opened", async () => {
    const beas = await bea.evaluate(() => localStorage.getItem("chinwag.session") ?? "");
    await cem.say("You are an ass", (JSON.parse(beas) as { userUUID: string }).userUUID);
    await openChannel(bea, "Cem");
    await seen(bea, "You are an ass");
    await report("You are an ass", "Rude");
    await administer(ada, "Reports");
    const dialog = ada.getByRole("dialog");
    await dialog.getByText("You are an ass").waitFor();
    await dialog.getByText("In a private conversation").waitFor();
    expect(await dialog.getByRole("button", { name: "Delete the message" }).count()).toBe(0);
    await dialog.getByRole("button", { name: "Close the report" }).click();
    await dialog.getByText("No message is reported.").waitFor();
    await closeDialog(ada);
  });

  test("who is blocked can't be written to, and the settings end it", async () => {
    await openPeople(bea);
    await choose(bea, "Cem", "Block");
    await confirm(bea, "Block Cem?", "Block");
    await bea.locator(".person", { hasText: "Cem" }).getByText("blocked").waitFor();
    await closeDialog(bea);
    await bea.getByText("You have blocked Cem.").waitFor();
    await bea.reload();
    await bea.getByText("You have blocked Cem.").waitFor();
    await openSettings(bea, "Account");
    await bea.getByRole("dialog").getByRole("button", { name: "Unblock Cem" }).click();
    await bea.getByText("You have blocked nobody.").waitFor();
    await closeDialog(bea);
    await bea.getByLabel("Message Cem").waitFor();
  });

  test("somebody who is blocked is told in the server's words, and not by whom", async () => {
    const dan = await visit(browser, server.address, troubles);
    await signIn(dan, "Dan");
    await openPeople(bea);
    await choose(bea, "Dan", "Block");
    await confirm(bea, "Block Dan?", "Block");
    await closeDialog(bea);
    await openPeople(dan);
    await dan.getByRole("button", { name: "Write to Bea" }).click();
    await dan.getByLabel("Message Bea").waitFor();
    await say(dan, "Hello again");
    const refused = dan.locator(".not-sent", { hasText: "what was written can still be read" });
    await refused.waitFor();
    await openChannel(bea, "General");
    await openPeople(bea);
    await bea.getByRole("button", { name: "Write to Dan" }).click();
    await bea.getByRole("button", { name: "Unblock Dan" }).click();
    await bea.getByLabel("Message Dan").waitFor();
    await refused.getByRole("button", { name: "Try again" }).click();
    await seen(bea, "Hello again");
    await dan.context().close();
  });

  test("an admin says what General is about, and who writes there", async () => {
    for (const page of [ada, bea]) {
      await openChannel(page, "General");
      await page.getByRole("button", { name: "Details of General" }).click();
    }
    const [admins, members] = [ada.locator(".details"), bea.locator(".details")];
    await members.getByText("Notify me of").waitFor();
    expect(await members.getByRole("button", { name: "Edit" }).count()).toBe(0);
    expect(await members.getByRole("group", { name: "Who can write" }).count()).toBe(0);
    await admins.getByRole("button", { name: "Edit" }).click();
    await admins.getByLabel("Topic").fill("News for all of us");
    await admins.getByRole("button", { name: "Save" }).click();
    await members.getByText("News for all of us").waitFor();
    await tick(admins.getByRole("radio", { name: "Admins" }));
    await bea.locator("p#composer", { hasText: "Only admins write here." }).waitFor();
    await say(ada, "The office moves");
    await seen(bea, "The office moves");
    // On Redis the server takes files only where it has a home for them.
    if (store === "embedded") {
      await drop(bea);
      await bea.locator(".notice", { hasText: "Nothing can be sent in this channel" }).waitFor();
      await drop(ada);
      await ada.locator(".attached li", { hasText: "map.txt" }).waitFor();
    }
    await tick(admins.getByRole("radio", { name: "Everybody" }));
    await bea.locator("textarea#composer").waitFor();
    await say(bea, "Where to?");
    await seen(ada, "Where to?");
    for (const details of [admins, members])
      await details.getByRole("button", { name: "Close" }).click();
  });

  test("an admin deletes all that somebody wrote", async () => {
    await openChannel(bea, "General");
    await cem.say("One");
    await cem.say("Two");
    await seen(bea, "Two");
    await administer(ada, "People");
    await choose(ada, "Cem", "Delete messages");
    await confirm(ada, "Delete the messages of Cem?", "Delete messages");
    await ada.getByText("The messages of Cem are being deleted.").waitFor();
    await bea.locator(".message", { hasText: "One" }).waitFor({ state: "detached" });
    await bea.locator(".message", { hasText: "Two" }).waitFor({ state: "detached" });
    await closeDialog(ada);
    for (const page of [ada, bea]) await page.context().close();
  });
});
