/** Whether something lies over the messages of the open channel. */
import type { App } from "../components/app";
import { roomy } from "./media";

/** A dialog does, and so do details and a thread where there is no room beside the channel. */
export function isCovered({ details, dialog, thread }: App): boolean {
  const hasSide = details.value || thread.value !== undefined;
  return dialog.value !== undefined || (hasSide && !roomy.value);
}
