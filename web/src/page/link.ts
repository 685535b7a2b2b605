/** The secret of the link that the page was opened by. It leaves the address at once. */
import { signal } from "@preact/signals";

export const link = signal<string | undefined>(undefined);

export function watchLink(): void {
  take();
  addEventListener("hashchange", take);
}

function take(): void {
  const secret = /^#link=([\w-]+)$/.exec(location.hash)?.[1];
  if (secret === undefined) return;
  history.replaceState(null, "", location.pathname);
  link.value = secret;
}
