/** Scrolling as far up as a channel goes, and as far down. */
import type { Page } from "playwright-core";

/** Goes to the top again and again, each time as soon as older messages are in. */
export function scrollToFirst(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const box = document.querySelector("#messages") as HTMLElement;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    while (document.querySelector(".channel-start:not(.loading)") === null || box.scrollTop > 0) {
      box.scrollTop = 0;
      await frame();
    }
  });
}

/** Scrolls down, page by page, to where the channel ends. */
export function scrollToNewest(page: Page, newest: string): Promise<void> {
  return page.evaluate(async (text) => {
    const box = document.querySelector("#messages") as HTMLElement;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const below = () => box.scrollHeight - box.clientHeight - box.scrollTop;
    // Rows that come into view are measured, and may be higher than was thought.
    while (!box.textContent?.includes(text) || below() > 1) {
      box.scrollTop = box.scrollHeight;
      await frame();
      await frame();
    }
  }, newest);
}
