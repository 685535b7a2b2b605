/** The lines of the icons of what is done with messages, on a grid of 24. */

export const messageIcons = {
  reply: "M10 5l-6 6 6 6M4 11h9a7 7 0 0 1 7 7v1",
  thread: "M4 5h16v10H10l-4 4v-4H4z",
  pencil: "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19z",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14c1.9 2.3 5.1 2.3 7 0M9 9.5h.01M15 9.5h.01",
  pin: "M9 4h6l-1 7 3 3H7l3-3zM12 14v6",
  unread: "M4 6h16v12H4zM4 7l8 6 8-6",
  select: "M9 4h6M12 4v16M9 20h6M4 8v8M20 8v8",
  copy: "M9 9h11v11H9zM5.5 15H4V4h11v1.5",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1",
  flag: "M6 21V4M6 4.5h11l-2 4 2 4H6",
  bin: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
} as const;
