/** The signed-in page: top bar, list, channel and its details; one pane at a time on phones. */

import { atLeisure } from "../page/at-leisure";
import { focusComposer } from "../page/focus";
import { wide } from "../page/media";
import { strings } from "../strings";
import { useApp } from "./app";
import { Banner } from "./Banner";
import { ChannelPane } from "./ChannelPane";
import { lazy } from "./Lazy";
import { Logo } from "./Logo";
import { NewMenu } from "./NewMenu";
import { Sidebar } from "./Sidebar";

/** It has nothing to read before the first messages have been shown. */
const Announcer = lazy(() => import("./Announcer"), "Announcer", true);
const Side = lazy(() => import("./Side"), "Side");

export function Chat() {
  const { route, search, settings, side } = useApp();
  const pane = route.place.value.pane;
  const showList = wide.value || pane === "list";
  const showChannel = wide.value || pane === "channel";
  const first = showChannel || side.value === "activity" ? side.value : undefined;
  const shown = first ?? search.value;
  return (
    <div class={`chat pane-${pane} ${settings.density.value}`}>
      {showChannel && (
        // biome-ignore lint/a11y/useValidAnchor: it leads to the composer without JavaScript, too.
        <a class="skip" href="#composer" onClick={skipToComposer}>
          {strings.skipToComposer}
        </a>
      )}
      {showList && (
        <header class="top">
          <Logo />
          <h1>{strings.name}</h1>
          <NewMenu />
        </header>
      )}
      {!showList && (
        <header class="unseen">
          <h1>{strings.name}</h1>
        </header>
      )}
      <Banner />
      {showList && (showChannel ? <Sidebar /> : <OnlyList />)}
      {showChannel && <ChannelPane />}
      {shown && <Side shown={shown} />}
      {atLeisure.value && <Announcer />}
    </div>
  );
}

/** Where the list stands alone it is what the page is about. */
function OnlyList() {
  return (
    <main class="only-list">
      <Sidebar />
    </main>
  );
}

/** The address holds the channel, so the link must not change it. */
function skipToComposer(event: Event): void {
  event.preventDefault();
  focusComposer();
}
