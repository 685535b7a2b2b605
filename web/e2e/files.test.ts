/** Files and pictures: chosen, pasted and dropped, uploaded over breaks, shown to others, and gone with their message. */
import { readFile } from "node:fs/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchWhole, openChannel, seen, signIn, Troubles, visit } from "./browser";
import { png, type Sample, text } from "./sample-files";
import { Server, STORES } from "./server";

const PICTURE = png("harbour.png", 1600, 1000, 0.3);

let browser: Browser;
const troubles = new Troubles();
beforeAll(async () => {
  browser = await launchWhole();
});
afterAll(async () => {
  await browser?.close();
});

async function enter(address: string, name: string): Promise<Page> {
  const page = await visit(browser, address, troubles);
  await signIn(page, name);
  await page.getByRole("button", { name: "Attach files" }).waitFor();
  return page;
}

async function choose(page: Page, ...files: Sample[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Attach files" }).click();
  await (await chooser).setFiles(files);
}

/** As if it were dragged from another program, or pasted from one. */
function give(page: Page, to: string, by: "drop" | "paste", { name, buffer, mimeType }: Sample) {
  return page.evaluate(
    ([selector, kind, called, bytes, type]) => {
      const dataTransfer = new DataTransfer();
      const data = Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
      dataTransfer.items.add(new File([data], called, { type }));
      const target = document.querySelector(selector) as HTMLElement;
      const how = { bubbles: true, cancelable: true };
      if (kind === "paste")
        target.dispatchEvent(new ClipboardEvent("paste", { ...how, clipboardData: dataTransfer }));
      else
        for (const event of ["dragover", "drop"])
          target.dispatchEvent(new DragEvent(event, { ...how, dataTransfer }));
    },
    [to, by, name, buffer.toString("base64"), mimeType] as const,
  );
}

async function send(page: Page, caption = ""): Promise<void> {
  if (caption) await page.locator("#composer").fill(caption);
  await page.getByRole("button", { name: "Send", exact: true }).click();
}

function attached(page: Page): Locator {
  return page.locator(".attached li");
}

/** Waits until the picture is drawn. */
async function drawn(picture: Locator): Promise<void> {
  await picture.waitFor();
  await picture.evaluate((image: HTMLImageElement) => image.decode());
}

async function end(...pages: Page[]): Promise<void> {
  for (const page of pages) await page.context().close();
  expect(troubles.seen).toEqual([]);
}

describe.each(STORES)("on %s", (store) => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start(store, { FILES: "files", FILE_SIZE: "2MB" });
  });
  afterAll(() => server?.stop());

  test("a picture with its caption reaches others, opens large, and is downloaded", async () => {
    const [ada, bob] = [await enter(server.address, "Ada"), await enter(server.address, "Bob")];
    await choose(ada, PICTURE);
    await attached(ada).locator("img").waitFor();
    await send(ada, "The harbour");
    await seen(bob, "The harbour");
    const message = bob.locator(".message", { hasText: "The harbour" });
    const tile = message.getByRole("button", { name: "Open Picture harbour.png" });
    await drawn(tile.locator("img"));
    const { width, height } = (await tile.boundingBox()) ?? { width: 0, height: 1 };
    expect(width / height).toBeCloseTo(1.6, 1);
    await tile.click();
    const viewer = bob.getByRole("dialog", { name: "Pictures" });
    await drawn(viewer.getByRole("img", { name: "harbour.png" }));
    await bob.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await viewer.getByRole("button", { name: "Copy picture" }).click();
    await viewer.getByText("The picture is copied.").waitFor();
    const copied = () => navigator.clipboard.read().then((items) => items[0]?.types);
    expect(await bob.evaluate(copied)).toEqual(["image/png"]);
    const download = bob.waitForEvent("download");
    await viewer.getByRole("link", { name: /^Download harbour.png/ }).click();
    expect((await download).suggestedFilename()).toBe("harbour.png");
    await readFile(await (await download).path());
    await bob.keyboard.press("Escape");
    await viewer.waitFor({ state: "detached" });
    expect(await tile.evaluate((button) => button === document.activeElement)).toBe(true);
    await end(ada, bob);
  });

  test("a picture takes its place before it is loaded", async () => {
    const page = await enter(server.address, "Zoe");
    for (let n = 0; n < 3; n++) {
      await choose(page, png(`slow ${n}.png`, 800, 500, 0.1 * n));
      await attached(page).locator("img").waitFor();
      await send(page, `Slow ${n}`);
      await seen(page, `Slow ${n}`);
    }
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route(/\/files\/[^?]*$/, async (route) => {
      if (route.request().method() === "GET") await held;
      await route.fallback();
    });
    await page.reload();
    const tiles = page.locator(".tile img");
    await tiles.nth(2).waitFor({ state: "attached" });
    const places = () =>
      page.locator("#messages .message").evaluateAll((all) =>
        all.map((row) => {
          const { top, height } = row.getBoundingClientRect();
          return [Math.round(top), Math.round(height)];
        }),
      );
    const before = await places();
    goOn();
    for (const tile of await tiles.all()) await drawn(tile);
    expect(await places()).toEqual(before);
    await end(page);
  });

  test("several go in one message without text, and keys lead from one to the next", async () => {
    const page = await enter(server.address, "Cyd");
    await choose(page, png("one.png", 300, 300, 0.1), png("two.png", 300, 200, 0.9));
    await choose(page, text("notes.txt"));
    await attached(page).nth(2).waitFor();
    await send(page);
    const message = page.locator(".message:not(.pending)", { hasText: "notes.txt" }).last();
    await message.getByRole("link", { name: "Download notes.txt, 2 KB" }).waitFor();
    await page.getByRole("navigation").getByText("You: 📷 Photo +2").waitFor();
    await message.getByRole("button", { name: "Open Picture one.png" }).click();
    const viewer = page.getByRole("dialog", { name: "Pictures" });
    await drawn(viewer.getByRole("img", { name: "one.png" }));
    await page.keyboard.press("ArrowRight");
    await drawn(viewer.getByRole("img", { name: "two.png" }));
    const stage = viewer.locator(".stage");
    await page.keyboard.press("+");
    expect(await stage.getAttribute("data-scale")).toBe("1.50");
    await page.keyboard.press("0");
    await viewer.getByRole("img").dblclick();
    expect(await stage.getAttribute("data-scale")).toBe("2.50");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Details of General" }).click();
    await page
      .locator(".file-list")
      .getByRole("link", { name: /^Download notes.txt/ })
      .waitFor();
    await end(page);
  });

  test("files are pasted and dropped, and one is taken back", async () => {
    const page = await enter(server.address, "Dan");
    await give(page, "#composer", "paste", png("pasted.png", 40, 40, 0.2));
    await attached(page).getByText("pasted.png").waitFor();
    await give(page, "#messages", "drop", png("dropped.png", 40, 40, 0.4));
    await attached(page).getByText("dropped.png").waitFor();
    await page.getByRole("button", { name: "Remove pasted.png" }).click();
    await expect.poll(() => attached(page).count()).toBe(1);
    await send(page);
    await drawn(page.getByRole("button", { name: "Open Picture dropped.png" }).locator("img"));
    await end(page);
  });

  test("what can't be sent says why in one sentence", async () => {
    const page = await enter(server.address, "Eve");
    await choose(page, text("huge.log", 2_000_001));
    await page
      .getByText("huge.log is too large. The server accepts files of 2 MB at most.")
      .waitFor();
    await choose(page, text("empty.txt", 0));
    await page.getByText("empty.txt is empty.").waitFor();
    expect(await attached(page).count()).toBe(0);
    await end(page);
  });

  test("an upload waits for the server, goes on, and takes its message along", async () => {
    const page = await enter(server.address, "Flo");
    let puts = 0;
    // The first piece goes through, and then the server is gone.
    const killed = new Promise<void>((resolve) => {
      void page.route(/\/files\/.*offset=/, async (route) => {
        if (++puts === 2) {
          await server.kill();
          resolve();
        }
        await route.fallback();
      });
    });
    await choose(page, text("long.log", 1_900_000));
    await send(page, "The log");
    await killed;
    await page.getByText("Waiting for the connection").waitFor();
    await page.getByText("The message is sent when its files are there.").waitFor();
    await server.restart();
    await seen(page, "The log");
    await page.getByRole("link", { name: "Download long.log, 1.9 MB" }).waitFor();
    await end(page);
  });

  test("the bar of a slow upload moves within a piece", async () => {
    const page = await enter(server.address, "Mia");
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Network.enable");
    await cdp.send("Network.emulateNetworkConditions", {
      ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200_000 },
    });
    const shown = await page.evaluateHandle(watchProgress);
    await choose(page, text("slow.log", 600_000));
    await send(page, "Slowly");
    await seen(page, "Slowly");
    const values = await shown.jsonValue();
    expect(values.filter((value) => value > 0 && value < 600_000).length).toBeGreaterThan(2);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    await end(page);
  });

  test("a reloaded page goes on with what wasn't sent", async () => {
    const page = await enter(server.address, "Joy");
    // Nothing of it arrives before the reload.
    await page.route(/\/files\/.*offset=/, (route) => route.abort());
    await choose(page, png("kept.png", 300, 200, 0.6));
    await page.locator("#composer").fill("Still here");
    await attached(page).getByText("kept.png").waitFor();
    await page.waitForFunction(isKept);
    await page.unroute(/\/files\/.*offset=/);
    await page.reload();
    await attached(page).getByText("kept.png").waitFor();
    await send(page);
    await seen(page, "Still here");
    await drawn(page.getByRole("button", { name: "Open Picture kept.png" }).locator("img"));
    await page.reload();
    await seen(page, "Still here");
    await page.getByRole("button", { name: "Attach files" }).waitFor();
    expect(await attached(page).count()).toBe(0);
    await end(page);
  });

  test("a deleted message takes its files along", async () => {
    const [ada, bob] = [await enter(server.address, "Gil"), await enter(server.address, "Hal")];
    await choose(ada, png("secret.png", 500, 400, 0.8));
    await send(ada, "Not for long");
    const tile = bob.getByRole("button", { name: "Open Picture secret.png" });
    await drawn(tile.locator("img"));
    const path = await tile.locator("img").getAttribute("src");
    expect(await bob.evaluate((url) => fetch(url).then(({ status }) => status), `${path}`)).toBe(
      200,
    );
    await tile.click();
    const viewer = bob.getByRole("dialog", { name: "Pictures" });
    await viewer.waitFor();
    const message = ada.locator(".message", { hasText: "Not for long" });
    await message.locator(".bubble").hover();
    await message.locator(".entry-more").click();
    await ada.getByRole("menuitem", { name: "Delete" }).click();
    await ada.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await viewer.waitFor({ state: "detached" });
    await tile.waitFor({ state: "detached" });
    expect(await bob.evaluate((url) => fetch(url).then(({ status }) => status), `${path}`)).toBe(
      404,
    );
    await end(ada, bob);
  });
});

