/** Builds the client and its page, and connects. */

import { Socket } from "@chinwag/client";
import { signal } from "@preact/signals";
import { render } from "preact";
import { type App, AppContext, type DialogName } from "./components/app";
import { Root } from "./components/Root";
import { Sections } from "./components/sections";
import { loadAtLeisure } from "./page/at-leisure";
import { watchAttention } from "./page/attention";
import { deviceName } from "./page/device-name";
import { watchDrops } from "./page/drops";
import { watchGone } from "./page/gone";
import { watchInstall } from "./page/install";
import { watchLeaving } from "./page/leaving";
import { watchLink } from "./page/link";
import { wide } from "./page/media";
import { notifyWhenWanted } from "./page/notifying";
import { watchOtherPages } from "./page/other-pages";
import { withNextPicture } from "./page/pictures";
import { Route } from "./page/route";
import { Settings } from "./page/settings";
import { watchShortcuts } from "./page/shortcuts";
import { showSnapshot } from "./page/snapshots";
import { followTheme } from "./page/theme";
import { watchToday } from "./page/today";
import { registerWorker } from "./page/worker";
import { Client } from "./state/client";
import { BrowserStore } from "./state/kept";
import type { Line } from "./state/line";
import type { Search } from "./state/search";
import "./styles/all.css";

// Before anything else reads the address.
watchLink();
const browser = new BrowserStore(() => localStorage);
const page = new BrowserStore(() => sessionStorage);
const socket = new Socket(address(), {
  holder: (link) => signal(link),
  schedule: withNextPicture,
});
const route = new Route(wide);
const client = new Client(
  socket,
  { browser, page },
  route.channel,
  deviceName(navigator.userAgent),
);
const settings = new Settings(browser);
const app: App = {
  client,
  route,
  settings,
  sections: new Sections(client, route, settings),
  dialog: signal<DialogName | undefined>(undefined),
  side: signal<App["side"]["value"]>(undefined),
  query: signal(""),
  search: signal<Search | undefined>(undefined),
  message: signal<Line | undefined>(undefined),
};

followTheme(settings);
watchAttention(app);
watchShortcuts(app);
watchInstall();
watchDrops();
watchGone(app);
watchToday();
watchLeaving(client);
notifyWhenWanted(client, settings);
loadAtLeisure(app);
showSnapshot(client, browser);
watchOtherPages(app);
client.socket.start(client);

render(
  <AppContext.Provider value={app}>
    <Root />
  </AppContext.Provider>,
  document.getElementById("app") as HTMLElement,
);
registerWorker();

function address(): string {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws`;
}
