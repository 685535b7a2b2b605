/** What the page may cost: bytes before the first message, work while a channel is busy, memory. */
import { setInterval } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Browser, Page, Response } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, seen, signIn, Troubles, visit } from "./browser";
import { scrollToFirst } from "./scroll";
import { LOAD, Server } from "./server";
import { Talker } from "./talker";

const KB = 1024;
const MB = 1024 * KB;
const MOST_SHIPPED = 55 * KB;
const LONGEST_TASK = 100_000;
const MOST_HEAP = 120 * MB;
const LONG_CHANNEL = 100_000;

let server: Server;
let browser: Browser;
let talker: Talker;
const troubles = new Troubles();
beforeAll(async () => {
  server = await Server.start("embedded", LOAD);
  browser = await launch(["--enable-precise-memory-info"]);
  talker = await Talker.signIn(server.address, "Talker");
  await talker.say("the first message");
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

test("script and style before the first message", async () => {
  const loaded: Response[] = [];
  const page = await visit(browser, server.address, troubles);
  page.on("response", (response) => loaded.push(response));
  await page.reload();
  await signIn(page, "Newcomer");
  await seen(page, "the first message");
  const sizes = await Promise.all(
    loaded
      .filter((response) => /script|stylesheet/.test(response.request().resourceType()))
      .map(async (response) => gzipSync(await response.body(), { level: 9 }).length),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`script and style: ${(total / KB).toFixed(1)} KB gzip in ${sizes.length} files`);
  expect(sizes.length).toBeGreaterThan(1);
  expect(total).toBeLessThanOrEqual(MOST_SHIPPED);
  const before = loaded.length;
  await page.getByRole("button", { name: "Emoji" }).click();
  await page.getByLabel("Search emoji").waitFor();
  expect(loaded.length, "the emoji picker comes when it is opened").toBeGreaterThan(before);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds of the thread's own time, so that other programs on the machine don't count. */
  tdur?: number;
  args: { name?: string };
}

/** The tasks of the page's main thread, in microseconds, longest first. */
function tasks(trace: readonly TraceEvent[]): number[] {
  const main = trace.find(
    ({ name, args }) => name === "thread_name" && args.name === "CrRendererMain",
  );
  return trace
    .filter(
      ({ name, pid, tid }) => name.endsWith("RunTask") && pid === main?.pid && tid === main.tid,
    )
    .map(({ tdur }) => tdur ?? 0)
    .sort((a, b) => b - a);
}

test("300 messages a second in the open channel for ten seconds", async () => {
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Watcher");
  await seen(page, "the first message");
  await browser.startTracing(page, {
    categories: ["toplevel", "disabled-by-default-devtools.timeline", "__metadata"],
  });
  let said = 0;
  // The load itself is by the clock: three messages each hundredth of a second.
  for await (const _ of setInterval(10)) {
    void talker.say(`busy ${said++}`);
    void talker.say(`busy ${said++} with **some** \`text\``);
    void talker.say(`busy ${said++} https://example.org/${said}`);
    if (said >= 3000) break;
  }
  await talker.say("the last of them");
  await seen(page, "the last of them");
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const longest = tasks(trace.traceEvents);
  console.log(
    `longest tasks while 3,000 messages came: ${longest
      .slice(0, 5)
      .map((task) => `${(task / 1000).toFixed(1)} ms`)
      .join(", ")} of ${longest.length}`,
  );
  expect(longest.length).toBeGreaterThan(1000);
  expect(longest[0]).toBeLessThanOrEqual(LONGEST_TASK);
  expect(longest[0]).toBeGreaterThan(0);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});

async function heap(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  await devtools.detach();
  return usedSize;
}

test("100,000 messages scrolled through", async () => {
  const texts = Array.from(
    { length: LONG_CHANNEL },
    (_, n) => `message ${n}, a line of usual length`,
  );
  await talker.sayAll(texts);
  const page = await visit(browser, server.address, troubles);
  await signIn(page, "Scroller");
  await seen(page, `message ${LONG_CHANNEL - 1}`);
  const before = await heap(page);
  await scrollToFirst(page);
  await seen(page, "the first message");
  const after = await heap(page);
  const rows = await page.locator(".message").count();
  console.log(
    `heap: ${(before / MB).toFixed(1)} MB at first, ${(after / MB).toFixed(1)} MB after ` +
      `${LONG_CHANNEL.toLocaleString("en")} messages, ${rows} of them in the document`,
  );
  expect(after).toBeLessThan(MOST_HEAP);
  expect(rows).toBeLessThan(200);
  await page.getByRole("button", { name: "Jump to newest" }).click();
  await seen(page, `message ${LONG_CHANNEL - 1}`);
  await page.context().close();
  expect(troubles.seen).toEqual([]);
});
