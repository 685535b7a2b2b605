//! Frames of the server: replies, broadcasts and errors, exactly as on the wire.

mod activity;
mod changes;
mod channels;
mod file;
mod frame;
mod hooks;
mod notify;
mod people;
mod push;
mod search;
mod server;

use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

pub use self::activity::{Activity, ActivityItem, ActivityKind};
pub use self::changes::{Changed, Changes, Reaction, ReplyTo};
pub use self::channels::{
    Channel, Channels, Chosen, Level, Member, Members, MembersChanged, MembersNews, Posting, Prefs,
};
pub use self::file::{File, FileLimits, Upload};
pub use self::frame::{By, Outgoing};
pub use self::hooks::{BotCreated, Hook, HookCreated, HookDeleted, Hooks};
pub use self::notify::{Content, Notify, QuietHours};
pub use self::people::{
    Blocked, Device, Devices, Link, LinkChecked, LinkKind, Links, Named, Registration, Report,
    Reports, ResetBy, Role,
};
pub use self::push::{Features, PushTested, Subscribed};
pub use self::search::Found;
pub use self::server::{ServerFigures, Storage, StorageKind};
pub use crate::table::Body;
use crate::{ErrorCode, MessageUuid, SessionUuid, UserUuid};

/// The payload of `ready`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Ready {
    /// This connection's session.
    #[serde(rename = "sessionUUID")]
    #[ts(type = "string")]
    pub session: SessionUuid,
    /// Who may sign up. Servers before 0.2 don't tell it.
    #[serde(default)]
    #[ts(optional, as = "Option<Registration>")]
    pub registration: Registration,
}

/// The payload of `authorized`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Authorized {
    /// The user that this connection now acts for.
    #[serde(rename = "userUUID")]
    #[ts(type = "string")]
    pub user: UserUuid,
    /// Resumes the session later, without the password. A secret.
    pub access_key: String,
    /// Names the history that the server holds. Another one than before means that messages which were
    /// received may be lost: forget them and read again. Servers before 0.2 have none.
    #[serde(default)]
    #[ts(optional, as = "Option<String>")]
    pub epoch: String,
    /// The longest message in characters. Servers before 0.2 don't tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub message_length: Option<u64>,
    /// The user's role, where it isn't `member`.
    #[serde(default, skip_serializing_if = "Role::is_member")]
    #[ts(optional, as = "Option<Role>")]
    pub role: Role,
    /// That the password was reset by a link, in the reply to the sign-in with that link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reset_by: Option<ResetBy>,
    /// What this server can do besides; what is off is absent.
    #[serde(default, skip_serializing_if = "Features::is_empty")]
    #[ts(optional, as = "Option<Features>")]
    pub features: Features,
}

/// The payload of `signOut`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct SignedOut {
    /// The user who signed out.
    #[ts(type = "string")]
    pub uuid: UserUuid,
}

/// The payload of the `changePassword` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct PasswordChanged {
    /// The user whose password it is.
    #[ts(type = "string")]
    pub uuid: UserUuid,
    /// Takes the place of all access keys from before. A secret. A server of 0.1 sends none, and
    /// keeps the session's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_key: Option<String>,
}

/// The payload of `error`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Failure {
    /// One of the documented codes.
    #[ts(type = "number")]
    pub code: ErrorCode,
    /// What is wrong and what to do, as a sentence.
    pub error: String,
    /// The request's `type`, empty when unknown; for code 22 the seconds to wait.
    pub payload: String,
}

/// The payload of `sys`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Sys {
    /// A user signed in.
    SignIn { sign_in: Person },
    /// A user went offline.
    SignOut { sign_out: Person },
    /// A user joined a channel.
    ChannelJoin { channel_join: Recipient },
    /// On large systems, instead of the two above: the number of online users.
    Presence { presence: Presence },
    /// A group or a named channel of the user was made or edited, or the user has become a member.
    Channel { channel: Channel },
    /// The user has left a channel or was removed.
    ChannelGone { channel_gone: Recipient },
    /// Members of one of the user's channels have come, changed or gone.
    Members { members: MembersNews },
    /// A message was reported. Admins hear of it.
    Report { report: Named },
}

/// A user in `sys` frames.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Person {
    /// The user.
    #[ts(type = "string")]
    pub uuid: UserUuid,
    /// The name as first written.
    #[ts(type = "string")]
    pub username: Arc<str>,
}

