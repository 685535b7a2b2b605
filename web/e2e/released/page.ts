/** The page of 0.1.0, open at General. */
import { type ChannelId, GENERAL } from "@chinwag/client";
import type { Browser, Locator, Page } from "playwright-core";
import { say, seen, Troubles, texts, visit } from "../browser";
import { ReleasedClient, type View } from "./client";

/** So high that all messages and all rows of the list stand in it. */
const HIGH = { viewport: { width: 1280, height: 8_000 } };

export class ReleasedPage extends ReleasedClient {
  readonly isAtGeneral = true;

  private constructor(
    name: string,
    readonly page: Page,
    readonly troubles: Troubles,
  ) {
    super(name);
    page.on("websocket", (socket) => {
      socket.on("framereceived", ({ payload }) => this.hear(String(payload)));
      socket.on("close", () => this.fail("the connection closed"));
    });
  }

  static async signIn(address: string, name: string, browser: Browser): Promise<ReleasedPage> {
    const troubles = new Troubles();
    const page = await visit(browser, address, troubles, HIGH);
    const client = new ReleasedPage(name, page, troubles);
    // Connects again, and is heard from the first frame on.
    await page.reload();
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password", { exact: true }).fill("a password");
    await page.locator("form button[type=submit]").click();
    await page.getByRole("navigation").waitFor();
    await page.evaluate(() => {
      new MutationObserver(() => {
        const wrong = document.querySelector(".banner, .not-sent, .lazy-failed");
        if (wrong !== null) console.error(`shown: ${wrong.textContent}`);
      }).observe(document.body, { childList: true, subtree: true });
    });
    return client;
  }

  async say(channel: ChannelId, text: string): Promise<void> {
    await this.#open(channel);
    await say(this.page, text);
    await seen(this.page, text);
    await this.#open(GENERAL);
  }

  async hears(channel: ChannelId, text: string): Promise<void> {
    await this.#row(channel).locator(".row-last", { hasText: text }).waitFor();
    if (channel === GENERAL) await seen(this.page, text);
  }

  async view(): Promise<View> {
    for (const trouble of this.troubles.seen) this.fail(trouble);
    const rows = await this.page.locator("[data-channel]").evaluateAll((all) =>
      all.map((row) => ({
        channel: row.getAttribute("data-channel") ?? "",
        unread: Number(row.querySelector(".badge span")?.textContent ?? 0),
        last: row.querySelector(".row-last")?.textContent ?? "",
      })),
    );
    // The row of General keeps "…" as the sender if the inbox comes before the names: a fault of 0.1.0.
    const list = rows.map((row) =>
      row.channel === GENERAL ? { ...row, last: row.last.replace(/^[^:]*: /, "") } : row,
    );
    return { list, messages: { [GENERAL]: await texts(this.page) } };
  }

  read(): Promise<View> {
    return this.view();
  }

  close(): Promise<void> {
    return this.page.context().close();
  }

  #row(channel: ChannelId): Locator {
    return this.page.locator(`[data-channel="${channel}"]`);
  }

  async #open(channel: ChannelId): Promise<void> {
    await this.#row(channel).click();
    await this.page.locator(`[data-channel="${channel}"][aria-current]`).waitFor();
  }
}
