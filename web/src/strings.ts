/** The sentences and labels that a person reads, ready for translation; those in the other files of this kind load later. */
const count = new Intl.NumberFormat();
const plural = new Intl.PluralRules("en");

export function counted(n: number, one: string, other: string): string {
  return `${count.format(n)} ${plural.select(n) === "one" ? one : other}`;
}

export const strings = {
  name: "Chinwag",
  title: (counted: number, hasNews: boolean, channel: string | undefined) =>
    `${counted > 0 ? `(${counted}) ` : hasNews ? "• " : ""}${channel === undefined ? "" : `${channel} · `}Chinwag`,
  tagline: "Chat with everyone, or one to one.",
  skipToComposer: "Skip to writing",

  signIn: "Sign in",
  signUp: "Create account",
  signInOrUp: "Sign in, or create an account",
  kinds: { signIn: "I have an account", signUp: "I am new here" },
  signInRefused: "Wrong name or password.",
  username: "Name",
  password: "Password",
  showPassword: "Show",
  hidePassword: "Hide",
  showPasswordLabel: "Show password",
  signingIn: "One moment…",
  unreachable: "The server can't be reached just now. Trying again…",
  nameMissing: "Please fill in a name.",
  passwordMissing: "Please fill in a password.",
  passwordLong: "This password is too long.",
  passwordHint: "Any length. A few words that only you would combine work well.",
  linkNeeded: "A new account needs an invite. Ask somebody who is here.",
  keyRefused: "Your session has expired. Please sign in again.",
  signedOutElsewhere: "You were signed out.",

  menu: "More",
  settings: "Settings",
  close: "Close",
  online: "Online",
  offline: "Offline",
  reconnecting: "Reconnecting…",
  you: "you",
  bot: "bot",

  general: "General",
  channelTitle: (name: string) => `#${name}`,
  notesToSelf: "Notes to self",
  nobody: "Nobody",
  nobodyComposer: "Nobody to write to",
  channels: "Channels and people",
  sections: {
    unread: "Unread",
    pinned: "Pinned",
    channels: "Channels",
    people: "People",
    others: "Everybody else",
  },
  activity: "Activity",
  search: "Find channels and people",
  searchMessages: "Search messages",
  searchIn: (title: string) => `Search in ${title}`,
  nobodyFound: (query: string) => `No channel and nobody here is called “${query}”.`,
  nobodyElse: "Nobody else is here yet. Send a friend this page's address.",
  unread: (n: number) => counted(n, "unread message", "unread messages"),
  mentions: (n: number) => counted(n, "mention", "mentions"),
  manyUnread: "99+",
  yourMessage: (text: string) => `You: ${text}`,
  draft: (text: string) => `Draft: ${text}`,
  generalAbout: "Everybody here",
  peopleOnline: (n: number) => `${count.format(n)} online`,

  back: "Back to the list",
  messagesIn: (name: string) => `Messages in ${name}`,
  loading: "Loading",
  startOfGeneral: "This is where everybody talks",
  startOfGeneralText: "Everyone can read this channel. Say hello!",
  startOfPrivate: (name: string) => `You and ${name}`,
  startOfPrivateText: "Only the two of you can read these messages.",
  startOfNotes: "A place for your own notes",
  startOfNotesText: "Links, lists, drafts: only you can read them.",
  newMessages: "New messages",
  jumpToNewest: "Jump to newest",
  newBelow: (n: number) => counted(n, "new message", "new messages"),
  newSince: (n: number, day: string | undefined) =>
    `${count.format(n)} new${day === undefined ? "" : ` since ${day}`}`,
  showAll: "Show all",
  code: "Code",
  copyCode: "Copy code",
  copied: "Copied",
  today: "Today",
  yesterday: "Yesterday",
  sending: "Sending…",
  edited: "edited",
  answers: "In reply to",
  deletedMessages: (n: number) =>
    n === 1 ? "A message was deleted." : `${counted(n, "message was", "messages were")} deleted.`,
  replies: (n: number) => counted(n, "reply", "replies"),
  answerThread: "Reply in the thread",
  backToReply: "Back to the reply",
  react: "Add a reaction",
  reacted: (emoji: string, names: string[], n: number) => {
    const more = n > names.length ? [counted(n - names.length, "other", "others")] : [];
    return `${emoji} ${[...names, ...more].join(", ")}`;
  },
  saidAt: (name: string, time: string) => `${name}, ${time}`,
  said: (name: string, text: string) => `${name}: ${text}`,
  typing: (names: string[]) => {
    const [first = "", second = ""] = names;
    if (names.length === 1) return `${first} is typing…`;
    return names.length === 2 ? `${first} and ${second} are typing…` : "Several people are typing…";
  },

  photo: "📷 Photo",
  andMore: (name: string, n: number) => (n > 0 ? `${name} +${n}` : name),

  messageTo: (name: string) => `Message ${name}`,
  send: "Send",
  emoji: "Emoji",
  charactersLeft: (n: number) => counted(n, "character left", "characters left"),
  charactersOver: (n: number) => `${counted(n, "character", "characters")} too many`,
  readOnly: "You are offline. These are the last messages you saw.",
  readOnlyComposer: "You can write again when you are online",

  connectionLost: "The connection was lost.",
  connecting: "Connecting…",
  retryIn: (seconds: number) => `Trying again in ${counted(seconds, "second", "seconds")}.`,
  retryNow: "Try now",
  newVersion: "There is a new version of this page.",
  reload: "Reload",

  newMenu: "New channel or group",
  newChannel: "Create a channel",
  browse: "Browse channels",
  members: (n: number) => counted(n, "member", "members"),
  peopleIn: (n: number) => counted(n, "person", "people"),
  startOfChannelText: "Everybody can read this channel and join it.",
  startOfPrivateChannelText: "Only members can read this channel.",
  startOfGroupText: "Only the people of this group can read these messages.",
  detailsOf: (title: string) => `Details of ${title}`,
  messageMenu: (name: string, time: string) => `More about the message of ${name}, ${time}`,
  noChannels: "Channels keep a topic or a team together.",
  channel: "channel",
  group: "group",
  isPrivate: "private",
  isMuted: "muted",
  isArchived: "archived",

  lazyFailed: "That part couldn't be loaded. Reload the page to get it.",
} as const;
