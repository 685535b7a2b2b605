/** Leads a page through the screens of files, for axe or a camera. */
import type { Page } from "playwright-core";
import { openChannel, seen } from "./browser";
import { png, type Sample, text } from "./sample-files";
import type { Walk } from "./screens";

const MORE = [png("one.png", 900, 1200, 0.1), png("two.png", 1200, 900, 0.5)];
const LONG = text("a name that is longer than what a phone has room for.tar.gz", 900);

/** In #release of the conversation, on a server that takes files. */
export async function walkFiles(walk: Walk): Promise<void> {
  const { page, look } = walk;
  await openChannel(page, "release");
  // What earlier walks sent may have pushed all else out of sight.
  await page.locator(".message:not(.pending)").first().waitFor();
  await choose(page, png("harbour.png", 1600, 1000, 0.3));
  await send(page, "The harbour this morning");
  await drawn(page, "harbour.png");
  await look("picture");
  await choose(page, ...MORE, png("three.png", 800, 800, 0.9), text("notes.pdf", 23_456), LONG);
  await ready(page, 5);
  await look("attached");
  await send(page);
  await drawn(page, "three.png");
  await look("files");
  await walkUpload(walk);
  await page.getByRole("button", { name: "Open Picture two.png" }).first().click();
  await page.getByRole("dialog", { name: "Pictures" }).getByRole("img").waitFor();
  await look("viewer");
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Details of #release" }).click();
  const last = page.locator(".file-list .card").last();
  await last.waitFor();
  await last.scrollIntoViewIfNeeded();
  await look("channel-files");
  await page.locator(".details").getByRole("button", { name: "Close" }).click();
  await page.evaluate(hold);
  await page.locator(".drop-target").waitFor();
  await look("drop-target");
}

/** One under way, one that was refused, and a message that waits for both. */
async function walkUpload({ page, look }: Walk): Promise<void> {
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  await page.route(/\/files\/.*offset=/, async (route) => {
    await held;
    await route.fallback();
  });
  await choose(page, text("checklist.md", 90_000));
  await page.locator(".attached progress").waitFor();
  await send(page, "And the list");
  await page.getByText("The message is sent when").waitFor();
  await look("uploading");
  goOn();
  await seen(page, "And the list");
  await page.unroute(/\/files\/.*offset=/);
}

/** Attaches files by the browser's own dialog. */
export async function choose(page: Page, ...files: Sample[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Attach files" }).click();
  await (await chooser).setFiles(files);
}

/** Waits until so many files are there. */
export async function ready(page: Page, count: number): Promise<void> {
  await page
    .locator(".attached li")
    .nth(count - 1)
    .waitFor();
  await page.waitForFunction(() => document.querySelector(".attached progress") === null);
}

export async function send(page: Page, caption = ""): Promise<void> {
  if (caption) await page.locator("#composer").fill(caption);
  await page.getByRole("button", { name: "Send", exact: true }).click();
}

/** Waits until the newest picture of this name is drawn. */
export async function drawn(page: Page, name: string): Promise<void> {
  const tile = page
    .locator(".message:not(.pending)")
    .getByRole("button", { name: `Open Picture ${name}` });
  const picture = tile.last().locator("img");
  await picture.waitFor();
  await picture.evaluate((image: HTMLImageElement) => image.decode());
}

/** As if a file were held above the page. */
function hold(): void {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(["x"], "a.png"));
  const how = { bubbles: true, cancelable: true, dataTransfer };
  document.querySelector("#messages")?.dispatchEvent(new DragEvent("dragover", how));
}
