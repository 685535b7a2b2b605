/** The sentences and labels of the composer's suggestions, of mentions and of the activity, which load when they are first needed. */
import { counted } from "./strings";

export const mentionStrings = {
  lists: { "@": "People to mention", "#": "Channels", ":": "Emoji" },
  suggestions: (n: number) => counted(n, "suggestion", "suggestions"),
  all: "all",
  allAbout: (n: number) => counted(n, "member", "members"),
  notIn: (title: string) => `not in ${title}`,
  askAll: (n: number) => `Notify all ${n.toLocaleString()} members?`,
  askAllAbout: (title: string) => `“@all” mentions everybody in ${title}.`,
  allRefused: (n: number) =>
    `Only owners can mention all ${n.toLocaleString()} members. The message can be sent without.`,
  notifyAll: "Notify all",
  sendWithout: "Send without",
  noActivity: "Nothing yet. Mentions of you, replies and reactions to your messages stand here.",
  did: {
    mention: "mentioned you",
    reply: "replied to you",
    reaction: "reacted",
  },
  inChannel: (title: string) => `in ${title}`,
  notMembers: (names: readonly string[], title: string) =>
    names.length === 1
      ? `${names[0]} isn’t in ${title}, and isn’t notified.`
      : `${names.slice(0, -1).join(", ")} and ${names.at(-1)} aren’t in ${title}, and aren’t notified.`,
} as const;