/// The number of online users on the whole system.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Presence {
    /// Users, not sessions.
    #[ts(type = "number")]
    pub online: u64,
}

/// Names a channel from the side of the user who joined, left or wrote.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct Recipient {
    /// The other user's UUID, a group's or a named channel's UUID, or empty for General.
    #[serde(rename = "recipientUUID", with = "nil_as_empty")]
    #[schemars(with = "String")]
    #[ts(type = "string")]
    pub recipient: Option<Uuid>,
}

/// A user in replies.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct User {
    /// The user.
    #[serde(rename = "UUID")]
    #[ts(type = "string")]
    pub uuid: UserUuid,
    /// The name as first written.
    #[serde(rename = "Username")]
    #[ts(type = "string")]
    pub username: Arc<str>,
    /// Whether the user has a session anywhere; absent in messages of the history.
    #[serde(rename = "OnLine", default, skip_serializing_if = "Option::is_none")]
    pub online: Option<bool>,
    /// The role, where it isn't `member`; in lists of users only.
    #[serde(rename = "Role", default, skip_serializing_if = "Role::is_member")]
    #[ts(as = "Option<Role>")]
    pub role: Role,
    /// Whether it is a bot.
    #[serde(rename = "Bot", default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub bot: bool,
    /// Whether it is the bot of a hook; in lists of users only.
    #[serde(rename = "Hook", default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub hook: bool,
    /// Whether the user is deactivated; in lists of users only.
    #[serde(rename = "Deactivated", default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub deactivated: bool,
}

/// A stored message.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct Message {
    /// The message.
    #[serde(rename = "UUID")]
    #[ts(type = "string")]
    pub uuid: MessageUuid,
    /// The sender.
    #[serde(rename = "SenderUUID")]
    #[ts(type = "string")]
    pub sender_uuid: UserUuid,
    /// The sender.
    #[serde(rename = "Sender")]
    pub sender: User,
    /// The name under which a hook has written it. It is shown in place of the sender's, as a bot's.
    #[serde(rename = "As", default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "string")]
    pub written_as: Option<Arc<str>>,
    /// The recipient, a group's or a named channel's UUID, or empty for General.
    #[serde(rename = "RecipientUUID", with = "nil_as_empty")]
    #[schemars(with = "String")]
    #[ts(type = "string")]
    pub recipient_uuid: Option<Uuid>,
    /// The recipient; only in direct channels.
    #[serde(rename = "Recipient", default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<User>,
    /// The text, byte for byte as it was sent.
    #[serde(rename = "Message")]
    #[ts(type = "string")]
    pub text: Arc<str>,
    /// Whether this is only the beginning of a longer text, as in `inbox`.
    #[serde(rename = "Cut", default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub cut: bool,
    /// When the server took it: RFC 3339, UTC.
    #[serde(rename = "CreatedAt")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    #[ts(type = "string")]
    pub created_at: Timestamp,
    /// Its number in the channel: 1, 2, 3 … without gaps.
    #[serde(rename = "Seq")]
    #[ts(type = "number")]
    pub seq: u64,
    /// The sender's; only in the frame to the sending session.
    #[serde(rename = "clientUUID", default, skip_serializing_if = "Option::is_none")]
    pub client_uuid: Option<String>,
    /// The message that it answers.
    #[serde(rename = "ReplyTo", default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Box<ReplyTo>>,
    /// The users whom it mentions by name, all members of its channel.
    #[serde(rename = "Mentions", default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<User>>")]
    pub mentions: Vec<User>,
    /// Whether it mentions all members.
    #[serde(rename = "MentionAll", default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub mention_all: bool,
    /// The users whom it names, and who aren't members; only in the reply to the sender.
    #[serde(rename = "NotMembers", default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<User>>")]
    pub not_members: Vec<User>,
    /// Its files.
    #[serde(rename = "Files", default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<File>>")]
    pub files: Vec<File>,
    /// The `Rev` of its last change; absent if it never changed.
    #[serde(rename = "Rev", default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number")]
    pub rev: Option<u64>,
    /// When its text was last edited.
    #[serde(rename = "EditedAt", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    #[ts(type = "string")]
    pub edited_at: Option<Timestamp>,
    /// When it was deleted. Its text is empty then.
    #[serde(rename = "DeletedAt", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    #[ts(type = "string")]
    pub deleted_at: Option<Timestamp>,
    /// When it was pinned, if it is.
    #[serde(rename = "PinnedAt", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    #[ts(type = "string")]
    pub pinned_at: Option<Timestamp>,
    /// The reactions to it, by the first of each emoji.
    #[serde(rename = "Reactions", default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Reaction>>")]
    pub reactions: Vec<Reaction>,
    /// How many messages of the chain that it began answer it or one another, without deleted ones.
    #[serde(rename = "Replies", default, skip_serializing_if = "is_zero")]
    #[ts(type = "number")]
    #[schemars(default)]
    pub replies: u64,
}

