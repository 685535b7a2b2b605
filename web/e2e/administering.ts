/** What an admin does on the page, and those who come by a link. */
import type { Page } from "playwright-core";

/** Opens the administration at a topic, from the chat. */
export async function administer(page: Page, topic: string): Promise<void> {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Administration" }).click();
  await page.getByRole("tab", { name: topic }).click();
}

/** Opens the list of everybody. */
export async function openPeople(page: Page): Promise<void> {
  await page.getByRole("button", { name: "New channel or group" }).click();
  await page.getByRole("menuitem", { name: "People" }).click();
  await page.locator(".person").first().waitFor();
}

/** Chooses what is done about a person of the list that is shown. */
export async function choose(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole("button", { name: `More about ${name}` }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** Answers the question that comes first. */
export async function confirm(page: Page, question: string, answer: string): Promise<void> {
  const asked = page.getByRole("group", { name: question });
  await asked.getByRole("button", { name: answer }).click();
  await asked.waitFor({ state: "detached" });
}

export async function closeDialog(page: Page): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

/** Sends the form with a name and a password, in the chat then. */
export async function enter(page: Page, name: string, password = "a password"): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await send(page, password);
}

/** Sends a form that asks for a password alone. */
export async function send(page: Page, password: string): Promise<void> {
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.locator("form button[type=submit]").click();
  await page.locator("#composer").waitFor();
}

export async function madeLink(page: Page): Promise<string> {
  await page.getByRole("img", { name: "QR code of the link" }).waitFor();
  return page.getByLabel("Link", { exact: true }).inputValue();
}
