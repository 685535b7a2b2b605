/** The keyboard shortcuts that hold on the whole page. */

import type { App } from "../components/app";
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

/** With Shift to those that have something new. */
function walk(app: App, { key, shiftKey }: KeyboardEvent): boolean {
  const step = ({ ArrowDown: 1, ArrowUp: -1 } as const)[key];
  if (step === undefined) return false;
  import("./walking").then(
    ({ walkTo }) => walkTo(app, step, shiftKey),
    () => undefined,
  );
  return true;
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
