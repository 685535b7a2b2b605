/** Measures what the page costs: bytes, waits, work and memory. */
import { setInterval } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Browser, Page, Response } from "playwright-core";
import { seen, signIn, Troubles, visit } from "./browser";
import { scrollToFirst } from "./scroll";
import type { Talker } from "./talker";

export const KB = 1024;
export const MB = 1024 * KB;
export const LONG_CHANNEL = 100_000;

/** Where something is measured. */
export interface Place {
  readonly browser: Browser;
  readonly address: string;
}

/** A page that reports its troubles as an error when it is left. */
async function measured<T>(
  { browser, address }: Place,
  measure: (page: Page) => Promise<T>,
): Promise<T> {
  const troubles = new Troubles();
  const page = await visit(browser, address, troubles);
  const cost = await measure(page);
  await page.context().close();
  if (troubles.seen.length > 0) throw new Error(troubles.seen.join("\n"));
  return cost;
}

/** Script and style before the first message: gzip bytes, and of how many files. */
export function shipped(place: Place, first: string): Promise<{ bytes: number; files: number }> {
  return measured(place, async (page) => {
    const loaded: Response[] = [];
    page.on("response", (response) => loaded.push(response));
    await page.reload();
    await signIn(page, "Newcomer");
    await seen(page, first);
    const sizes = await Promise.all(
      loaded
        .filter((response) => /script|stylesheet/.test(response.request().resourceType()))
        .map(async (response) => gzipSync(await response.body(), { level: 9 }).length),
    );
    return { bytes: sizes.reduce((sum, size) => sum + size, 0), files: sizes.length };
  });
}

/** A network and a processor as a phone on the road has them. */
const SLOW = { latency: 150, throughput: 1_600_000 / 8, slowdown: 4 };

/** From the address to a sign-in screen with the focus in its first field, painted: milliseconds, with nothing cached. */
export async function usable({ browser, address }: Place, slow: boolean): Promise<number> {
  const context = await browser.newContext({ serviceWorkers: "block" });
  await context.addInitScript(() => {
    addEventListener("focusin", ({ target }) => {
      if ((target as Element).id !== "username") return;
      requestAnimationFrame(() =>
        setTimeout(() => document.documentElement.setAttribute("usable", `${performance.now()}`)),
      );
    });
  });
  const page = await context.newPage();
  if (slow) {
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: SLOW.latency,
      downloadThroughput: SLOW.throughput,
      uploadThroughput: SLOW.throughput,
    });
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOW.slowdown });
  }
  await page.goto(address);
  const at = await page.locator("html[usable]").getAttribute("usable");
  await context.close();
  return Number(at);
}

/** From Enter to the message on the screen: milliseconds, for each of so many. */
export function enterToPainted(place: Place, times: number): Promise<number[]> {
  return measured(place, async (page) => {
    await signIn(page, "Writer");
    await page.evaluate(() => {
      const waits: number[] = [];
      Object.assign(window, { waits });
      document.addEventListener(
        "keydown",
        ({ key, timeStamp }) => {
          if (key !== "Enter") return;
          const text = (document.getElementById("composer") as HTMLTextAreaElement).value;
          const observer = new MutationObserver(() => {
            const last = [...document.querySelectorAll(".message .text")].at(-1)?.textContent;
            if (last !== text) return;
            observer.disconnect();
            requestAnimationFrame(() =>
              setTimeout(() => waits.push(performance.now() - timeStamp)),
            );
          });
          observer.observe(document.getElementById("messages") as Element, {
            subtree: true,
            childList: true,
            characterData: true,
          });
        },
        { capture: true },
      );
    });
    const waits = () => page.evaluate(() => (window as unknown as { waits: number[] }).waits);
    for (let n = 0; n < times; n++) {
      await page.locator("#composer").fill(`from Enter to the screen, ${n}`);
      await page.keyboard.press("Enter");
      await page.waitForFunction(
        (count) => (window as unknown as { waits: number[] }).waits.length > count,
        n,
      );
    }
    return waits();
  });
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds of the thread's own time, so that other programs on the machine don't count. */
  tdur?: number;
  args: { name?: string };
}

/** The tasks of the page's main thread while 300 messages a second come for ten seconds: milliseconds, longest first. */
export function tasksUnderLoad(place: Place, talker: Talker): Promise<number[]> {
  return measured(place, async (page) => {
    await signIn(page, "Watcher");
    await page.locator(".message").first().waitFor();
    await place.browser.startTracing(page, {
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
    const trace = JSON.parse((await place.browser.stopTracing()).toString()) as {
      traceEvents: TraceEvent[];
    };
    return tasks(trace.traceEvents);
  });
}

function tasks(trace: readonly TraceEvent[]): number[] {
  const main = trace.find(
    ({ name, args }) => name === "thread_name" && args.name === "CrRendererMain",
  );
  return trace
    .filter(
      ({ name, pid, tid }) => name.endsWith("RunTask") && pid === main?.pid && tid === main.tid,
    )
    .map(({ tdur }) => (tdur ?? 0) / 1000)
    .sort((a, b) => b - a);
}

/** Scrolls through a channel of 100,000 messages, up to `first`: bytes of heap before and after, and rows after. */
export async function longChannel(
  place: Place,
  talker: Talker,
  first: string,
): Promise<{ before: number; after: number; rows: number }> {
  await talker.sayAll(
    Array.from({ length: LONG_CHANNEL }, (_, n) => `message ${n}, a line of usual length`),
  );
  return measured(place, async (page) => {
    await signIn(page, "Scroller");
    await seen(page, `message ${LONG_CHANNEL - 1}`);
    const before = await heap(page);
    await scrollToFirst(page);
    await seen(page, first);
    const after = await heap(page);
    const rows = await page.locator(".message").count();
    await page.getByRole("button", { name: "Jump to newest" }).click();
    await seen(page, `message ${LONG_CHANNEL - 1}`);
    return { before, after, rows };
  });
}

async function heap(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  await devtools.detach();
  return usedSize;
}
