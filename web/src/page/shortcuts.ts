/** The keyboard shortcuts that hold on the whole page. */

import type { App } from "../components/app";
import { unreadOf } from "../state/channel";
import type { Entry } from "../state/entries";
import { isCovered } from "./covered";
import { focusComposer } from "./focus";
import { ofInputMethod } from "./input-method";

export function watchShortcuts(app: App): void {
  addEventListener("keydown", (event) => {
    if (!app.client.session.signedIn.value || ofInputMethod(event)) return;
    if (act(app, event)) event.preventDefault();
    else if (!isCovered(app) && isWritten(event)) toComposerWith(event);
  });
}

/** Returns whether the key meant something. */
function act(app: App, event: KeyboardEvent): boolean {
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.altKey && event.key.toLowerCase() === "k") return toggle(app, "search");
  if (command && event.key === "/") return toggle(app, "shortcuts");
  if (command && event.key === "i" && !app.dialog.value) return toggleActivity(app);
  if (isCovered(app)) return false;
  if (command && event.key.toLowerCase() === "f") return toSearchHere(app, event);
  if (event.altKey && !command) return walk(app, event);
  if (event.key === "Escape") return toComposer();
  if (!app.settings.singleKeys.value || command || isWriting(event.target)) return false;
  if (event.key === "?") return toggle(app, "shortcuts");
  if (event.key === "/") return toSearch(app);
  return false;
}

export function toggleActivity({ side }: App): boolean {
  side.value = side.value === "activity" ? undefined : "activity";
  return true;
}

function toggle(app: App, name: "search" | "shortcuts"): boolean {
  app.dialog.value = app.dialog.value === name ? undefined : name;
  return true;
}

function walk(app: App, event: KeyboardEvent): boolean {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return false;
  const to = next(app.sections.shown.value, app.client.open.value, step, event.shiftKey);
  if (to) app.route.go(to.id);
  return true;
}

/** The next entry from `open` on, around the end; with `unread` the next that has something new. */
export function next(
  all: readonly Entry[],
  open: string,
  step: 1 | -1,
  unread: boolean,
): Entry | undefined {
  const from = all.findIndex(({ id }) => id === open);
  for (let n = 1; n < all.length; n++) {
    const entry = all[(from + step * n + all.length * n) % all.length];
    if (entry && (!unread || unreadOf(entry.channel) > 0)) return entry;
  }
  return undefined;
}

function toComposer(): boolean {
  document.querySelector<HTMLElement>(".jump")?.click();
  focusComposer();
  return true;
}

/** The second time, in the field of a search, the browser's own search opens. */
function toSearchHere({ client, dialog }: App, { altKey, target }: KeyboardEvent): boolean {
  const isAgain = (target as Element).closest?.(".search-field");
  if (altKey || isAgain || !client.channels.supported.value) return false;
  dialog.value = "searchHere";
  return true;
}

function toSearch(app: App): boolean {
  if (document.getElementById("search") === null) app.route.toList();
  requestAnimationFrame(() => document.getElementById("search")?.focus());
  return true;
}

/** Whether the key writes something, or pastes it. */
function isWritten(event: KeyboardEvent): boolean {
  const { key } = event;
  // Windows tells of AltGr as of Ctrl and Alt.
  const command = (event.ctrlKey || event.metaKey) && !event.getModifierState("AltGraph");
  return command ? key.toLowerCase() === "v" : key === "Dead" || [...key].length === 1;
}

/** What is typed where nothing can be written goes into the composer: the key follows the focus. */
function toComposerWith({ target, key }: KeyboardEvent): void {
  if (isWriting(target) || !(target instanceof Element) || target.closest("[role=dialog]")) return;
  const pressesIt = key === " " && target.closest("a, button, [role=button], #messages") !== null;
  if (!pressesIt) focusComposer();
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}
