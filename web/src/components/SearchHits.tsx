/** The hits of a search, newest first, each with the messages before and after it; the arrow keys lead from one to the next. */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { toHash } from "../page/route";
import { today } from "../page/today";
import { searchStrings } from "../search-strings";
import { type Hit, keyOf } from "../state/hit";
import type { Line } from "../state/line";
import type { Search } from "../state/search";
import { dayOf, fullDate, shortly, timeOf } from "../text/dates";
import { Avatar } from "./Avatar";
import { useApp } from "./app";
import { Excerpt } from "./Excerpt";
import { titleOf } from "./searching";

/** The next page is asked for when the reader is this many pixels from the end. */
const ASK_MORE_AT = 600;

interface SearchHitsProps {
  search: Search;
  /** Leads to where a hit stands. */
  visit: (hit: Hit) => void;
}

export function SearchHits({ search, visit }: SearchHitsProps) {
  const list = useRef<HTMLDivElement>(null);
  const { hits } = search;
  useMoreOnScroll(list, search);
  useLayoutEffect(() => {
    // Where the reader was before going to a hit.
    if (search.visited.peek() !== "")
      list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
  }, [search]);
  const { client } = useApp();
  const open = client.open.value;
  const opened = useRef(open);
  useEffect(() => {
    // The field of the channel that a hit opened has taken the focus from it.
    if (opened.current !== open)
      list.current?.querySelector<HTMLElement>(".hit[aria-current]")?.focus();
    opened.current = open;
  }, [open]);
  const onKeyDown = (event: KeyboardEvent) => {
    const links = linksOf();
    const at = links.indexOf(event.target as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    if (to < 0) document.querySelector<HTMLElement>(".search-field input")?.focus();
    else focusHit(to);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: The hits in it are links; the keys only add to them.
    <div ref={list} class="hits" onKeyDown={onKeyDown}>
      {hits.length > 0 && (
        <ol aria-label={searchStrings.messages}>
          {hits.map((hit) => (
            <HitItem key={keyOf(hit)} hit={hit} search={search} visit={visit} />
          ))}
        </ol>
      )}
      {search.more.value && hits.length > 0 && (
        <button type="button" class="quiet" onClick={() => void search.next()}>
          {search.loading.value ? searchStrings.loading : searchStrings.more}
        </button>
      )}
    </div>
  );
}

function HitItem({ hit, search, visit }: SearchHitsProps & { hit: Hit }) {
  const app = useApp();
  const { client } = app;
  const item = useRef<HTMLLIElement>(null);
  const { line, channel } = hit;
  useInView(item, () => search.surroundings.want(hit));
  const { before, after, isAwaited } = search.surroundings.of(hit);
  // Their room is kept, so that nothing moves when they come.
  const hasAfter = line.seq < client.channels.get(channel).total;
  const sender = client.personName(line.sender);
  const title = titleOf(app, search, hit);
  const terms = search.answered.value;
  return (
    <li ref={item}>
      <Neighbour line={before} isAwaited={isAwaited && line.seq > 1} />
      <a
        class="hit"
        href={toHash(channel, line.seq)}
        aria-current={search.visited.value === keyOf(hit) ? "true" : undefined}
        aria-label={searchStrings.hitOf(
          title,
          sender,
          `${dayOf(line.at, today.value)}, ${timeOf(line.at)}`,
        )}
        aria-describedby={`text-${keyOf(hit)}`}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          visit(hit);
        }}
      >
        <Avatar uuid={line.sender} name={sender} />
        <span class="hit-about">
          <bdi>{sender}</bdi>
          <small>
            <bdi>{title}</bdi> ·{" "}
            <time dateTime={new Date(line.at).toISOString()} title={fullDate(line.at)}>
              {shortly(line.at, today.value)}
            </time>
          </small>
        </span>
        <span class="hit-text" id={`text-${keyOf(hit)}`}>
          <Excerpt text={withFiles(line)} words={terms?.text ?? ""} />
        </span>
      </a>
      <Neighbour line={after} isAwaited={isAwaited && hasAfter} />
    </li>
  );
}

/** The text, and the names of the files: the search finds a message by both. */
function withFiles({ text, files = [] }: Line): string {
  return [text, ...files.map(({ Name }) => `📎 ${Name}`)].filter(Boolean).join(" ");
}

function Neighbour({ line, isAwaited }: { line: Line | undefined; isAwaited: boolean }) {
  const { client } = useApp();
  if (line === undefined) return isAwaited && <p class="neighbour">&nbsp;</p>;
  return (
    <p class="neighbour">
      <bdi>{client.personName(line.sender)}</bdi>: <Excerpt text={withFiles(line)} />
    </p>
  );
}

/** Leads the focus to a hit. */
export function focusHit(index: number): void {
  linksOf()[index]?.focus();
}

function linksOf(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(".hits .hit")];
}

function useInView(element: { current: Element | null }, seen: () => void): void {
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const observer = new IntersectionObserver((all) => {
      if (all.some(({ isIntersecting }) => isIntersecting)) seen();
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
}

/** The list scrolls with the panel or the dialog that it is in. */
function useMoreOnScroll(list: { current: HTMLElement | null }, search: Search): void {
  useEffect(() => {
    const box = list.current?.closest<HTMLElement>(".search-panel");
    const onScroll = () => {
      if (box && box.scrollHeight - box.clientHeight - box.scrollTop < ASK_MORE_AT)
        void search.next();
    };
    box?.addEventListener("scroll", onScroll);
    return () => box?.removeEventListener("scroll", onScroll);
  }, [search]);
}
