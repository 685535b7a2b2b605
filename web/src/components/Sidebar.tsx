/** The left side: search, the list, and the user's own corner. */
import { useSignal } from "@preact/signals";
import { strings } from "../strings";
import { useApp } from "./app";
import { ChannelList } from "./ChannelList";
import { Icon } from "./Icon";
import { MyCorner } from "./MyCorner";

export function Sidebar() {
  const { client } = useApp();
  const query = useSignal("");
  return (
    <nav class="sidebar" aria-label={strings.channels}>
      <div class="search">
        <Icon name="search" />
        <input
          id="search"
          type="search"
          value={query.value}
          placeholder={strings.search}
          aria-label={strings.search}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => {
            query.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") query.value = "";
          }}
        />
      </div>
      {client.loaded.value ? <ChannelList query={query.value.trim()} /> : <ListSkeleton />}
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
