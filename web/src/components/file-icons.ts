/** The lines of the icons of files, on a grid of 24. */

export const fileIcons = {
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
  clip: "M19 11l-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4l8-8a3 3 0 0 1 4.3 4.3l-8 8a1.5 1.5 0 0 1-2.2-2.2l7-7",
  play: "M8 5l11 7-11 7z",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  copy: "M9 9h11v11H9zM5.5 15H4V4h11v1.5",
  next: "M9 5l7 7-7 7",
  previous: "M15 5l-7 7 7 7",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  retry: "M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5",
} as const;
