/** What the page does once it has shown the first messages. */
import type { App } from "../components/app";
import { watchSilence } from "./silence";
import { watchVersion } from "./versions";

export function begin({ client }: App): void {
  watchVersion(client);
  watchSilence(client);
}
