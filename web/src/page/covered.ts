/** Whether something lies over the messages of the open channel. */
import type { App } from "../components/app";
import { roomy } from "./media";

/** A dialog does, and so does what stands beside the channel where there is no room for that. */
export function isCovered({ dialog, side }: App): boolean {
  return dialog.value !== undefined || (side.value !== undefined && !roomy.value);
}
