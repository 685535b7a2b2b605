/** The icon that closes or takes away; nothing of the page's first file has it. */
import { Drawing } from "./Icon";

export const CROSS = "M6 6l12 12M18 6L6 18";

export function Cross() {
  return <Drawing path={CROSS} />;
}
