/** How messages look and what can be done with them: folded, copied, one's own. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openChannel, say, seen, signIn, Troubles, visit } from "./browser";
import { LOAD } from "./server";
import { stage } from "./stage";
import { Talker } from "./talker";

const LONG = Array.from({ length: 60 }, (_, n) => `line ${n + 1} of a trace`).join("\n");
const CODE = `let ${"very_".repeat(60)}long = 1;\nprint(it)`;

const { server, browser } = await stage("embedded", LOAD);
let friend: Talker;
const troubles = new Troubles();
beforeAll(async () => {
  friend = await Talker.signIn(server.address, "Friend");
});

function height(page: Page, text: string): Promise<number> {
  return page
    .locator(".message", { hasText: text })
    .last()
    .locator(".bubble")
    .evaluate((element) => element.getBoundingClientRect().height);
}

test("a long message folds, opens where it stands, and stays open", async () => {
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Reader");
  await friend.sayAll(["not long", LONG]);
  await seen(page, "line 60 of a trace");
  const row = page.locator(".message", { hasText: "line 60" });
  const button = row.getByRole("button", { name: "Show all" });
  await button.waitFor();
  const folded = await height(page, "line 60");
  const top = () => row.evaluate((element) => element.getBoundingClientRect().top);
  // Stands still before the message's place is taken down.
  await button.hover();
  const before = await top();
  await button.click();
  await button.waitFor({ state: "detached" });
  await expect.poll(() => height(page, "line 60")).toBeGreaterThan(2 * folded);
  await expect.poll(top).toBeCloseTo(before, 0);
  // Far away and back: the row was taken out of the document meanwhile.
  await friend.sayAll(Array.from({ length: 80 }, (_, n) => `after it ${n}`));
  await page.getByRole("button", { name: /new messages|newest/ }).click();
  await seen(page, "after it 79");
  await row.waitFor({ state: "detached" });
  await page.locator("#messages").evaluate(async (box) => {
    while (!box.textContent?.includes("line 60")) {
      box.scrollTop -= 200;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
  await row.waitFor();
  expect(await button.count()).toBe(0);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test.each(["by the clipboard", "by command, where the page has no TLS"])(
  "code is copied %s",
  async (way) => {
    const page = await visit(browser, server.address, troubles, {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await signIn(page, "Copier");
    await say(page, `\`\`\`\n${CODE}\n\`\`\``);
    await seen(page, "print(it)");
    const block = page.locator(".code-block").last();
    const scrolls = await block
      .locator("pre")
      .evaluate((element) => element.scrollWidth > element.clientWidth);
    expect(scrolls, "the code scrolls by itself").toBe(true);
    const clipboard = await page.evaluateHandle(() => navigator.clipboard);
    if (way.includes("command"))
      await page.evaluate(() =>
        Object.defineProperty(navigator, "clipboard", { value: undefined }),
      );
    await block.hover();
    await block.getByRole("button", { name: "Copy code" }).click();
    await block.getByRole("button", { name: "Copied" }).waitFor();
    expect(await clipboard.evaluate((board) => board.readText())).toBe(CODE);
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  },
);

test("all messages stand in one column, and one's own have a mark", async () => {
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Columnist");
  await openChannel(page, "Friend");
  await say(page, "mine");
  await seen(page, "mine");
  const me = await page.evaluate(
    () => JSON.parse(localStorage.getItem("chinwag.session") ?? "{}").userUUID as string,
  );
  await friend.say("theirs", me);
  await seen(page, "theirs");
  const row = (text: string) => page.locator(".message", { hasText: text });
  const left = (text: string) =>
    row(text)
      .locator(".text")
      .evaluate((element) => element.getBoundingClientRect().left);
  expect(await left("mine")).toBe(await left("theirs"));
  expect(await row("mine").locator(".you").count()).toBe(1);
  expect(await row("theirs").locator(".you").count()).toBe(0);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("several messages are copied with names and times, a part of one as it is", async () => {
  const page = await visit(browser, server.address, troubles, {
    permissions: ["clipboard-read", "clipboard-write"],
    locale: "en-GB",
  });
  await signIn(page, "Quoter");
  const texts = ["the **first** line", "see:\n```\ncode\n```", "the third line"];
  await friend.sayAll(texts);
  await seen(page, "the third line");
  // What copies loads after the first messages, as what reads aloud does.
  await page.locator("[role=log][aria-live=polite]").waitFor({ state: "attached" });
  const copy = async (from: string, to: string, start: number) => {
    await page.evaluate(
      ([first, last, at]) => {
        const bubbles = [...document.querySelectorAll(".bubble")];
        const [a, b] = [first, last].map((text) =>
          bubbles.findLast((bubble) => bubble.textContent?.includes(text)),
        );
        if (!a || !b) throw new Error("failed to find the messages");
        const walker = document.createTreeWalker(a, NodeFilter.SHOW_TEXT);
        const range = document.createRange();
        range.setStart(walker.nextNode() as Text, at);
        range.setEnd(b, b.childNodes.length);
        getSelection()?.removeAllRanges();
        getSelection()?.addRange(range);
        document.querySelector<HTMLElement>("#messages")?.focus();
      },
      [from, to, start] as const,
    );
    await page.keyboard.press("Control+c");
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const lines = texts.map((text) => `Friend, TIME: ${text}`).join("\n");
  const timed = (text: string) => text.replaceAll(/\d\d:\d\d/g, "TIME");
  expect(timed(await copy("the first", "third line", 0))).toBe(lines);
  expect(timed(await copy("the first", "third line", 4))).toBe(
    lines.replace("the **first** line", "first line"),
  );
  expect(await copy("third line", "third line", 4)).toBe("third line");
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

test("a dropped file doesn't replace the page, and text goes into fields", async () => {
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Dropper");
  await page.locator("#composer").waitFor();
  const drop = (selector: string, what: "file" | "text") =>
    page.evaluate(
      ([to, kind]) => {
        const dataTransfer = new DataTransfer();
        if (kind === "file") dataTransfer.items.add(new File(["x"], "a.png"));
        else dataTransfer.setData("text/plain", "a word");
        return ["dragover", "drop"].map((type) => {
          const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer });
          document.querySelector(to)?.dispatchEvent(event);
          return event.defaultPrevented;
        });
      },
      [selector, what] as const,
    );
  for (const where of ["#messages", "#composer", ".list"])
    expect(await drop(where, "file"), where).toEqual([true, true]);
  expect(await drop("#composer", "text")).toEqual([false, false]);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});
