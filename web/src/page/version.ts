/** Whether the server has another page than this one, which may have been open for weeks. */
import { signal } from "@preact/signals";

export const outdated = signal(false);
