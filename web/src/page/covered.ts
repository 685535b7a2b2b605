/** Whether something lies over the messages of the open channel. */
import type { App } from "../components/app";
import { roomy } from "./media";

/** A dialog does, and so does what stands beside the channel where there is no room for that. */
export function isCovered({ dialog, search, side }: App): boolean {
  const hasSide = side.value !== undefined || search.value?.shown.value === true;
  return dialog.value !== undefined || (hasSide && !roomy.value);
}
