/** A browser that is driven by WebDriver: what a person does in it, and what they see. */

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Keys of WebDriver that have no letter. */
export const ESCAPE = "\uE00C";
export const ENTER = "\uE007";
export const CONTROL = "\uE009";
export const SHIFT = "\uE008";

/** The actions of one device, in the shape that both WebDriver protocols have. */
export interface Device {
  readonly type: "key" | "pointer";
  readonly id: string;
  readonly parameters?: { readonly pointerType: "mouse" | "touch" };
  readonly actions: readonly Readonly<Record<string, unknown>>[];
}

/** What each browser does in its own way. */
export interface Driver {
  /** Resolves when the page is loaded. */
  go(address: string): Promise<void>;
  /** Calls a function in the page; arguments and result are JSON. */
  run<A extends readonly unknown[], R>(work: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
  act(device: Device): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  /** Writes 東 by an input method, whose Enter ends the composition. */
  compose(): Promise<void>;
  /** From now on fingers are all there is; resolves to whether this browser can act so. */
  touch(): Promise<boolean>;
  /** Errors of the pages so far. */
  troubles(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What starts a browser, where its programs are installed. */
export interface Browser {
  readonly name: string;
  /** The programs that it needs and that aren't there. */
  readonly missing: readonly string[];
  start(): Promise<Driver>;
}

export function isInstalled(program: string): boolean {
  const folders = program.startsWith("/") ? [""] : (process.env.PATH ?? "").split(delimiter);
  return folders.some((folder) => existsSync(join(folder, program)));
}

/** Keys one after the other; those of an inner list are held together. */
export function keys(...strokes: readonly (string | readonly string[])[]): Device {
  const actions = strokes.flatMap((stroke) => {
    const held = [...stroke];
    return [
      ...held.map((value) => ({ type: "keyDown", value })),
      ...held.reverse().map((value) => ({ type: "keyUp", value })),
    ];
  });
  return { type: "key", id: "keyboard", actions };
}

export class Driven {
  /** A finger, where the browser was told that there is nothing else. */
  #pointer: "mouse" | "touch" = "mouse";

  constructor(readonly driver: Driver) {}

  type(...strokes: readonly string[]): Promise<void> {
    return this.driver.act(keys(...strokes.flatMap((text) => [...text])));
  }

  /** Waits until an element is shown that holds the text. */
  async seen(selector: string, text = ""): Promise<void> {
    await this.#middle(selector, text);
  }

  /** Waits until there is no such element. */
  async gone(selector: string): Promise<void> {
    await this.driver.run(async (gone) => {
      while (document.querySelector(gone) !== null)
        await new Promise((resolve) => requestAnimationFrame(resolve));
    }, selector);
  }

  /** Presses and lets go in the middle of an element, once it is shown. */
  async click(selector: string, text = ""): Promise<void> {
    const { x, y } = await this.#middle(selector, text);
    await this.driver.act({
      type: "pointer",
      id: this.#pointer,
      parameters: { pointerType: this.#pointer },
      actions: [
        { type: "pointerMove", x, y },
        { type: "pointerDown", button: 0 },
        { type: "pointerUp", button: 0 },
      ],
    });
  }

  /** Writes into a field as a person does. */
  async fill(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.type(text);
  }

  /** From now on fingers press; resolves to whether the browser can act so. */
  async touch(): Promise<boolean> {
    const touched = await this.driver.touch();
    if (touched) this.#pointer = "touch";
    return touched;
  }

  /** Where an element is, once it is shown and at rest. */
  #middle(selector: string, text: string): Promise<{ x: number; y: number }> {
    return this.driver.run(
      async (wanted, words) => {
        let before = "";
        for (;;) {
          await new Promise((resolve) => requestAnimationFrame(resolve));
          const found = [...document.querySelectorAll(wanted)].find(
            (element) => element.textContent?.includes(words) && element.checkVisibility(),
          );
          const box = found?.getBoundingClientRect();
          const place = JSON.stringify(box);
          if (box !== undefined && place === before) {
            const { left, top, width, height } = box;
            return { x: Math.round(left + width / 2), y: Math.round(top + height / 2) };
          }
          before = place;
        }
      },
      selector,
      text,
    );
  }
}
