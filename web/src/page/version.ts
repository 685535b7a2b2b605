/** Notices that the server has another page than this one, which may have been open for weeks. */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Client } from "../state/client";

/** The page may be asked for past the service worker, which keeps the one it was installed with. */
const PAGE = "/?fresh";
/** A page that was opened later isn't loaded anew unasked, in milliseconds: several servers may differ for a while. */
const OLD = 3_600_000;

const other = signal(false);
export const outdated: ReadonlySignal<boolean> = other;

export function watchVersion(client: Client): void {
  if (!import.meta.env.PROD) return;
  const mine = assets(document.documentElement.outerHTML);
  const look = async () => {
    const response = await fetch(PAGE).catch(() => undefined);
    if (response?.ok) other.value = assets(await response.text()) !== mine;
  };
  // A server that was updated was away for a moment.
  effect(() => {
    if (client.session.live.value) void look();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void look();
    else if (other.value && performance.now() > OLD && safe(client)) location.reload();
  });
}

/** Everything that was written outlives the page, and so it does without the question. */
function safe({ changes, drafts, outbox }: Client): boolean {
  return changes.safe && drafts.safe && outbox.safe;
}

/** The names of all scripts and styles of a page; they change with what is in them. */
function assets(html: string): string {
  return [...new Set(html.match(/\/assets\/[\w.-]+/g))].sort().join();
}
