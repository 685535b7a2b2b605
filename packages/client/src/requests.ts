/** The requests of a chat that need no state of its own. Each fails with a `Refusal`, or `Disconnected` without a connection. */
import type { ChannelId } from "./channel.ts";
import type {
  Channel,
  ChannelEdit,
  Channels,
  History,
  HistoryPage,
  Inbox,
  InboxWants,
  Members,
  MembersChanged,
  NewChannel,
  Prefs,
  PrefsChange,
  RequestBody,
  Users,
} from "./protocol.gen.ts";
import type { Kind, Reply } from "./socket.ts";
import { newUuid } from "./uuid.ts";

/** Groups and named channels, too. One without it ends their messages. */
export const WANTS: InboxWants = { wants: ["channels"] };

export abstract class Requests {
  /** Sends any request of the protocol. For an inbox `inbox()` is better: it wants groups and named channels. */
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

  /** Up to 1,000 users whose name begins so, online first, then by name. */
  async users(query = "", offset = 0): Promise<Users> {
    return (await this.request({ type: "users", users: { query, offset } })).users;
  }

  async markRead(channel: ChannelId, seq: number): Promise<void> {
    await this.request({ type: "channelRead", channelRead: { recipientUUID: channel, seq } });
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

  /** Ends all other sessions, too; `accessKey` of the chat is another one after it. */
  async changePassword(password: string, newPassword: string): Promise<void> {
    const changePassword = { password, newPassword };
    await this.request({ type: "changePassword", changePassword });
  }

  /** Ends the session and its access key. */
  async signOut(): Promise<void> {
    await this.request({ type: "signOut" });
  }
}