test("on a phone a photo is taken, and a finger leads to the next picture", async () => {
  const server = await Server.start("embedded");
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const page = await visit(browser, server.address, troubles, phone);
  await signIn(page, "Kim");
  await openChannel(page, "General");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Take a photo" }).tap();
  expect(await (await chooser).element().getAttribute("capture")).toBe("environment");
  await (await chooser).setFiles(png("photo.png", 300, 400, 0.2));
  await choose(page, png("another.png", 400, 300, 0.7));
  await attached(page).nth(1).waitFor();
  await send(page);
  const tile = page.getByRole("button", { name: "Open Picture photo.png" });
  await drawn(page.locator(".message:not(.pending) .tile img").first());
  await tile.tap();
  const viewer = page.getByRole("dialog", { name: "Pictures" });
  await drawn(viewer.getByRole("img", { name: "photo.png" }));
  const cdp = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", x?: number) =>
    cdp.send("Input.dispatchTouchEvent", { type, touchPoints: x ? [{ x, y: 400 }] : [] });
  await touch("touchStart", 300);
  await touch("touchMove", 120);
  await touch("touchEnd");
  await drawn(viewer.getByRole("img", { name: "another.png" }));
  await end(page);
  await server.stop();
});

test("a video plays where it stands", async () => {
  const server = await Server.start("embedded");
  const page = await enter(server.address, "Lou");
  await page.evaluate(dropVideo);
  await attached(page).getByText("clip.webm").waitFor();
  await send(page, "Moving");
  await seen(page, "Moving");
  const video = page.getByLabel("Video clip.webm");
  await video.waitFor();
  await video.evaluate(async (element: HTMLVideoElement) => {
    element.muted = true;
    await element.play();
  });
  await end(page);
  await server.stop();
});

