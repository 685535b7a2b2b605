/** Keeps a dropped file from replacing the page. */
import { signal } from "@preact/signals";

/** That files weren't taken, and why; without a reason the server takes none. */
export const fileNotice = signal<{ readonly why?: string } | undefined>(undefined);

/** Text may be dropped into fields; everything else would make the browser leave the page for it. */
export function watchDrops(): void {
  addEventListener("dragover", refuse);
  addEventListener("drop", refuse);
}

function refuse(event: DragEvent): void {
  if (isTaken(event)) return;
  event.preventDefault();
  if (event.type !== "drop") (event.dataTransfer as DataTransfer).dropEffect = "none";
  else if (hasFiles(event)) fileNotice.value = {};
}

function isTaken(event: DragEvent): boolean {
  if (event.defaultPrevented) return true;
  const field = event.target instanceof Element && event.target.matches("input, textarea");
  return field && !hasFiles(event);
}

export function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
