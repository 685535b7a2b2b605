/** What the page does once it has shown the first messages. */
import type { App } from "../components/app";
import { watchBlocked } from "./blocked";
import { watchCopies } from "./copying";
import { watchFiles } from "./dropped-files";
import { saveSnapshots } from "./saving";
import { watchSilence } from "./silence";
import { watchVersion } from "./versions";

export function begin(app: App): void {
  const { client } = app;
  watchFiles(app);
  watchBlocked(client);
  watchCopies(client);
  saveSnapshots(client, app.settings.kept);
  watchVersion(client);
  watchSilence(client);
}
