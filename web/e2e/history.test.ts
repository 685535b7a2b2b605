/** Five thousand messages, paged back to the first, without a jump. */
import { beforeAll, describe, expect, test } from "vitest";
import { openChannel, say, seen, signIn, Troubles, visit } from "./browser";
import { scrollToFirst, scrollToNewest } from "./scroll";
import { LOAD, STORES } from "./server";
import { stage } from "./stage";
import { Talker } from "./talker";

const MESSAGES = 5000;

describe.each(STORES)("on the %s store", async (store) => {
  const { server, browser } = await stage(store, LOAD);
  beforeAll(async () => {
    const talker = await Talker.signIn(server.address, "Writer");
    await talker.sayAll(
      Array.from({ length: MESSAGES }, (_, n) => `line ${n + 1}${"\nand more".repeat(n % 4)}`),
    );
    await talker.leave();
  });

  test("paged back to the first message and forward to the newest", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Reader");
    await seen(page, `line ${MESSAGES}`);
    await scrollToFirst(page);
    await page.getByText("This is where everybody talks").waitFor();
    await seen(page, "line 1");
    await page.getByRole("button", { name: "Jump to newest" }).click();
    await seen(page, `line ${MESSAGES}`);
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("a channel opens at the first unread message, however many pages it takes to get there", async () => {
    const troubles = new Troubles();
    const earlier = await visit(browser, server.address, troubles);
    await signIn(earlier, "Recipient");
    const notes = earlier.getByRole("link", { name: /^Notes to self/ });
    const me = (await notes.getAttribute("data-channel")) ?? "";
    const talker = await Talker.signIn(server.address, "Long-winded");
    await openChannel(earlier, "Long-winded");
    await say(earlier, "write to me");
    await seen(earlier, "write to me");
    await earlier.context().close();
    // A page of the history holds about 20 of these.
    const texts = Array.from({ length: 60 }, (_, n) => `letter ${n + 1} ${"語".repeat(3900)}`);
    await talker.sayAll(texts, me);
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Recipient");
    await openChannel(page, "Long-winded");
    await page.locator(".message", { hasText: "letter 1 " }).waitFor();
    await page.waitForFunction(() => {
      const top = document.querySelector(".new-line")?.getBoundingClientRect().top ?? -1;
      return top > 0 && top < innerHeight;
    });
    await talker.leave();
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("more unread than a page: opened at the first, read as far as was looked at, with a way to both ends", async () => {
    const troubles = new Troubles();
    const before = await Talker.signIn(server.address, "Returner");
    const talker = await Talker.signIn(server.address, "Busy");
    await talker.say("read before", before.uuid);
    await before.request({
      type: "channelRead",
      channelRead: { recipientUUID: talker.uuid, seq: 1 },
    });
    await talker.sayAll(
      Array.from({ length: 150 }, (_, n) => `new ${n + 1}.`),
      before.uuid,
    );
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Returner");
    await openChannel(page, "Busy");
    const inView = (text: string) =>
      page.waitForFunction((wanted) => {
        const box = document.querySelector("#messages")?.getBoundingClientRect();
        return [...document.querySelectorAll(".message")].some((row) => {
          const { top, bottom } = row.getBoundingClientRect();
          const within = box !== undefined && bottom > box.top && top < box.bottom;
          return within && row.querySelector(".text")?.textContent === wanted;
        });
      }, text);
    await page.locator(".new-line").waitFor();
    await inView("new 1.");
    const unread = async () => {
      const reply = await before.request({ type: "inbox" });
      if (reply.type !== "inbox") throw new Error("failed to read the inbox");
      const busy = reply.inbox.channels.find(({ recipientUUID: id }) => id === talker.uuid);
      return busy?.unread ?? 0;
    };
    expect(await unread()).toBeGreaterThan(100);
    await page.getByRole("button", { name: /^1\d\d new messages$/ }).click();
    await inView("new 150.");
    await page.getByRole("button", { name: /^1\d\d new since/ }).click();
    await page.locator(".new-line").waitFor();
    await page.waitForFunction(() => {
      const top = document.querySelector(".new-line")?.getBoundingClientRect().top ?? -1;
      return top > 0 && top < innerHeight;
    });
    // Down to the end by scrolling alone, page by page.
    await scrollToNewest(page, "new 150.");
    await inView("new 150.");
    await talker.say("and one more", before.uuid);
    await inView("and one more");
    await page.locator(".jump:not(.up)").waitFor({ state: "detached" });
    await before.leave();
    await talker.leave();
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("the message that is being read stays where it is when older ones come", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Reader");
    await seen(page, `line ${MESSAGES}`);
    const moved = await page.evaluate(async () => {
      const box = document.querySelector("#messages") as HTMLElement;
      // A task after the frame's own work: what is measured then is what was painted.
      const painted = () =>
        new Promise((resolve) =>
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = resolve;
            port2.postMessage(undefined);
          }),
        );
      const firstInView = () => {
        const top = box.getBoundingClientRect().top + 40;
        return [...box.querySelectorAll(".message")].find(
          (row) => row.getBoundingClientRect().top > top,
        );
      };
      const moves: number[] = [];
      // Goes up in small steps, and watches what is in view while pages of older messages come in above it.
      for (let pages = 0; pages < 4; ) {
        box.scrollTop -= 120;
        const height = box.scrollHeight;
        await painted();
        const row = firstInView();
        const before = row?.getBoundingClientRect().top ?? 0;
        await painted();
        if (box.scrollHeight > height + 1000) pages++;
        if (row?.isConnected) moves.push(Math.abs(row.getBoundingClientRect().top - before));
      }
      return { most: Math.max(...moves), seen: moves.length };
    });
    expect(moved.seen).toBeGreaterThan(10);
    expect(moved.most).toBeLessThan(4);
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test("who stands at the oldest message when the connection breaks gets older ones without a gesture", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Waiter");
    await seen(page, `line ${MESSAGES}`);
    await server.kill();
    await page.locator(".banner").waitFor();
    const oldest = () =>
      page.evaluate(() => {
        const rows = [...document.querySelectorAll<HTMLElement>("[data-seq]")];
        return Math.min(...rows.map((row) => Number(row.dataset.seq)));
      });
    // Until the first row that is held is there, with the sign above it that older ones are coming.
    await page.waitForFunction(() => {
      const box = document.querySelector("#messages") as HTMLElement;
      const at = box.scrollTop;
      box.scrollTop = 0;
      return at === 0;
    });
    const before = await oldest();
    expect(before).toBeGreaterThan(1);
    await server.restart();
    await page.waitForFunction((seq) => {
      const rows = [...document.querySelectorAll<HTMLElement>("[data-seq]")];
      return rows.some((row) => Number(row.dataset.seq) < seq);
    }, before);
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });

  test.each([
    ["visible", "goes on to the newest", "busy 80"],
    ["hidden", "stays at the first new message", "busy 1"],
  ])(
    "a %s page without the keys %s, reads nothing, and offers the way",
    async (state, _, shown) => {
      const troubles = new Troubles();
      const page = await visit(browser, server.address, troubles);
      // A headless page always says that it is looked at.
      await page.addInitScript(() => {
        const away = () => document.documentElement.dataset.away;
        document.hasFocus = () => away() === undefined;
        Object.defineProperty(document, "visibilityState", {
          get: () => (away() === "hidden" ? "hidden" : "visible"),
        });
      });
      const look = (away: string | undefined) =>
        page.evaluate((to) => {
          const { dataset } = document.documentElement;
          if (to === undefined) delete dataset.away;
          else dataset.away = to;
          document.dispatchEvent(new Event("visibilitychange"));
        }, away);
      await page.reload();
      const talker = await Talker.signIn(server.address, `Busybody ${state}`);
      await signIn(page, `Sideways ${state}`);
      const notes = page.getByRole("link", { name: /^Notes to self/ });
      const me = (await notes.getAttribute("data-channel")) ?? "";
      await openChannel(page, `Busybody ${state}`);
      await talker.say("while you look", me);
      await seen(page, "while you look");
      await look(state);
      await talker.say("busy 1", me);
      await page.locator(".new-line").waitFor();
      await talker.sayAll(
        Array.from({ length: 79 }, (_, n) => `busy ${n + 2}`),
        me,
      );
      const row = page.locator(".row", { hasText: "Busybody" });
      await row.locator(".badge", { hasText: "80" }).waitFor();
      await page.waitForFunction((wanted) => {
        const box = document.querySelector("#messages")?.getBoundingClientRect();
        return [...document.querySelectorAll(".message")].some((row) => {
          const { top, bottom } = row.getBoundingClientRect();
          const within = box !== undefined && bottom > box.top && top < box.bottom;
          return within && row.querySelector(".text")?.textContent === wanted;
        });
      }, shown);
      await look(undefined);
      if (state === "visible") {
        await page.getByRole("button", { name: /^80 new since/ }).click();
        await page.locator(".new-line").waitFor();
      } else await page.getByRole("button", { name: /^\d+ new messages$/ }).waitFor();
      await talker.leave();
      await page.context().close();
      expect(troubles.seen).toEqual([]);
    },
  );

  test("what a dialog covers isn't read, and who writes while reading back sees what they wrote", async () => {
    const troubles = new Troubles();
    const page = await visit(browser, server.address, troubles);
    await signIn(page, "Backreader");
    await seen(page, `line ${MESSAGES}`);
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("dialog").waitFor();
    const talker = await Talker.signIn(server.address, "Writer");
    await talker.say("under the dialog");
    await seen(page, "under the dialog");
    await page.locator(".row", { hasText: "General" }).locator(".badge").waitFor();
    await page.keyboard.press("Escape");
    await page
      .locator(".row", { hasText: "General" })
      .locator(".badge")
      .waitFor({ state: "detached" });
    await page.locator("#messages").hover();
    await page.mouse.wheel(0, -1500);
    await page.getByRole("button", { name: "Jump to newest" }).waitFor();
    await say(page, "written while reading back");
    await seen(page, "written while reading back");
    await page.getByRole("button", { name: "Jump to newest" }).waitFor({ state: "detached" });
    await talker.leave();
    await page.context().close();
    expect(troubles.seen).toEqual([]);
  });
});
