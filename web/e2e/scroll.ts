/** Scrolling as far up as a channel goes. */
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
