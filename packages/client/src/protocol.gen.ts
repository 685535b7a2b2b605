// Generated from crates/protocol by `make generate`. Do not edit.

/** The codes of `error` frames. */
export const ErrorCode = {
  /** Not valid JSON, or not of the documented shape. */
  Malformed: 1,
  /** The `type` is not one of the documented ones. */
  UnknownType: 2,
  /** Sign-in refused: wrong name, password or access key. */
  SignInRefused: 4,
  /** Sign-up refused: the name is taken, or the name or the password is not acceptable. */
  SignUpRefused: 5,
  /** Sign-out refused. */
  SignOutRefused: 6,
  /** Message refused: empty, too long, an answer to no message, or not taken by its channel. */
  MessageRefused: 7,
  /** Change refused: no such message, a deleted one, too late, not one emoji, or too many. */
  ChangeRefused: 8,
  /** There is no such user. */
  UnknownUser: 10,
  /** Join, leave, read mark or history refused. */
  ChannelRefused: 11,
  /** Not allowed: not a member, an owner or an admin, or the channel is archived. */
  NotAllowed: 12,
  /** Channel refused: the name is taken or not acceptable, or there are too many. */
  ChannelNotAcceptable: 13,
  /** Link refused: unknown, used up or expired. */
  LinkRefused: 14,
  /** File refused: the size, too many, no space, not finished, or not the sender's. */
  FileRefused: 15,
  /** Sign in first. */
  SignInFirst: 20,
  /** `userUUID`, `sessionUUID` or `SUUID` is not this session's. */
  NotYours: 21,
  /** Too many requests; `payload` holds the seconds to wait. */
  TooManyRequests: 22,
  /** The request is too large. */
  TooLarge: 23,
  /** The store is unavailable; try again. */
  StoreUnavailable: 30,
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** A request. */
export type RequestBody =
  | { type: "signIn"; signIn: SignIn }
  | { type: "signUp"; signUp: SignUp }
  | { type: "signOut" }
  | { type: "signOutEverywhere" }
  | { type: "changePassword"; changePassword: PasswordChange }
  | { type: "channelJoin"; channelJoin: ChannelRef }
  | { type: "channelLeave"; channelLeave: ChannelRef }
  | { type: "channelMessage"; channelMessage: NewMessage }
  | { type: "fileCreate"; fileCreate: NewFile }
  | { type: "channelMessages"; channelMessages: HistoryPage }
  | { type: "channelRead"; channelRead: ReadMark }
  | { type: "channelTyping"; channelTyping: ChannelRef }
  | { type: "users"; users?: UsersPage }
  | { type: "inbox"; inbox?: InboxWants }
  | { type: "channelCreate"; channelCreate: NewChannel }
  | { type: "channelEdit"; channelEdit: ChannelEdit }
  | { type: "memberAdd"; memberAdd: MemberAdd }
  | { type: "memberRemove"; memberRemove: MemberRemove }
  | { type: "channelMembers"; channelMembers: MembersPage }
  | { type: "channels"; channels?: ChannelsPage }
  | { type: "channelPrefs"; channelPrefs: PrefsChange }
  | { type: "messageEdit"; messageEdit: MessageEdit }
  | { type: "messageDelete"; messageDelete: MessageRef }
  | { type: "messageReact"; messageReact: MessageReact }
  | { type: "messagePin"; messagePin: MessagePin }
  | { type: "messageReactors"; messageReactors: ReactorsPage }
  | { type: "channelChanges"; channelChanges: ChangesPage }
  | { type: "activity"; activity?: ActivityPage }
  | { type: "notify"; notify?: NotifyChange }
  | { type: "pushSubscribe"; pushSubscribe: NewSubscription }
  | { type: "pushUnsubscribe"; pushUnsubscribe: SubscriptionRef }
  | { type: "pushTest"; pushTest: SubscriptionRef }
  | { type: "search"; search: Search }
  | { type: "botCreate"; botCreate: NewBot }
  | { type: "hookCreate"; hookCreate: NewHook }
  | { type: "hooks"; hooks?: HooksOf }
  | { type: "hookDelete"; hookDelete: HookRef }
  | { type: "linkCreate"; linkCreate: NewLink }
  | { type: "links" }
  | { type: "linkRevoke"; linkRevoke: UuidRef }
  | { type: "devices" }
  | { type: "deviceEnd"; deviceEnd: UuidRef }
  | { type: "userEdit"; userEdit: UserEdit }
  | { type: "block"; block?: Block }
  | { type: "report"; report: NewReport }
  | { type: "reports"; reports?: ReportsPage }
  | { type: "reportClose"; reportClose: UuidRef }
  | { type: "linkCheck"; linkCheck: LinkSecret }
  | { type: "server" }
  | { type: "ping" };

/** A request with its envelope. */
export type RequestFrame = RequestBody & { id?: RequestId; sessionUUID?: string; userUUID?: string };

/** The type of the reply to each type of request, besides `error`. */
export type ReplyType = {
  signIn: "authorized";
  signUp: "authorized";
  signOut: "signOut";
  signOutEverywhere: "signOutEverywhere";
  changePassword: "changePassword";
  channelJoin: "channelJoin";
  channelLeave: "channelLeave";
  channelMessage: "channelMessage";
  fileCreate: "fileCreate";
  channelMessages: "channelMessages";
  channelRead: "channelRead";
  channelTyping: never;
  users: "users";
  inbox: "inbox";
  channelCreate: "channelCreate";
  channelEdit: "channelEdit";
  memberAdd: "memberAdd";
  memberRemove: "memberRemove";
  channelMembers: "channelMembers";
  channels: "channels";
  channelPrefs: "channelPrefs";
  messageEdit: "messageEdit";
  messageDelete: "messageDelete";
  messageReact: "messageReact";
  messagePin: "messagePin";
  messageReactors: "messageReactors";
  channelChanges: "channelChanges";
  activity: "activity";
  notify: "notify";
  pushSubscribe: "pushSubscribe";
  pushUnsubscribe: "pushUnsubscribe";
  pushTest: "pushTest";
  search: "search";
  botCreate: "botCreate";
  hookCreate: "hookCreate";
  hooks: "hooks";
  hookDelete: "hookDelete";
  linkCreate: "linkCreate";
  links: "links";
  linkRevoke: "linkRevoke";
  devices: "devices";
  deviceEnd: "deviceEnd";
  userEdit: "userEdit";
  block: "block";
  report: "report";
  reports: "reports";
  reportClose: "reportClose";
  linkCheck: "linkCheck";
  server: "server";
  ping: "pong";
};

/** One frame from the server. */
export type Outgoing =
  | { type: "signOut"; id?: RequestId; signOut: SignedOut }
  | { type: "signOutEverywhere"; id?: RequestId; signOutEverywhere: SignedOut }
  | { type: "changePassword"; id?: RequestId; changePassword: PasswordChanged }
  | { type: "channelJoin"; id?: RequestId; channelJoin: ChannelView }
  | { type: "channelLeave"; id?: RequestId; SUUID: string; userUUID: string; channelLeave: Recipient }
  | { type: "channelMessage"; id?: RequestId; channelMessage: Message }
  | { type: "fileCreate"; id?: RequestId; fileCreate: Upload }
  | { type: "channelMessages"; id?: RequestId; channelMessages: History }
  | { type: "channelRead"; id?: RequestId; channelRead: Read }
  | { type: "users"; id?: RequestId; users: Users }
  | { type: "inbox"; id?: RequestId; inbox: Inbox }
  | { type: "channelCreate"; id?: RequestId; channelCreate: Channel }
  | { type: "channelEdit"; id?: RequestId; channelEdit: Channel }
  | { type: "memberAdd"; id?: RequestId; memberAdd: MembersChanged }
  | { type: "memberRemove"; id?: RequestId; memberRemove: MembersChanged }
  | { type: "channelMembers"; id?: RequestId; channelMembers: Members }
  | { type: "channels"; id?: RequestId; channels: Channels }
  | { type: "channelPrefs"; id?: RequestId; channelPrefs: Prefs }
  | { type: "messageEdit"; id?: RequestId; messageEdit: Changed }
  | { type: "messageDelete"; id?: RequestId; messageDelete: Changed }
  | { type: "messageReact"; id?: RequestId; messageReact: Changed }
  | { type: "messagePin"; id?: RequestId; messagePin: Changed }
  | { type: "messageReactors"; id?: RequestId; messageReactors: Users }
  | { type: "channelChanges"; id?: RequestId; channelChanges: Changes }
  | { type: "activity"; id?: RequestId; activity: Activity }
  | { type: "notify"; id?: RequestId; notify: Notify }
  | { type: "pushSubscribe"; id?: RequestId; pushSubscribe: Subscribed }
  | { type: "pushUnsubscribe"; id?: RequestId; pushUnsubscribe: Subscribed }
  | { type: "pushTest"; id?: RequestId; pushTest: PushTested }
  | { type: "search"; id?: RequestId; search: Found }
  | { type: "botCreate"; id?: RequestId; botCreate: BotCreated }
  | { type: "hookCreate"; id?: RequestId; hookCreate: HookCreated }
  | { type: "hooks"; id?: RequestId; hooks: Hooks }
  | { type: "hookDelete"; id?: RequestId; hookDelete: HookDeleted }
  | { type: "linkCreate"; id?: RequestId; linkCreate: Link }
  | { type: "links"; id?: RequestId; links: Links }
  | { type: "linkRevoke"; id?: RequestId; linkRevoke: Named }
  | { type: "devices"; id?: RequestId; devices: Devices }
  | { type: "deviceEnd"; id?: RequestId; deviceEnd: Named }
  | { type: "userEdit"; id?: RequestId; userEdit: User }
  | { type: "block"; id?: RequestId; block: Blocked }
  | { type: "report"; id?: RequestId; report: Named }
  | { type: "reports"; id?: RequestId; reports: Reports }
  | { type: "reportClose"; id?: RequestId; reportClose: Named }
  | { type: "linkCheck"; id?: RequestId; linkCheck: LinkChecked }
  | { type: "server"; id?: RequestId; server: ServerFigures }
  | { type: "ready"; ready: Ready }
  | { type: "authorized"; id?: RequestId; authorized: Authorized }
  | { type: "pong"; id?: RequestId }
  | { type: "error"; id?: RequestId; error: Failure }
  | { type: "sys"; SUUID?: string; userUUID?: string; user?: User; sys: Sys }
  | { type: "channelTyping"; userUUID: string; channelTyping: Typing };

export type AccessKey = { 
/**
 * The key of an earlier `authorized` reply.
 */
accessKey: string, };

export type Activity = { 
/**
 * Newest first.
 */
items: Array<ActivityItem>, 
/**
 * Where the next page begins: the `before` to ask with.
 */
before: string, 
/**
 * Whether there is a next page.
 */
more: boolean, };

export type ActivityItem = { 
/**
 * What it is.
 */
Kind: ActivityKind, 
/**
 * The message that mentions or answers the user, or the user's own that has the reaction.
 */
message: Message, 
/**
 * Who wrote the message, or reacted.
 */
User: User, 
/**
 * The reaction's emoji.
 */
Emoji?: string, 
/**
 * When: RFC 3339, UTC.
 */
At: string, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, };

export type ActivityKind = "mention" | "reply" | "reaction";

export type ActivityPage = { 
/**
 * The `before` of the page above; absent for the newest.
 */
before?: string, 
/**
 * How many at most: 20 if absent, 100 if greater.
 */
limit?: number, };

export type Authorized = { 
/**
 * The user that this connection now acts for.
 */
userUUID: string, 
/**
 * Resumes the session later, without the password. A secret.
 */
accessKey: string, 
/**
 * Names the history that the server holds. Another one than before means that messages which were
 * received may be lost: forget them and read again. Servers before 0.2 have none.
 */
epoch?: string, 
/**
 * The longest message in characters. Servers before 0.2 don't tell it.
 */
messageLength?: number, 
/**
 * The user's role, where it isn't `member`.
 */
role?: Role, 
/**
 * That the password was reset by a link, in the reply to the sign-in with that link.
 */
resetBy?: ResetBy, 
/**
 * What this server can do besides; what is off is absent.
 */
features?: Features, };

export type Block = { 
/**
 * Who.
 */
userUUID?: string, 
/**
 * Whether the user is blocked; true if absent.
 */
on?: boolean, };

export type Blocked = { 
/**
 * Those whom the asker has blocked, by name.
 */
users: Array<User>, };

export type BotCreated = { 
/**
 * The bot.
 */
user: User, 
/**
 * Signs the bot in until there is a new one. A secret, which is told this once.
 */
accessKey: string, };

export type Changed = { 
/**
 * The channel's `rev` at this moment.
 */
rev: number, 
/**
 * The message as it is now.
 */
message: Message, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, };

export type Changes = { 
/**
 * Between this `rev` and `rev` only these messages changed.
 */
after: number, 
/**
 * Up to which `rev` these are all; the channel's own if no change is left out.
 */
rev: number, 
/**
 * Each as it is now, in the order of `Rev`.
 */
messages: Array<Message>, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, };

export type ChangesPage = { 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, 
/**
 * The `rev` that is known: messages with a greater `Rev` are listed.
 */
after: number, 
/**
 * How many at most: 100 if absent or greater.
 */
limit?: number, };

export type Channel = { 
/**
 * The channel.
 */
UUID: string, 
/**
 * The name; empty for a group.
 */
Name: string, 
/**
 * What it is about; may be empty.
 */
Topic: string, 
/**
 * Whether only members can read it and know of it.
 */
Private?: boolean, 
/**
 * Who may write.
 */
Posting: Posting, 
/**
 * Whether nothing is written and changed any more.
 */
Archived?: boolean, 
/**
 * When it was made: RFC 3339, UTC.
 */
CreatedAt: string, 
/**
 * How many members it has.
 */
usersTotal: number, 
/**
 * The users of a group.
 */
Users?: Array<Member>, 
/**
 * Whether the asker is a member; in replies only.
 */
Member?: boolean, 
/**
 * Whether the asker owns it; in replies only.
 */
Owner?: boolean, };

export type ChannelEdit = { 
/**
 * The channel's UUID.
 */
recipientUUID: string, 
/**
 * The new name.
 */
name?: string, 
/**
 * The new topic.
 */
topic?: string, 
/**
 * Who may write.
 */
posting?: Posting, 
/**
 * Whether it is archived.
 */
archived?: boolean, };

export type ChannelRef = { 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, };

export type ChannelView = { 
/**
 * The channel's `rev` when they were read. Servers before 0.2 send none.
 */
rev?: number, 
/**
 * The last 10, newest first.
 */
messages: Array<Message>, 
/**
 * Its members, at most 100, online first.
 */
users: Array<User>, 
/**
 * How many members there are.
 */
usersTotal: number, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, };

export type Channels = { 
/**
 * How many channels fit the query.
 */
total: number, 
/**
 * How many are in this reply.
 */
received: number, 
/**
 * By name.
 */
channels: Array<Channel>, };

export type ChannelsPage = { 
/**
 * How many to skip; 0 if absent.
 */
offset?: number, 
/**
 * How many at most: 100 if absent, 1,000 if greater.
 */
limit?: number, 
/**
 * The start of the name, without regard to case.
 */
query?: string, 
/**
 * Whether archived ones are listed, too.
 */
archived?: boolean, };

export type Content = "full" | "nothing";

export type Device = { 
/**
 * The device.
 */
UUID: string, 
/**
 * What it was named at its sign-in; may be empty.
 */
Name: string, 
/**
 * When it was last used, within a day: RFC 3339, UTC.
 */
LastUsed: string, 
/**
 * Whether it is this one.
 */
Current?: boolean, };

export type Devices = { 
/**
 * The one used last comes first.
 */
devices: Array<Device>, };

export type Failure = { 
/**
 * One of the documented codes.
 */
code: number, 
/**
 * What is wrong and what to do, as a sentence.
 */
error: string, 
/**
 * The request's `type`, empty when unknown; for code 22 the seconds to wait.
 */
payload: string, };

export type Features = { 
/**
 * The limits of files that are uploaded.
 */
files?: FileLimits, 
/**
 * The server's key for web push, as `applicationServerKey` takes it: a point of P-256 in base64url.
 */
push?: string, };

export type File = { 
/**
 * The file, which is read at `/files/<UUID>`.
 */
UUID: string, 
/**
 * Its name, without a path.
 */
Name: string, 
/**
 * Its media type, by its bytes.
 */
Type: string, 
/**
 * How many bytes it has.
 */
Size: number, 
/**
 * The width of a picture or a video in pixels, as it is shown.
 */
Width?: number, 
/**
 * The height of a picture or a video in pixels, as it is shown.
 */
Height?: number, 
/**
 * Whether there is a small picture of it at `/files/<UUID>/preview`.
 */
Preview?: boolean, };

export type FileLimits = { 
/**
 * How many bytes a file has at most.
 */
size: number, 
/**
 * How many bytes a piece has at most.
 */
piece: number, 
/**
 * How many files a message has at most.
 */
perMessage: number, };

export type Found = { 
/**
 * Newest first, from any channel. Each is as in its channel's history.
 */
messages: Array<Message>, 
/**
 * Asks for the next page; empty if there is none.
 */
before: string, 
/**
 * Whether there is a next page.
 */
more: boolean, 
/**
 * 1, or the fraction of all messages that is searched while the index is being made or is more than a second behind.
 */
ready: number, };

export type History = { 
/**
 * How many messages the channel has.
 */
total: number, 
/**
 * How many are in this reply.
 */
received: number, 
/**
 * The channel's `rev` when they were read. Servers before 0.2 send none.
 */
rev?: number, 
/**
 * Newest first for `before`, oldest first for `after`.
 */
messages: Array<Message>, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, };

export type HistoryPage = { 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, 
/**
 * How many messages at most: 10 if absent, 100 if greater.
 */
limit?: number, 
/**
 * Messages with a smaller `Seq`, newest first.
 */
before?: number, 
/**
 * Messages with a greater `Seq`, oldest first.
 */
after?: number, 
/**
 * The message with this `Seq` and as many before it as after it, oldest first. It stands alone.
 */
around?: number, 
/**
 * Only the message with this `Seq` and those of the chain that it began.
 */
root?: number, 
/**
 * Only pinned messages.
 */
pinned?: boolean, 
/**
 * Only messages with files.
 */
files?: boolean, };

export type Hook = { 
/**
 * The hook.
 */
UUID: string, 
/**
 * Its name.
 */
Name: string, 
/**
 * The bot that writes for it.
 */
BotUUID: string, 
/**
 * When it was made.
 */
CreatedAt: string, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, };

export type HookCreated = { 
/**
 * Takes its posts. A secret, which is told this once.
 */
url: string, 
/**
 * The hook.
 */
UUID: string, 
/**
 * Its name.
 */
Name: string, 
/**
 * The bot that writes for it.
 */
BotUUID: string, 
/**
 * When it was made.
 */
CreatedAt: string, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, };

export type HookDeleted = { 
/**
 * The hook that has ended.
 */
UUID: string, };

export type HookRef = { 
/**
 * The hook.
 */
UUID: string, };

export type Hooks = { 
/**
 * The oldest first.
 */
hooks: Array<Hook>, };

export type HooksOf = { 
/**
 * A named channel's UUID, or empty for General. Absent for all channels whose hooks the user manages.
 */
recipientUUID?: string, };

export type Inbox = { 
/**
 * General, then the private channels, newest talk first.
 */
channels: Array<InboxChannel>, };

export type InboxChannel = { 
/**
 * The other user; absent for General.
 */
Recipient?: User, 
/**
 * How many messages the channel has.
 */
total: number, 
/**
 * How many of them the user has not read.
 */
unread: number, 
/**
 * How many of these mention the user or answer them, where the request wants something.
 */
mentions?: number, 
/**
 * The `Seq` of the first one of these.
 */
firstMention?: number, 
/**
 * Its `rev`, where the request wants something.
 */
rev?: number, 
/**
 * The newest one; absent when there is none.
 */
lastMessage?: Message, 
/**
 * General, the group or the named channel, where the request wants `channels`.
 */
Channel?: Channel, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, 
/**
 * Of what the user is notified. Unless it was chosen, `all` in groups and direct channels, `mentions` in
 * General and named channels. Absent where the session doesn't want `channels`.
 */
level?: Level, 
/**
 * Until when nothing is notified: RFC 3339, UTC.
 */
mutedUntil?: string, 
/**
 * Whether it stands at the top of the list.
 */
pinned?: boolean, 
/**
 * The section of the list in which it stands.
 */
section?: string, 
/**
 * The `Seq` from which on it is marked as unread.
 */
unreadFrom?: number, };

export type InboxWants = { 
/**
 * `channels`: groups and named channels, too, with their messages and news. Other words are ignored.
 */
wants?: Array<string>, };

export type Level = "all" | "mentions" | "none";

export type Link = { 
/**
 * The link.
 */
UUID: string, 
/**
 * What it does.
 */
Kind: LinkKind, 
/**
 * The address, with the secret; only in the reply to `linkCreate`.
 */
url?: string, 
/**
 * When it ends: RFC 3339, UTC.
 */
expiresAt: string, 
/**
 * How often it can still be used.
 */
usesLeft: number, 
/**
 * Who made it; absent if it was made on the command line.
 */
By?: User, 
/**
 * Whom a reset is about.
 */
User?: User, 
/**
 * The channels of which those who are invited become members.
 */
channels?: Array<string>, };

export type LinkChecked = { 
/**
 * What it does.
 */
Kind: LinkKind, 
/**
 * Whose account it is about; absent if it makes a new one.
 */
User?: User, };

export type LinkKind = "claim" | "invite" | "reset" | "device";

export type LinkSecret = { 
/**
 * What stands behind `#link=`.
 */
link: string, };

export type LinkSignIn = { 
/**
 * What stands behind `#link=`.
 */
link: string, 
/**
 * With a reset link the new password, with a claim link that of the account. A device link needs none.
 */
password?: string, 
/**
 * The name of the device, for the list of devices: 64 characters at most.
 */
device?: string, };

export type Links = { 
/**
 * Those that can still be used, newest first.
 */
links: Array<Link>, };

export type Member = { 
/**
 * The user.
 */
UUID: string, 
/**
 * The name as first written.
 */
Username: string, 
/**
 * Whether the user has a session anywhere; in lists of members only.
 */
OnLine?: boolean, 
/**
 * Whether the user owns the channel.
 */
Owner?: boolean, 
/**
 * The role, where it isn't `member`; in lists of users only.
 */
Role?: Role, 
/**
 * Whether it is a bot.
 */
Bot?: boolean, 
/**
 * Whether the user is deactivated; in lists of users only.
 */
Deactivated?: boolean, };

export type MemberAdd = { 
/**
 * The channel's UUID.
 */
recipientUUID: string, 
/**
 * Who, at most 100; absent for oneself.
 */
users?: Array<string>, 
/**
 * Whether they own the channel; absent leaves that as it is.
 */
owner?: boolean, };

export type MemberRemove = { 
/**
 * The channel's UUID.
 */
recipientUUID: string, 
/**
 * The member; oneself to leave the channel.
 */
userUUID: string, };

export type Members = { 
/**
 * How many members fit the query.
 */
total: number, 
/**
 * How many are in this reply.
 */
received: number, 
/**
 * Online first, then by name.
 */
users: Array<Member>, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, };

export type MembersChanged = { 
/**
 * The users who were asked for, as they are now; a removed one as they were.
 */
users: Array<Member>, 
/**
 * How many members the channel has now.
 */
usersTotal: number, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, };

export type MembersNews = { 
/**
 * Those who have come, or have become owners or ceased to be.
 */
added: Array<Member>, 
/**
 * Those who have gone.
 */
removed: Array<Member>, 
/**
 * How many members the channel has now.
 */
usersTotal: number, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, };

export type MembersPage = { 
/**
 * A group's or a named channel's UUID, or empty for General, whose members are all users.
 */
recipientUUID: string, 
/**
 * How many to skip; 0 if absent.
 */
offset?: number, 
/**
 * How many at most: 100 if absent, 1,000 if greater.
 */
limit?: number, 
/**
 * The start of the name, without regard to case.
 */
query?: string, };

export type Message = { 
/**
 * The message.
 */
UUID: string, 
/**
 * The sender.
 */
SenderUUID: string, 
/**
 * The sender.
 */
Sender: User, 
/**
 * The name under which a hook has written it. It is shown in place of the sender's, as a bot's.
 */
As?: string, 
/**
 * The recipient, a group's or a named channel's UUID, or empty for General.
 */
RecipientUUID: string, 
/**
 * The recipient; only in direct channels.
 */
Recipient?: User, 
/**
 * The text, byte for byte as it was sent.
 */
Message: string, 
/**
 * Whether this is only the beginning of a longer text, as in `inbox`.
 */
Cut?: boolean, 
/**
 * When the server took it: RFC 3339, UTC.
 */
CreatedAt: string, 
/**
 * Its number in the channel: 1, 2, 3 … without gaps.
 */
Seq: number, 
/**
 * The sender's; only in the frame to the sending session.
 */
clientUUID?: string, 
/**
 * The message that it answers.
 */
ReplyTo?: ReplyTo, 
/**
 * The users whom it mentions by name, all members of its channel.
 */
Mentions?: Array<User>, 
/**
 * Whether it mentions all members.
 */
MentionAll?: boolean, 
/**
 * The users whom it names, and who aren't members; only in the reply to the sender.
 */
NotMembers?: Array<User>, 
/**
 * Its files.
 */
Files?: Array<File>, 
/**
 * The `Rev` of its last change; absent if it never changed.
 */
Rev?: number, 
/**
 * When its text was last edited.
 */
EditedAt?: string, 
/**
 * When it was deleted. Its text is empty then.
 */
DeletedAt?: string, 
/**
 * When it was pinned, if it is.
 */
PinnedAt?: string, 
/**
 * The reactions to it, by the first of each emoji.
 */
Reactions?: Array<Reaction>, 
/**
 * How many messages of the chain that it began answer it or one another, without deleted ones.
 */
Replies?: number, };

export type MessageEdit = { 
/**
 * The text, kept byte for byte.
 */
message: string, 
/**
 * The users whom it mentions now, at most 50. If absent, the server finds their names behind `@` in the text.
 */
mentions?: Array<string>, 
/**
 * Whether it mentions all members now; absent leaves that as it is.
 */
mentionAll?: boolean, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, 
/**
 * The message's `Seq`.
 */
seq: number, };

export type MessagePin = { 
/**
 * Whether it is to be pinned.
 */
on: boolean, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, 
/**
 * The message's `Seq`.
 */
seq: number, };

export type MessageReact = { 
/**
 * One emoji of Unicode's list. It is kept fully qualified.
 */
emoji: string, 
/**
 * Whether the reaction is to be there.
 */
on: boolean, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, 
/**
 * The message's `Seq`.
 */
seq: number, };

export type MessageRef = { 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, 
/**
 * The message's `Seq`.
 */
seq: number, };

export type Named = { 
/**
 * Which.
 */
UUID: string, };

export type NewBot = { 
/**
 * The bot's name: 1 to 64 characters.
 */
username: string, };

export type NewChannel = { 
/**
 * The name: 1 to 64 characters. A `#` before it is dropped. Absent for a group.
 */
name?: string, 
/**
 * What it is about.
 */
topic?: string, 
/**
 * Whether only members can read it and know of it. A group always is private.
 */
private?: boolean, 
/**
 * The other members, at most 100: of a group 2 to 19.
 */
users?: Array<string>, 
/**
 * Makes a repetition harmless: within a day the same one by the same user makes one channel.
 */
clientUUID?: string, };

export type NewFile = { 
/**
 * The channel for which it is: the other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, 
/**
 * Its name, without a path.
 */
name: string, 
/**
 * How many bytes it has.
 */
size: number, 
/**
 * Its media type, as a hint: the server goes by the bytes.
 */
type?: string, 
/**
 * The width in pixels, which counts for a video.
 */
width?: number, 
/**
 * The height in pixels, which counts for a video.
 */
height?: number, 
/**
 * Makes a repeated request harmless: the same one by the same user within a day begins one upload.
 */
clientUUID?: string, };

export type NewHook = { 
/**
 * A named channel's UUID, or empty for General.
 */
recipientUUID: string, 
/**
 * The name of the hook and its bot: 1 to 64 characters.
 */
name: string, };

export type NewLink = { 
/**
 * What it does.
 */
kind: NewLinkKind, 
/**
 * How often an invite can be used: 1 if absent, 1,000 at most.
 */
uses?: number, 
/**
 * In how many seconds an invite expires: 7 days if absent, 30 at most.
 */
expires?: number, 
/**
 * The named channels of which those who are invited become members.
 */
channels?: Array<string>, 
/**
 * Whose password a reset is about.
 */
userUUID?: string, };

export type NewLinkKind = "invite" | "reset" | "device";

export type NewMessage = { 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, 
/**
 * The text, kept byte for byte. Only beside files it may be empty.
 */
message: string, 
/**
 * Makes a repeated send harmless: the same one by the same user in the same channel is stored once.
 */
clientUUID?: string, 
/**
 * The `Seq` of the message that it answers.
 */
replyTo?: number, 
/**
 * The users whom it mentions, at most 50. If absent, the server finds their names behind `@` in the text.
 */
mentions?: Array<string>, 
/**
 * Whether it mentions all members.
 */
mentionAll?: boolean, 
/**
 * The files that it holds, at most 10: of the sender, for this channel, and in no other message.
 */
files?: Array<string>, };

export type NewReport = { 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, 
/**
 * The `Seq` of the message.
 */
seq: number, 
/**
 * Why, in the user's words: 500 characters at most.
 */
reason: string, };

export type NewSubscription = { 
/**
 * The URL at the push service.
 */
endpoint: string, 
/**
 * The browser's public key: a point of P-256 in base64url.
 */
p256dh: string, 
/**
 * The secret that it shares: 16 bytes in base64url.
 */
auth: string, };

export type Notify = { 
/**
 * What notifications show.
 */
content: Content, 
/**
 * When nothing is notified.
 */
quiet?: Array<QuietHours>, 
/**
 * The time zone of these hours, by its IANA name.
 */
zone?: string, 
/**
 * Until when nothing is notified at all: RFC 3339, UTC.
 */
pausedUntil?: string, };

export type NotifyChange = { 
/**
 * What notifications show.
 */
content?: Content, 
/**
 * When nothing is notified, instead of the hours before; at most 20, empty for never.
 */
quiet?: Array<QuietHours>, 
/**
 * The time zone of these hours: an IANA name such as `Europe/Berlin`.
 */
zone?: string, 
/**
 * Until when nothing is notified at all, RFC 3339; empty ends it.
 */
pausedUntil?: string, };

export type PasswordChange = { 
/**
 * The current password.
 */
password: string, 
/**
 * The new password: 1 to 256 bytes.
 */
newPassword: string, };

export type PasswordChanged = { 
/**
 * The user whose password it is.
 */
uuid: string, 
/**
 * Takes the place of all access keys from before. A secret. A server of 0.1 sends none, and
 * keeps the session's own.
 */
accessKey?: string, };

export type PasswordSignIn = { 
/**
 * The name as typed: 1 to 64 characters.
 */
username: string, 
/**
 * The password as typed: 1 to 256 bytes.
 */
password: string, 
/**
 * Whether an unknown name becomes a new user; true if absent. If false, it is error 10.
 */
create?: boolean, 
/**
 * The name of the device, for the list of devices: 64 characters at most.
 */
device?: string, };

export type Person = { 
/**
 * The user.
 */
uuid: string, 
/**
 * The name as first written.
 */
username: string, };

export type Posting = "all" | "owners";

export type Prefs = { 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, 
/**
 * Of what the user is notified. Unless it was chosen, `all` in groups and direct channels, `mentions` in
 * General and named channels. Absent where the session doesn't want `channels`.
 */
level?: Level, 
/**
 * Until when nothing is notified: RFC 3339, UTC.
 */
mutedUntil?: string, 
/**
 * Whether it stands at the top of the list.
 */
pinned?: boolean, 
/**
 * The section of the list in which it stands.
 */
section?: string, 
/**
 * The `Seq` from which on it is marked as unread.
 */
unreadFrom?: number, };

export type PrefsChange = { 
/**
 * The channel, by what the user names it.
 */
recipientUUID: string, 
/**
 * Of what the user is notified.
 */
level?: Level, 
/**
 * Until when nothing is notified, RFC 3339; empty ends it.
 */
mutedUntil?: string, 
/**
 * Whether it stands at the top of the list.
 */
pinned?: boolean, 
/**
 * The section of the list in which it stands; empty for none.
 */
section?: string, 
/**
 * Marks it as unread from this `Seq` on; 0 ends that.
 */
unreadFrom?: number, };

export type Presence = { 
/**
 * Users, not sessions.
 */
online: number, };

export type PushTested = { 
/**
 * The subscription.
 */
endpoint: string, 
/**
 * The HTTP status that the push service answered; 0 if it gave no answer.
 */
status: number, 
/**
 * What that means, in a person's words.
 */
detail: string, };

export type QuietHours = { 
/**
 * On which days they begin: digits, 1 for Monday to 7 for Sunday.
 */
days: string, 
/**
 * When they begin: `00:00` to `23:59`.
 */
from: string, 
/**
 * When they end: `00:00` to `24:00`; on the next day unless it is later than `from`.
 */
to: string, };

export type Reaction = { 
/**
 * The emoji, fully qualified.
 */
Emoji: string, 
/**
 * How many users reacted with it.
 */
Count: number, 
/**
 * The first of them, five at the most.
 */
Users: Array<string>, 
/**
 * Whether the receiver is one of them. Only in replies.
 */
Mine?: boolean, };

export type ReactorsPage = { 
/**
 * With which emoji.
 */
emoji: string, 
/**
 * How many to skip; 0 if absent.
 */
offset?: number, 
/**
 * How many at most: 100 if absent, 1,000 if greater.
 */
limit?: number, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, 
/**
 * The message's `Seq`.
 */
seq: number, };

export type Read = { 
/**
 * The `Seq` of the last message read.
 */
seq: number, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, };

export type ReadMark = { 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, 
/**
 * The `Seq` of the last message read.
 */
seq: number, };

export type Ready = { 
/**
 * This connection's session.
 */
sessionUUID: string, 
/**
 * Who may sign up. Servers before 0.2 don't tell it.
 */
registration?: Registration, };

export type Recipient = { 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, };

export type Registration = "open" | "invite" | "closed";

export type ReplyTo = { 
/**
 * Its `Seq`.
 */
Seq: number, 
/**
 * The `Seq` of the first message of the chain.
 */
Root: number, 
/**
 * Its sender.
 */
SenderUUID: string, 
/**
 * Its sender.
 */
Sender: User, 
/**
 * The name under which a hook has written it. It is shown in place of the sender's.
 */
As?: string, 
/**
 * Its first 100 characters, with `…` behind them if there are more. Absent once it is deleted.
 */
Excerpt?: string, };

export type Report = { 
/**
 * The report.
 */
UUID: string, 
/**
 * Who has reported it.
 */
User: User, 
/**
 * General or the public channel where it stands; absent where an admin couldn't read it.
 */
recipientUUID?: string, 
/**
 * The message, as it was then.
 */
message: Message, 
/**
 * Why.
 */
Reason: string, 
/**
 * When: RFC 3339, UTC.
 */
At: string, };

export type Reports = { 
/**
 * Open ones, newest first.
 */
reports: Array<Report>, 
/**
 * Asks for the next page.
 */
before: string, 
/**
 * Whether there is one.
 */
more: boolean, };

export type ReportsPage = { 
/**
 * The `before` of the page before this one.
 */
before?: string, 
/**
 * How many at most: 20 if absent, 50 if greater.
 */
limit?: number, };

export type RequestId = number | string;

export type ResetBy = { 
/**
 * The admin who made the link; absent if it was made on the command line.
 */
UUID?: string, 
/**
 * When the link was made: RFC 3339, UTC.
 */
At: string, };

export type Role = "member" | "admin";

export type Search = { 
/**
 * Words and filters. The first 500 characters and 32 words count.
 */
query: string, 
/**
 * How many messages at most: 20 if absent, 50 if greater.
 */
limit?: number, 
/**
 * The `before` of the page before this one; absent or empty for the newest messages.
 */
before?: string, };

export type ServerFigures = { 
/**
 * The program's version.
 */
version: string, 
/**
 * How many users there are.
 */
users: number, 
/**
 * How many of them are online.
 */
online: number, 
/**
 * How many channels hold messages.
 */
channels: number, 
/**
 * How many messages were stored in them, deleted ones included.
 */
messages: number, 
/**
 * The space of the store.
 */
storage: Storage, };

export type SignIn = PasswordSignIn | AccessKey | LinkSignIn;

export type SignUp = { 
/**
 * The name as typed: 1 to 64 characters.
 */
username: string, 
/**
 * The password as typed: 1 to 256 bytes.
 */
password: string, 
/**
 * The secret of a link that lets the user in: what stands behind `#link=`.
 */
link?: string, 
/**
 * The name of the device, for the list of devices: 64 characters at most.
 */
device?: string, };

export type SignedOut = { 
/**
 * The user who signed out.
 */
uuid: string, };

export type Storage = { 
/**
 * Where it is.
 */
kind: StorageKind, 
/**
 * How much is used, by Chinwag and by all else.
 */
used: number, 
/**
 * How much there is; 0 if Redis has no limit.
 */
size: number, };

export type StorageKind = "disk" | "memory";

export type Subscribed = { 
/**
 * The subscription.
 */
endpoint: string, };

export type SubscriptionRef = { 
/**
 * The URL at the push service.
 */
endpoint: string, };

export type Sys = { "type": "signIn", signIn: Person, } | { "type": "signOut", signOut: Person, } | { "type": "channelJoin", channelJoin: Recipient, } | { "type": "presence", presence: Presence, } | { "type": "channel", channel: Channel, } | { "type": "channelGone", channelGone: Recipient, } | { "type": "members", members: MembersNews, } | { "type": "report", report: Named, };

export type Typing = { 
/**
 * The user who is typing.
 */
userUUID: string, 
/**
 * The other user's UUID, a group's or a named channel's UUID, or empty for General.
 */
recipientUUID: string, };

export type Upload = { 
/**
 * The file.
 */
UUID: string, 
/**
 * The path to which its bytes go.
 */
url: string, 
/**
 * Lets the bytes be uploaded, as `Authorization: Bearer`. A secret.
 */
token: string, 
/**
 * How many bytes a piece has at most.
 */
piece: number, 
/**
 * How many bytes are there already.
 */
received: number, };

export type User = { 
/**
 * The user.
 */
UUID: string, 
/**
 * The name as first written.
 */
Username: string, 
/**
 * Whether the user has a session anywhere; absent in messages of the history.
 */
OnLine?: boolean, 
/**
 * The role, where it isn't `member`; in lists of users only.
 */
Role?: Role, 
/**
 * Whether it is a bot.
 */
Bot?: boolean, 
/**
 * Whether it is the bot of a hook; in lists of users only.
 */
Hook?: boolean, 
/**
 * Whether the user is deactivated; in lists of users only.
 */
Deactivated?: boolean, };

export type UserEdit = { 
/**
 * Who.
 */
userUUID: string, 
/**
 * The new role.
 */
role?: Role, 
/**
 * Whether the user is deactivated.
 */
deactivated?: boolean, 
/**
 * Deletes the user's messages from this time on, RFC 3339, in every channel.
 */
deleteMessagesSince?: string, };

export type Users = { 
/**
 * How many users there are; with a `query`, how many fit it.
 */
total: number, 
/**
 * How many are in this reply.
 */
received: number, 
/**
 * Online first, then by name.
 */
users: Array<User>, };

export type UsersPage = { 
/**
 * How many to skip; 0 if absent.
 */
offset?: number, 
/**
 * How many at most: 1,000 if absent or greater.
 */
limit?: number, 
/**
 * The start of the name, without regard to case.
 */
query?: string, };

export type UuidRef = { 
/**
 * Which.
 */
UUID: string, };
