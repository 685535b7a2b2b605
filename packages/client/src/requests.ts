/** The requests of a chat that need no state of its own. Each fails with a `Refusal`, or `Disconnected` without a connection. */
import { type ChannelId, channelOf } from "./channel.ts";
import type {
  Activity,
  ActivityPage,
  BotCreated,
  Channel,
  ChannelEdit,
  Channels,
  Device,
  Found,
  History,
  HistoryPage,
  Hook,
  HookCreated,
  Inbox,
  InboxWants,
  Link,
  Members,
  MembersChanged,
  Message,
  MessageEdit,
  MessageRef,
  NewChannel,
  NewLink,
  NewSubscription,
  Notify,
  NotifyChange,
  Prefs,
  PrefsChange,
  PushTested,
  Reports,
  ReportsPage,
  RequestBody,
  Search,
  ServerFigures,
  User,
  UserEdit,
  Users,
} from "./protocol.gen.ts";
import type { Kind, Reply } from "./socket.ts";
import { newUuid } from "./uuid.ts";

/** Groups and named channels, too, and changes to messages. One without them ends these. */
export const WANTS: InboxWants = { wants: ["channels", "changes"] };

/** A message, or where it stands. */
export type At = Message | MessageRef;

export abstract class Requests {
  /** The UUID of the user, once signed in. */
  abstract readonly me: string;

  /** Sends any request of the protocol. For an inbox `inbox()` is better: it wants channels and changes. */
  abstract request<K extends Kind>(body: Extract<RequestBody, { type: K }>): Promise<Reply<K>>;

  /** General, private channels, groups and named channels. A server of 0.1 lists the first two. */
  async inbox(): Promise<Inbox> {
    return (await this.request({ type: "inbox", inbox: WANTS })).inbox;
  }

  /** Up to 100 messages: the newest, or those before or after a `Seq`. */
  async history(
    channel: ChannelId,
    page: Omit<HistoryPage, "recipientUUID"> = {},
  ): Promise<History> {
    const channelMessages = { recipientUUID: channel, limit: 100, ...page };
    return (await this.request({ type: "channelMessages", channelMessages })).channelMessages;
  }

  /** Mentions of the user, replies to them and reactions to their messages, newest first, page by page by `before`. */
  async activity(page: ActivityPage = {}): Promise<Activity> {
    return (await this.request({ type: "activity", activity: page })).activity;
  }

  /** Changes what is notified and when, for all channels, and returns it; without a change it only returns it. */
  async notify(change: NotifyChange = {}): Promise<Notify> {
    return (await this.request({ type: "notify", notify: change })).notify;
  }

