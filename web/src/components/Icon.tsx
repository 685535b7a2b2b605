/** The line icons, drawn on a grid of 24. */

export const ICONS = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  down: "M12 5v14M6 13l6 6 6-6",
  up: "M12 19V6M6 11l6-6 6 6",
  send: "M5 12h13M12 5.500l6.500 6.500-6.500 6.500",
  smile:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.500 14c1.900 2.300 5.100 2.300 7 0M9 9.500h.01M15 9.500h.01",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500L20 20",
  settings:
    "M4 7h9M19 7h1M4 17h1M11 17h9M16 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM8 19.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  about: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.500M12 7.500h.01",
  copy: "M9 9h11v11H9zM5.500 15H4V4h11v1.500",
  check: "M5 12.500l4.500 4.500L19 7.500",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  fold: "M9 6l6 6-6 6",
  note: "M6 4h12v16H6zM9 9h6M9 13h6M9 17h3",
  alert: "M12 8v5M12 16.500h.01M12 3l9.500 17h-19z",
  hash: "M9.500 4l-2 16M16.500 4l-2 16M4.500 9h16M3.500 15h16",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  plus: "M12 5v14M5 12h14",
  people:
    "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c0-4 3-6 6.500-6s6.500 2 6.500 6M16 4.500a3.500 3.500 0 0 1 0 6.500M18.500 14.500c2 .8 3 2.700 3 5.500",
  muted: "M6 16v-5a6 6 0 0 1 9.500-4.900M18 11v5l1.500 1.500h-12M10.500 20.500h3M4 4l16 16",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
  reply: "M10 5l-6 6 6 6M4 11h9a7 7 0 0 1 7 7v1",
  pin: "M9 4h6l-1 7 3 3H7l3-3zM12 14v6",
} as const;

export type IconName = keyof typeof ICONS;

export function Icon({ name }: { name: IconName }) {
  return <Drawing path={ICONS[name]} />;
}

/** An icon of a part that loads later, and brings its lines. */
export function Drawing({ path }: { path: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  );
}
