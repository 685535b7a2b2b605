/** What the page does once it has shown the first messages. */
import type { App } from "../components/app";
import { watchBlocked } from "./blocked";
import { watchFiles } from "./dropped-files";
import { watchSilence } from "./silence";
import { watchVersion } from "./versions";

export function begin(app: App): void {
  const { client } = app;
  watchFiles(app);
  watchBlocked(client);
  watchVersion(client);
  watchSilence(client);
}
