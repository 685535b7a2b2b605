/** Hooks and bots: made on the page, used from outside, and ended. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administer, closeDialog, confirm, enter } from "./administering";
import { openChannel, say, seen, signIn, Troubles, tick, visit } from "./browser";
import { STORES } from "./server";
import { stage } from "./stage";
import { Talker } from "./talker";

describe.each(STORES)("%s", async (store) => {
  const { server, browser } = await stage(store);
  let ada: Page;
  let address: string;
  const troubles = new Troubles();

  beforeAll(async () => {
    ada = await visit(browser, server.at(await server.command("admin", "Ada")), troubles);
    await enter(ada, "Ada");
  });
  afterAll(() => expect(troubles.seen).toEqual([]));

  const post = (body: string) => fetch(address, { method: "POST", body });
  const message = (text: string) => ada.locator(".message", { hasText: text });

  async function createChannel(name: string): Promise<void> {
    await ada.getByRole("button", { name: "New channel or group" }).click();
    await ada.getByRole("menuitem", { name: "Create a channel" }).click();
    await ada.getByLabel("Name").fill(name);
    await ada.getByRole("button", { name: "Create", exact: true }).click();
    await ada.getByRole("heading", { level: 2, name }).waitFor();
  }

  test("an owner makes a hook, and what is posted to it stands in the channel", async () => {
    await createChannel("alerts");
    await ada.getByRole("button", { name: "Details of #alerts" }).click();
    const details = ada.locator(".details");
    await details.getByRole("button", { name: "Make a hook" }).click();
    await details.getByLabel("Name").fill("Grafana");
    await details.getByRole("button", { name: "Make a hook" }).click();
    await details.getByText("Grafana is ready").waitFor();
    const made = await details.getByLabel("Address").inputValue();
    address = new URL(new URL(made).pathname, server.address).href;
    const lines = details.getByLabel("Copy the lines");
    expect(await lines.inputValue()).toBe(`curl -d 'It works' ${made}`);
    await tick(details.getByRole("radio", { name: "GitHub" }));
    await expect.poll(() => lines.inputValue()).toContain(`config[url]=${made}`);
    const answer = await post("The disk is full");
    expect([answer.status, await answer.text()]).toEqual([200, "ok"]);
    await seen(ada, "The disk is full");
    await message("The disk is full").getByText("Grafana").waitFor();
    await message("The disk is full").getByText("bot", { exact: true }).waitFor();
    await details.getByRole("button", { name: "Done" }).click();
    await details.getByRole("button", { name: "End Grafana" }).waitFor();
    await details.getByLabel("Address").waitFor({ state: "detached" });
  });

  test("a quote of what a tool posted has the tool's name, and not the bot's", async () => {
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ text: "The backup is late", username: "cron" });
    expect((await fetch(address, { method: "POST", headers, body })).status).toBe(200);
    await seen(ada, "The backup is late");
    const cleo = await Talker.signIn(server.address, "Cleo");
    const found = await cleo.request({ type: "channels", channels: { query: "alerts" } });
    const recipientUUID = found.type === "channels" ? found.channels.channels[0]?.UUID : undefined;
    if (recipientUUID === undefined) throw new Error("failed to find the channel");
    await cleo.request({ type: "memberAdd", memberAdd: { recipientUUID } });
    const channelMessage = { recipientUUID, message: "I start it again", replyTo: 2 };
    await cleo.request({ type: "channelMessage", channelMessage });
    await message("I start it again").locator(".quote", { hasText: "cron" }).waitFor();
    await cleo.leave();
  });

  test("a member finds no hooks, and an admin finds them all", async () => {
    const bea = await visit(browser, server.address, troubles);
    await signIn(bea, "Bea");
    await bea.goto(`${server.address}${new URL(ada.url()).hash}`);
    await bea.getByRole("button", { name: "Join #alerts" }).click();
    await bea.getByRole("button", { name: "Details of #alerts" }).click();
    await bea.locator(".details").getByText("Ada").first().waitFor();
    // Nor the bot that writes for the hook, among those to whom one may write.
    const listed = (name: string) =>
      bea.getByRole("navigation").getByRole("link", { name: new RegExp(`^${name}`) });
    await listed("Cleo").waitFor();
    expect(await listed("Grafana").count()).toBe(0);
    expect(await bea.getByRole("heading", { name: "Hooks" }).count()).toBe(0);
    await bea.context().close();
    await administer(ada, "Hooks and bots");
    await ada.getByRole("list", { name: "Hooks" }).getByText("in #alerts").waitFor();
    await ada.getByText("No bots yet.").waitFor();
  });

  test("an ended hook takes nothing more, and what it wrote stays", async () => {
    const hooks = ada.getByRole("dialog").getByRole("list", { name: "Hooks" });
    await hooks.getByRole("button", { name: "End Grafana" }).click();
    await confirm(ada, "End Grafana?", "End");
    await ada.getByText("No hooks yet.").waitFor();
    expect((await post("The disk is fuller")).status).toBe(404);
    await closeDialog(ada);
    await seen(ada, "The disk is full");
  });

  test("a bot signs in by its key, until another one is made or the bot is ended", async () => {
    await openChannel(ada, "General");
    await administer(ada, "Hooks and bots");
    const dialog = ada.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Deploy");
    await dialog.getByRole("button", { name: "Make a bot" }).click();
    await dialog.getByText("The key of Deploy").waitFor();
    const key = dialog.getByLabel("Key", { exact: true });
    const first = await key.inputValue();
    const bot = await Talker.resume(server.address, first);
    await bot.say("Version 7 is out");
    await dialog.getByRole("button", { name: "New key: Deploy" }).click();
    await confirm(ada, "Make a new key for Deploy?", "New key");
    await expect.poll(() => key.inputValue()).not.toBe(first);
    const second = await key.inputValue();
    await expect(Talker.resume(server.address, first)).rejects.toThrow(/failed to sign in/);
    await (await Talker.resume(server.address, second)).leave();
    await dialog.getByRole("button", { name: "End Deploy" }).click();
    await confirm(ada, "End Deploy?", "End");
    await dialog.getByRole("button", { name: "End Deploy" }).waitFor({ state: "detached" });
    await expect(Talker.resume(server.address, second)).rejects.toThrow(/failed to sign in/);
    await closeDialog(ada);
    await message("Version 7 is out").getByText("bot", { exact: true }).waitFor();
  });

  test("a name that is taken makes no bot, and says so", async () => {
    await administer(ada, "Hooks and bots");
    const dialog = ada.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Bea");
    await dialog.getByRole("button", { name: "Make a bot" }).click();
    await dialog.getByRole("alert").filter({ hasText: /\S/ }).waitFor();
    expect(await dialog.getByLabel("Key", { exact: true }).count()).toBe(0);
    await closeDialog(ada);
  });

  test("an admin archives a channel and brings it back, and reads the figures", async () => {
    await administer(ada, "Channels");
    await ada.getByRole("button", { name: "Archive #alerts" }).click();
    await ada.getByRole("button", { name: "Bring back #alerts" }).waitFor();
    await ada.getByRole("button", { name: "Open #alerts" }).click();
    await ada.getByText("This channel is archived").waitFor();
    await administer(ada, "Channels");
    await ada.getByRole("button", { name: "Bring back #alerts" }).click();
    await ada.getByRole("button", { name: "Archive #alerts" }).waitFor();
    await ada.getByRole("tab", { name: "Server" }).click();
    const figure = (name: string) =>
      ada.locator(".figures div", { has: ada.getByText(name, { exact: true }) }).locator("dd");
    await figure("Version").waitFor();
    expect(await figure("Messages").textContent()).toBe("4");
    expect(await figure(store === "redis" ? "Redis’s memory" : "Disk").textContent()).toMatch(/GB/);
    await closeDialog(ada);
    await say(ada, "Back at work");
    await seen(ada, "Back at work");
  });
});
