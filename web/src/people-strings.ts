/** The sentences and labels about people: their marks, blocks, reports, and what admins do; they load when first needed. */
import { counted } from "./strings";

export const peopleStrings = {
  people: "People",
  find: "Find people",
  nobodyCalled: (query: string) => `Nobody’s name begins with “${query}”.`,
  writeTo: (name: string) => `Write to ${name}`,
  more: "Show more",
  menu: (name: string) => `More about ${name}`,
  marks: { admin: "admin", bot: "bot", deactivated: "deactivated", blocked: "blocked" },

  block: "Block",
  unblock: "Unblock",
  unblockIt: (name: string) => `Unblock ${name}`,
  blocked: (name: string) => `You have blocked ${name}.`,
  blockTitle: (name: string) => `Block ${name}?`,
  blockAbout:
    "Neither of you can write to the other, or add the other to a group or channel. In shared channels nothing is hidden.",
  makeAdmin: "Make admin",
  adminTitle: (name: string) => `Make ${name} an admin?`,
  adminAbout:
    "Admins manage people, invites and public channels. They can’t read what others write in private.",
  unmakeAdmin: "No longer admin",
  unmakeTitle: (name: string) => `Take the role of admin from ${name}?`,
  unmakeAbout: "Their account and their messages stay.",
  reset: "Make a link for a new password",
  resetAbout: (name: string) =>
    `Send this link to ${name}. It works once, for 4 hours, and signs their other devices out.`,
  deactivate: "Deactivate",
  deactivateTitle: (name: string) => `Deactivate ${name}?`,
  deactivateAbout:
    "They are signed out everywhere and can’t come back. Their messages stay, and the name stays taken. You can undo it.",
  activate: "Activate again",
  activateTitle: (name: string) => `Activate ${name} again?`,
  activateAbout: "They can sign in again.",
  removeMessages: "Delete messages",
  removeTitle: (name: string) => `Delete the messages of ${name}?`,
  removeAbout: "In every channel, for everybody. This can’t be undone.",
  since: "Which",
  sinces: { hour: "Last hour", day: "Last day", week: "Last week", ever: "All" },
  removing: (name: string) => `The messages of ${name} are being deleted.`,
  cancel: "Cancel",
  blockedPeople: "Blocked people",
  noneBlocked: "You have blocked nobody. The menu beside a name does it.",

  reportTitle: "Report this message",
  reason: "What is wrong with it?",
  reportAbout: "The admins see the message, your name and your words. Nobody else does.",
  send: "Send",
  close: "Close",
  reported: "The admins will look at it.",
  resetBy: (name: string | undefined, when: string) =>
    name === undefined
      ? `Your password was reset by a link of ${when}.`
      : `Your password was reset by a link that ${name} made on ${when}.`,
  wasReported: "A message was reported.",
  lookAtReport: "Look at it",
  usesLeft: (n: number) => `${counted(n, "use", "uses")} left`,
} as const;
