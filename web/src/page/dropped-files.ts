/** Takes files that are dropped on the page, where the server takes files. */
import { signal } from "@preact/signals";
import type { App } from "../components/app";
import { hasFiles } from "./drops";

/** Whether files are held above the page. */
export const dragging = signal(false);

/** Before the page's own listeners, which refuse what isn't taken. */
const FIRST = { capture: true } as const;

export function watchFiles(app: App): void {
  const takes = (event: DragEvent) => hasFiles(event) && app.client.files.value !== undefined;
  addEventListener(
    "dragover",
    (event) => {
      dragging.value = takes(event);
      if (!dragging.value) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    },
    FIRST,
  );
  addEventListener(
    "dragleave",
    ({ relatedTarget }) => {
      if (relatedTarget === null) dragging.value = false;
    },
    FIRST,
  );
  addEventListener(
    "drop",
    (event) => {
      dragging.value = false;
      if (!takes(event)) return;
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      const inThread = (event.target as Element).closest(".thread") !== null;
      import("./attaching").then(
        ({ takeDropped }) => takeDropped(app, files, inThread),
        () => undefined,
      );
    },
    FIRST,
  );
}
