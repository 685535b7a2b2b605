/** The messages of a channel: a virtual list that stays at its end, loads older ones, and never jumps. */
import { Virtualizer } from "virtua";
import { type ChannelId, unreadOf } from "../state/channel";
import { strings } from "../strings";
import { useApp } from "./app";
import { ChannelStart, START_HEIGHT } from "./ChannelStart";
import { useGestures } from "./gestures";
import { Icon } from "./Icon";
import { lazy } from "./Lazy";
import { MessageRow } from "./MessageRow";
import { skippedText } from "./skipped";
import { useScrolling } from "./use-scrolling";

const MessageMenu = lazy(() => import("./MessageMenu"), "MessageMenu");

export function MessageList({ id }: { id: ChannelId }) {
  const { client } = useApp();
  const { scrolling, rows, count, shift } = useScrolling(id);
  const { origin, skipped, timeline } = scrolling;
  const unread = unreadOf(client.channels.get(id));
  const menu = useGestures(scrolling.show);
  const index = rows.indexOf(menu.at?.seq ?? 0);
  const line = index < 0 ? undefined : rows.at(index).line;
  return (
    <div class="messages-frame" {...menu.handlers}>
      {/* A list that loads by itself must not be read aloud by itself: Announcer does that. */}
      <div
        ref={scrolling.scroller}
        class="messages"
        role="log"
        aria-live="off"
        aria-label={strings.messagesIn(client.title(id))}
        aria-busy={!timeline.loaded.value}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: A region that scrolls must be reachable by keyboard.
        tabIndex={0}
        id="messages"
      >
        <div class="messages-spring" />
        <ChannelStart id={id} atStart={timeline.atStart} />
        <Virtualizer
          ref={scrolling.virtualizer}
          scrollRef={scrolling.scroller}
          startMargin={START_HEIGHT}
          bufferSize={600}
          shift={shift}
          data={{ length: count }}
          onScroll={scrolling.onScroll}
          onResize={scrolling.follow}
        >
          {(_, index) => {
            const { key, ...row } = rows.at(index);
            const { seq } = row.line;
            return (
              <MessageRow
                key={key}
                folds={scrolling.folds}
                active={menu.active}
                marked={seq > 0 && seq === scrolling.marked}
                {...row}
              />
            );
          }}
        </Virtualizer>
      </div>
      {menu.at && line && <MessageMenu {...menu} at={menu.at} line={line} />}
      {skipped && (
        <button type="button" class="jump up" onClick={scrolling.back}>
          <Icon name="up" />
          {skippedText(skipped)}
        </button>
      )}
      {origin !== undefined ? (
        <button type="button" class="jump" onClick={() => scrolling.show(origin)}>
          <Icon name="down" />
          {strings.backToReply}
        </button>
      ) : (
        scrolling.isAway && (
          <button type="button" class="jump" onClick={scrolling.jump}>
            <Icon name="down" />
            {unread > 0 ? strings.newBelow(unread) : strings.jumpToNewest}
          </button>
        )
      )}
    </div>
  );
}
