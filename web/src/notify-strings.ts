/** The sentences and labels of notifications, which load with them or with their settings. */

export const notifyStrings = {
  notifyOf: "Notify me of",
  notifyAbout:
    "Private: messages to you or a group, mentions of you, and channels of which you chose everything. This browser notifies you while you aren't looking at the page, and of nothing that is muted.",
  notifyOff: "Nothing",
  notifyPrivate: "Private",
  notifyAll: "Everything",
  denied: "Your browser blocks notifications for this page.",
  atHome:
    "On an iPhone or iPad only an app on the home screen can notify: press Share, then “Add to Home Screen”.",
  unsupported: "Your browser shows no notifications for this page.",

  push: "Also when the page is closed",
  pushAbout:
    "What is private, as above. It comes encrypted by the push service of your browser, on this device until you sign out.",
  noSubscription:
    "Your browser got no connection to its push service. It may be turned off in the browser’s own settings, or blocked in your network.",
  test: "Send a test",
  testing: "One moment…",
  testTaken: (said: string) =>
    `${said} If none appears, look whether your system lets this browser show notifications.`,

  everywhere: "On all your devices",
  content: "Notifications show",
  contents: { full: "The message", nothing: "Only that there is one" },
  plainTitle: "Chinwag",
  plainBody: "New message",
  pause: "Pause notifications",
  pauseFor: {
    half: "30 minutes",
    hour: "1 hour",
    hours: "4 hours",
    tomorrow: (time: string) => `Until tomorrow, ${time}`,
  },
  pausedTill: (when: string) => `Paused until ${when}`,
  endPause: "End the pause",
  quiet: "Quiet hours",
  quietAbout: "Nothing notifies you in these hours. Messages count as ever.",
  quietTill: (when: string) => `Quiet until ${when}`,
  alwaysQuiet: "Always quiet",
  addQuiet: "Add quiet hours",
  removeQuiet: "Remove these hours",
  from: "From",
  to: "to",
  sameDay: "the same day",
  nextDay: "the next day",
  wholeDay: "the whole day",
  clocks: (zone: string) => `By the clocks of ${zone}.`,
  useClocks: (zone: string) => `Use those of ${zone}`,
} as const;