/// As serde asks whether to leave a number out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The payload of the `channelJoin` reply.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelView {
    /// The channel, as it was asked for.
    #[serde(flatten)]
    #[ts(flatten)]
    pub channel: Recipient,
    /// The channel's `rev` when they were read. Servers before 0.2 send none.
    #[serde(default)]
    #[ts(type = "number", optional)]
    pub rev: u64,
    /// The last 10, newest first.
    pub messages: Vec<Message>,
    /// Its members, at most 100, online first.
    pub users: Vec<User>,
    /// How many members there are.
    #[ts(type = "number")]
    pub users_total: u64,
}

/// The payload of the `channelMessages` reply.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct History {
    /// The channel, as it was asked for.
    #[serde(flatten)]
    #[ts(flatten)]
    pub channel: Recipient,
    /// How many messages the channel has.
    #[ts(type = "number")]
    pub total: u64,
    /// How many are in this reply.
    #[ts(type = "number")]
    pub received: u64,
    /// The channel's `rev` when they were read. Servers before 0.2 send none.
    #[serde(default)]
    #[ts(type = "number", optional)]
    pub rev: u64,
    /// Newest first for `before`, oldest first for `after`.
    pub messages: Vec<Message>,
}

/// The payload of `channelRead`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Read {
    /// The channel, from the reader's side.
    #[serde(flatten)]
    #[ts(flatten)]
    pub channel: Recipient,
    /// The `Seq` of the last message read.
    #[ts(type = "number")]
    pub seq: u64,
}

/// The payload of `channelTyping`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Typing {
    /// The channel, from the typing user's side.
    #[serde(flatten)]
    #[ts(flatten)]
    pub channel: Recipient,
    /// The user who is typing.
    #[serde(rename = "userUUID")]
    #[ts(type = "string")]
    pub user: UserUuid,
}

/// The payload of the `users` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Users {
    /// How many users there are; with a `query`, how many fit it.
    #[ts(type = "number")]
    pub total: u64,
    /// How many are in this reply.
    #[ts(type = "number")]
    pub received: u64,
    /// Online first, then by name.
    pub users: Vec<User>,
}

/// The payload of the `inbox` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Inbox {
    /// General, then the private channels, newest talk first.
    pub channels: Vec<InboxChannel>,
}

/// One channel of the inbox.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct InboxChannel {
    /// The channel, from the asker's side.
    #[serde(flatten)]
    #[ts(flatten)]
    pub channel: Recipient,
    /// The other user; absent for General.
    #[serde(rename = "Recipient", default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<User>,
    /// How many messages the channel has.
    #[ts(type = "number")]
    pub total: u64,
    /// How many of them the user has not read.
    #[ts(type = "number")]
    pub unread: u64,
    /// How many of these mention the user or answer them, where the request wants something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number")]
    pub mentions: Option<u64>,
    /// The `Seq` of the first one of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number")]
    pub first_mention: Option<u64>,
    /// Its `rev`, where the request wants something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number")]
    pub rev: Option<u64>,
    /// The newest one; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_message: Option<Message>,
    /// General, the group or the named channel, where the request wants `channels`.
    #[serde(rename = "Channel", default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Channel>,
    /// What the user has chosen for it, where the request wants `channels`.
    #[serde(flatten)]
    #[ts(flatten)]
    pub prefs: Chosen,
}

/// A missing recipient is written as an empty string.
mod nil_as_empty {
    use serde::{Deserialize, Deserializer, Serializer};
    use uuid::Uuid;

    #[expect(clippy::ref_option, reason = "serde passes fields by reference")]
    pub fn serialize<S: Serializer>(uuid: &Option<Uuid>, to: S) -> Result<S::Ok, S::Error> {
        match uuid {
            Some(uuid) => to.collect_str(uuid),
            None => to.serialize_str(""),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Uuid>, D::Error> {
        let text = String::deserialize(from)?;
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(serde::de::Error::custom)
    }
}