  /**
   * Changes the text of a message of the user's; returns it as it is now, as the next three do. Without `mentions` the server finds
   * the names in the new text, without `mentionAll` that stays as it was.
   */
  async edit(
    at: At,
    text: string,
    whom: Pick<MessageEdit, "mentions" | "mentionAll"> = {},
  ): Promise<Message> {
    const messageEdit = { ...this.#refOf(at), message: text, ...whom };
    return (await this.request({ type: "messageEdit", messageEdit })).messageEdit.message;
  }

  /** Deletes a message for good: one of the user's, or in a named channel that the user owns any. */
  async delete(at: At): Promise<Message> {
    const messageDelete = this.#refOf(at);
    return (await this.request({ type: "messageDelete", messageDelete })).messageDelete.message;
  }

  /** Reacts with an emoji, or takes the reaction back. */
  async react(at: At, emoji: string, on = true): Promise<Message> {
    const messageReact = { ...this.#refOf(at), emoji, on };
    return (await this.request({ type: "messageReact", messageReact })).messageReact.message;
  }

  async pin(at: At, on = true): Promise<Message> {
    const messagePin = { ...this.#refOf(at), on };
    return (await this.request({ type: "messagePin", messagePin })).messagePin.message;
  }

  /** Up to 100 users who reacted with this emoji, the first one first. */
  async reactors(at: At, emoji: string, offset = 0): Promise<Users> {
    const messageReactors = { ...this.#refOf(at), emoji, offset };
    return (await this.request({ type: "messageReactors", messageReactors })).messageReactors;
  }

  /** The thread of a message: the first one of its chain and all answers, page by page as `history`. */
  thread(of: At, page: Omit<HistoryPage, "recipientUUID" | "root"> = {}): Promise<History> {
    const { recipientUUID, seq } = this.#refOf(of);
    const root = "Seq" in of ? (of.ReplyTo?.Root ?? seq) : seq;
    return this.history(recipientUUID, { ...page, root });
  }

  /** Finds messages in all channels that the user can read, newest first. A page asks for the next one by its `before`. */
  async search(query: string, page: Omit<Search, "query"> = {}): Promise<Found> {
    return (await this.request({ type: "search", search: { query, ...page } })).search;
  }

  /** The pinned messages of a channel, page by page as `history`. */
  pinned(
    channel: ChannelId,
    page: Omit<HistoryPage, "recipientUUID" | "pinned"> = {},
  ): Promise<History> {
    return this.history(channel, { ...page, pinned: true });
  }

  /** Up to 1,000 users whose name begins so, online first, then by name. */
  async users(query = "", offset = 0): Promise<Users> {
    return (await this.request({ type: "users", users: { query, offset } })).users;
  }

  async markRead(channel: ChannelId, seq: number): Promise<void> {
    await this.request({ type: "channelRead", channelRead: { recipientUUID: channel, seq } });
  }

  /** Makes a bot, as an admin, or another access key for one, which ends the old one. The key is told this once. */
  async createBot(username: string): Promise<BotCreated> {
    return (await this.request({ type: "botCreate", botCreate: { username } })).botCreate;
  }

  /**
   * Makes a hook of General or a named channel, as an owner or an admin. Its `url` takes posts of other programs. It is a secret,
   * and told this once.
   */
  async createHook(channel: ChannelId, name: string): Promise<HookCreated> {
    const hookCreate = { recipientUUID: channel, name };
    return (await this.request({ type: "hookCreate", hookCreate })).hookCreate;
  }

  /** The hooks of a channel, or without one of all channels in which the user may end them; the oldest first. */
  async hooks(channel?: ChannelId): Promise<Hook[]> {
    const hooks = channel === undefined ? {} : { recipientUUID: channel };
    return (await this.request({ type: "hooks", hooks })).hooks.hooks;
  }

  async deleteHook(hook: string): Promise<void> {
    await this.request({ type: "hookDelete", hookDelete: { UUID: hook } });
  }

  /**
   * Makes a link: as an admin an invite or the reset of a password, for oneself the sign-in of another device. Its `url` is a secret,
   * and told this once.
   */
  async createLink(linkCreate: NewLink): Promise<Link> {
    return (await this.request({ type: "linkCreate", linkCreate })).linkCreate;
  }

  /** The links that can still be used, without their secrets: for an admin those of the server, for others their own. */
  async links(): Promise<Link[]> {
    return (await this.request({ type: "links" })).links.links;
  }

  async revokeLink(link: string): Promise<void> {
    await this.request({ type: "linkRevoke", linkRevoke: { UUID: link } });
  }

  /** The devices on which the user is signed in, the one used last first. */
  async devices(): Promise<Device[]> {
    return (await this.request({ type: "devices" })).devices.devices;
  }

  /** Signs out one of the devices. */
  async endDevice(device: string): Promise<void> {
    await this.request({ type: "deviceEnd", deviceEnd: { UUID: device } });
  }

  /**
   * Changes the role of a user, deactivates one or brings one back, or deletes a user's messages, as an admin. Returns the user as it
   * is then.
   */
  async editUser(userEdit: UserEdit): Promise<User> {
    return (await this.request({ type: "userEdit", userEdit })).userEdit;
  }

  /** Blocks a user, or ends that. Returns all whom the user has blocked. */
  async block(user: string, on = true): Promise<User[]> {
    return (await this.request({ type: "block", block: { userUUID: user, on } })).block.users;
  }

  /** Those whom the user has blocked, by name. */
  async blocked(): Promise<User[]> {
    return (await this.request({ type: "block", block: {} })).block.users;
  }

  /** Reports a message to the admins, who get a copy of it. */
  async report(at: At, reason: string): Promise<void> {
    await this.request({ type: "report", report: { ...this.#refOf(at), reason } });
  }

  /** The open reports, as an admin, newest first, page by page by `before`. */
  async reports(page: ReportsPage = {}): Promise<Reports> {
    return (await this.request({ type: "reports", reports: page })).reports;
  }

  /** Closes a report, and deletes its copy of the message. */
  async closeReport(report: string): Promise<void> {
    await this.request({ type: "reportClose", reportClose: { UUID: report } });
  }

  /** How much there is on the server, as an admin. */
  async serverFigures(): Promise<ServerFigures> {
    return (await this.request({ type: "server" })).server;
  }

  /** Makes a named channel, or without a name a group. */
  async createChannel(channel: NewChannel): Promise<Channel> {
    const channelCreate = { clientUUID: newUuid(), ...channel };
    return (await this.request({ type: "channelCreate", channelCreate })).channelCreate;
  }

  /** Changes a named channel, as an owner. */
  async editChannel(channelEdit: ChannelEdit): Promise<Channel> {
    return (await this.request({ type: "channelEdit", channelEdit })).channelEdit;
  }

  /** Becomes a member of a public channel. */
  async becomeMember(channel: ChannelId): Promise<MembersChanged> {
    const memberAdd = { recipientUUID: channel };
    return (await this.request({ type: "memberAdd", memberAdd })).memberAdd;
  }

  /** Adds members, all of them or none. `owner` makes them owners or, of members, unmakes them. */
  async addMembers(channel: ChannelId, users: string[], owner?: boolean): Promise<MembersChanged> {
    const memberAdd = { recipientUUID: channel, users, ...(owner !== undefined && { owner }) };
    return (await this.request({ type: "memberAdd", memberAdd })).memberAdd;
  }

  /** Removes a member; with the user's own UUID the user leaves. */
  async removeMember(channel: ChannelId, user: string): Promise<MembersChanged> {
    const memberRemove = { recipientUUID: channel, userUUID: user };
    return (await this.request({ type: "memberRemove", memberRemove })).memberRemove;
  }

  /** Up to 100 members whose name begins so, online first, then by name. */
  async members(channel: ChannelId, query = "", offset = 0): Promise<Members> {
    const channelMembers = { recipientUUID: channel, query, offset };
    return (await this.request({ type: "channelMembers", channelMembers })).channelMembers;
  }

  /** Up to 100 channels whose name begins so, by name: public ones, and the user's own private ones; none archived. */
  async channels(query = "", offset = 0): Promise<Channels> {
    const channels = { query, offset };
    return (await this.request({ type: "channels", channels })).channels;
  }

  /** Changes the user's preferences for a channel, and returns all of them. Those that are absent stay. */
  async changePrefs(channelPrefs: PrefsChange): Promise<Prefs> {
    return (await this.request({ type: "channelPrefs", channelPrefs })).channelPrefs;
  }

  /**
   * Lets this device be notified by web push, with what the browser's `pushManager.subscribe` made by the key in `features.push`.
   * It ends with the session. At each start it is to be registered again.
   */
  async subscribe(pushSubscribe: NewSubscription): Promise<void> {
    await this.request({ type: "pushSubscribe", pushSubscribe });
  }

  async unsubscribe(endpoint: string): Promise<void> {
    await this.request({ type: "pushUnsubscribe", pushUnsubscribe: { endpoint } });
  }

  /** Sends a notification at once, and returns what the push service answered. */
  async testPush(endpoint: string): Promise<PushTested> {
    return (await this.request({ type: "pushTest", pushTest: { endpoint } })).pushTest;
  }

  /** Ends all other sessions, too; `accessKey` of the chat is another one after it. */
  async changePassword(password: string, newPassword: string): Promise<void> {
    const changePassword = { password, newPassword };
    await this.request({ type: "changePassword", changePassword });
  }

  /** Ends the session and its access key. */
  async signOut(): Promise<void> {
    await this.request({ type: "signOut" });
  }

  #refOf(at: At): MessageRef {
    if (!("Seq" in at)) return { recipientUUID: at.recipientUUID, seq: at.seq };
    return { recipientUUID: channelOf(at, this.me), seq: at.Seq };
  }
}
