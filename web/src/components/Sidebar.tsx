/** The left side: search, the list, and the user's own corner. */

import { useEffect, useRef } from "preact/hooks";
import { focusComposer } from "../page/focus";
import { ofInputMethod } from "../page/input-method";
import { toggleActivity } from "../page/shortcuts";
import { strings } from "../strings";
import { useApp } from "./app";
import { Badge } from "./Badge";
import { ChannelList } from "./ChannelList";
import { Icon } from "./Icon";
import { MyCorner } from "./MyCorner";

export function Sidebar() {
  const app = useApp();
  const { client, dialog, query, side } = app;
  const mentions = client.channels.mentions.value;
  const nav = useRef<HTMLElement>(null);
  const clear = () => {
    query.value = "";
  };
  useEffect(() => clear, []);
  /** The search is over, once the browser has followed the link. */
  const chosen = () => setTimeout(clear);
  const onKeyDown = (event: KeyboardEvent) => {
    if (ofInputMethod(event)) return;
    if (event.key === "Escape") clear();
    else if (event.key === "Enter" && query.value.trim() !== "" && !openFirst(nav.current))
      searchAll();
  };
  const searchAll = () => {
    dialog.value = "search";
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter clicks a link as well.
    <nav
      ref={nav}
      class="sidebar"
      aria-label={strings.channels}
      onClick={(event) => {
        if ((event.target as Element).closest("[data-channel]")) chosen();
      }}
    >
      <div class="search">
        <Icon name="search" />
        <input
          id="search"
          type="search"
          value={query.value}
          placeholder={strings.channels}
          aria-label={strings.search}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => {
            query.value = event.currentTarget.value;
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {query.value.trim() !== "" && client.channels.supported.value && (
        <button type="button" class="link" onClick={searchAll}>
          {strings.searchMessages}
        </button>
      )}
      {client.channels.supported.value && (
        <button
          type="button"
          id="activity"
          class="row slim"
          aria-expanded={side.value === "activity"}
          onClick={() => toggleActivity(app)}
        >
          <Icon name="clock" />
          <span class="row-name">{strings.activity}</span>
          {mentions > 0 && <Badge count={mentions} label={strings.mentions(mentions)} />}
        </button>
      )}
      {client.channels.loaded.value ? <ChannelList query={query.value.trim()} /> : <ListSkeleton />}
      <MyCorner />
    </nav>
  );
}

function ListSkeleton() {
  return (
    <div class="list skeleton" role="status" aria-label={strings.loading}>
      {[1, 2, 3, 4, 5].map((row) => (
        <div key={row} class="row">
          <span class="avatar" />
          <span class="bars">
            <span />
            <span />
          </span>
        </div>
      ))}
    </div>
  );
}

/** Returns whether there is one. */
function openFirst(nav: HTMLElement | null): boolean {
  const first = nav?.querySelector<HTMLElement>("[data-channel]");
  if (!first) return false;
  first.click();
  focusComposer();
  return true;
}
