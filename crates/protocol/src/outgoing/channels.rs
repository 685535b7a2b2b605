//! Groups and named channels, their members, and what a user has chosen for a channel.

use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Recipient, Role};
use crate::{ChannelUuid, UserUuid};

/// General, a group or a named channel.
#[expect(clippy::struct_excessive_bools, reason = "each is a property on the wire")]
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct Channel {
    /// The channel.
    #[serde(rename = "UUID")]
    #[ts(type = "string")]
    pub uuid: ChannelUuid,
    /// The name; empty for a group.
    #[serde(rename = "Name")]
    #[ts(type = "string")]
    pub name: Arc<str>,
    /// What it is about; may be empty.
    #[serde(rename = "Topic")]
    #[ts(type = "string")]
    pub topic: Arc<str>,
    /// Whether only members can read it and know of it.
    #[serde(rename = "Private", default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub private: bool,
    /// Who may write.
    #[serde(rename = "Posting")]
    pub posting: Posting,
    /// Whether nothing is written and changed any more.
    #[serde(rename = "Archived", default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub archived: bool,
    /// When it was made: RFC 3339, UTC.
    #[serde(rename = "CreatedAt")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    #[ts(type = "string")]
    pub created_at: Timestamp,
    /// How many members it has.
    #[serde(rename = "usersTotal")]
    #[ts(type = "number")]
    pub users_total: u64,
    /// The users of a group.
    #[serde(rename = "Users", default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Member>>")]
    pub users: Vec<Member>,
    /// Whether the asker is a member; in replies only.
    #[serde(rename = "Member", default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub member: bool,
    /// Whether the asker owns it; in replies only.
    #[serde(rename = "Owner", default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub owner: bool,
}

/// Who may write in a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Posting {
    /// All members.
    All,
    /// Owners alone.
    Owners,
}

/// Of what a user is notified in a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// Every message.
    All,
    /// Mentions and replies.
    Mentions,
    /// Nothing.
    None,
}

/// A member of a channel.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct Member {
    /// The user.
    #[serde(rename = "UUID")]
    #[ts(type = "string")]
    pub uuid: UserUuid,
    /// The name as first written.
    #[serde(rename = "Username")]
    #[ts(type = "string")]
    pub username: Arc<str>,
    /// Whether the user has a session anywhere; in lists of members only.
    #[serde(rename = "OnLine", default, skip_serializing_if = "Option::is_none")]
    pub online: Option<bool>,
    /// Whether the user owns the channel.
    #[serde(rename = "Owner", default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub owner: bool,
    /// The role, where it isn't `member`; in lists of users only.
    #[serde(rename = "Role", default, skip_serializing_if = "Role::is_member")]
    #[ts(as = "Option<Role>")]
    pub role: Role,
    /// Whether it is a bot.
    #[serde(rename = "Bot", default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub bot: bool,
    /// Whether the user is deactivated; in lists of users only.
    #[serde(rename = "Deactivated", default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub deactivated: bool,
}

/// Members that have come, changed or gone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MembersNews {
    /// The channel.
    #[serde(flatten)]
    #[ts(flatten)]
    pub channel: Recipient,
    /// Those who have come, or have become owners or ceased to be.
    pub added: Vec<Member>,
    /// Those who have gone.
    pub removed: Vec<Member>,
    /// How many members the channel has now.
    #[ts(type = "number")]
    pub users_total: u64,
}

/// The payload of the replies to `memberAdd` and `memberRemove`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MembersChanged {
    /// The channel.
    #[serde(flatten)]
    #[ts(flatten)]
    pub channel: Recipient,
    /// The users who were asked for, as they are now; a removed one as they were.
    pub users: Vec<Member>,
    /// How many members the channel has now.
    #[ts(type = "number")]
    pub users_total: u64,
}

/// The payload of the `channelMembers` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Members {
    /// The channel.
    #[serde(flatten)]
    #[ts(flatten)]
    pub channel: Recipient,
    /// How many members fit the query.
    #[ts(type = "number")]
    pub total: u64,
    /// How many are in this reply.
    #[ts(type = "number")]
    pub received: u64,
    /// Online first, then by name.
    pub users: Vec<Member>,
}

/// The payload of the `channels` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Channels {
    /// How many channels fit the query.
    #[ts(type = "number")]
    pub total: u64,
    /// How many are in this reply.
    #[ts(type = "number")]
    pub received: u64,
    /// By name.
    pub channels: Vec<Channel>,
}

/// What a user has chosen for a channel.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Chosen {
    /// Of what the user is notified. Unless it was chosen, `all` in groups and direct channels, `mentions` in
    /// General and named channels. Absent where the session doesn't want `channels`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Until when nothing is notified: RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    #[ts(type = "string")]
    pub muted_until: Option<Timestamp>,
    /// Whether it stands at the top of the list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub pinned: bool,
    /// The section of the list in which it stands.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>")]
    pub section: String,
    /// The `Seq` from which on it is marked as unread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number")]
    pub unread_from: Option<u64>,
}

/// The payload of the `channelPrefs` reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
pub struct Prefs {
    /// The channel, by what the user names it.
    #[serde(flatten)]
    #[ts(flatten)]
    pub channel: Recipient,
    /// What is chosen.
    #[serde(flatten)]
    #[ts(flatten)]
    pub chosen: Chosen,
}
