/** Notices that the server has another page than this one. */
import { effect } from "@preact/signals";
import type { Client } from "../state/client";
import { outdated } from "./version";

/** The page may be asked for past the service worker, which keeps the one it was installed with. */
const PAGE = "/?fresh";
/** A page that was opened later isn't loaded anew unasked, in milliseconds: several servers may differ for a while. */
const OLD = 3_600_000;

export function watchVersion(client: Client): void {
  if (!import.meta.env.PROD) return;
  const look = async () => {
    const response = await fetch(PAGE).catch(() => undefined);
    if (!response?.ok) return;
    const [theirs, mine] = [assets(await response.text()), loaded()];
    outdated.value = theirs.some((name) => !mine.has(name));
  };
  // A server that was updated was away for a moment.
  effect(() => {
    if (client.session.live.value) void look();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void look();
    else if (outdated.value && performance.now() > OLD && safe(client)) location.reload();
  });
}

/** Everything that was written outlives the page, and so it does without the question. */
function safe({ changes, drafts, outbox }: Client): boolean {
  return changes.safe && drafts.safe && outbox.safe;
}

/** Those of this page, with the parts that were loaded later. */
function loaded(): ReadonlySet<string | null> {
  const elements = [...document.querySelectorAll("script, link")];
  return new Set(elements.flatMap((one) => [one.getAttribute("src"), one.getAttribute("href")]));
}

/** The names of the scripts and styles that a page names; they change with what is in them, and in what these name. */
function assets(html: string): readonly string[] {
  return html.match(/\/assets\/[\w.-]+/g) ?? [];
}