/** All values that progress bars have from now on. */
function watchProgress(): number[] {
  const values: number[] = [];
  new MutationObserver(() => {
    const bar = document.querySelector<HTMLProgressElement>(".attached progress");
    if (bar && bar.value !== values.at(-1)) values.push(bar.value);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
  return values;
}

/** Whether the browser has kept a file. */
async function isKept(): Promise<boolean> {
  const name = "chinwag.files";
  const all = await indexedDB.databases();
  // Opened before the page has made it, it would be made empty.
  if (!all.some((each) => each.name === name)) return false;
  const answer = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve) => {
      request.onsuccess = () => resolve(request.result);
    });
  const database = await answer(indexedDB.open(name));
  const count = await answer(database.transaction(name).objectStore(name).count());
  database.close();
  return count > 0;
}

/** Records a video, and drops it. */
async function dropVideo(): Promise<void> {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
  const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: "video/webm" });
  const data = new Promise<BlobEvent>((resolve) => {
    recorder.ondataavailable = resolve;
  });
  recorder.start();
  for (let frame = 0; frame < 20; frame++) {
    canvas.getContext("2d")?.fillRect(frame, frame, 40, 40);
    await new Promise(requestAnimationFrame);
  }
  recorder.stop();
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([(await data).data], "clip.webm", { type: "video/webm" }));
  const how = { bubbles: true, cancelable: true, dataTransfer };
  document.querySelector("#messages")?.dispatchEvent(new DragEvent("drop", how));
}

test("a server that takes no files shows no button, and says so to a drop", async () => {
  const server = await Server.start("redis");
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Ida");
  await openChannel(page, "General");
  await give(page, "#messages", "drop", PICTURE);
  await page.getByText("Files can't be sent on this server.").waitFor();
  expect(await page.getByRole("button", { name: "Attach files" }).count()).toBe(0);
  await end(page);
  await server.stop();
});
