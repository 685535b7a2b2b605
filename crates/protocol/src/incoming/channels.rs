//! Requests about groups and named channels, and their members.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::parse;
use crate::outgoing::{Level, Posting};
use crate::{UserUuid, integer};

/// A channel to be made: with a name a named channel, without one a group.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct NewChannel {
    /// The name: 1 to 64 characters. A `#` before it is dropped. Absent for a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub topic: Option<String>,
    /// Whether only members can read it and know of it. A group always is private.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// The other members, at most 100: of a group 2 to 19.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100))]
    #[ts(as = "Option<Vec<String>>")]
    pub users: Option<Vec<UserUuid>>,
    /// Makes a repetition harmless: within a day the same one by the same user makes one channel.
    #[serde(rename = "clientUUID", skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub client_uuid: Option<String>,
}

/// What is to change of a named channel.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct ChannelEdit {
    /// The channel's UUID.
    #[serde(rename = "recipientUUID", deserialize_with = "parse::string")]
    #[schemars(with = "String")]
    #[ts(as = "String", optional = false)]
    pub recipient: String,
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub topic: Option<String>,
    /// Who may write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posting: Option<Posting>,
    /// Whether it is archived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
}

/// Users to become members or owners of a named channel.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct MemberAdd {
    /// The channel's UUID.
    #[serde(rename = "recipientUUID", deserialize_with = "parse::string")]
    #[schemars(with = "String")]
    #[ts(as = "String", optional = false)]
    pub recipient: String,
    /// Who, at most 100; absent for oneself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100))]
    #[ts(as = "Option<Vec<String>>")]
    pub users: Option<Vec<UserUuid>>,
    /// Whether they own the channel; absent leaves that as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<bool>,
}

/// A member to be removed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct MemberRemove {
    /// The channel's UUID.
    #[serde(rename = "recipientUUID", default, deserialize_with = "parse::string")]
    #[schemars(with = "String")]
    pub recipient: String,
    /// The member; oneself to leave the channel.
    #[serde(rename = "userUUID")]
    #[ts(type = "string")]
    pub user: UserUuid,
}

/// Which members of a channel to list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default)]
#[ts(optional_fields)]
pub struct MembersPage {
    /// A group's or a named channel's UUID, or empty for General, whose members are all users.
    #[serde(rename = "recipientUUID", deserialize_with = "parse::string")]
    #[schemars(with = "Option<String>")]
    #[ts(as = "String", optional = false)]
    pub recipient: String,
    /// How many to skip; 0 if absent.
    #[serde(deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub offset: Option<u64>,
    /// How many at most: 100 if absent, 1,000 if greater.
    #[serde(deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub limit: Option<u64>,
    /// The start of the name, without regard to case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
}

impl NewChannel {
    /// The longest topic, in characters.
    pub const MAX_TOPIC: usize = 500;

    /// How many users a request names at the most.
    pub const MAX_USERS: usize = 100;
}

impl PrefsChange {
    /// The longest section, in characters.
    pub const MAX_SECTION: usize = 64;
}

impl MembersPage {
    /// The greatest `limit`.
    pub const MAX_LIMIT: u64 = 1_000;

    /// The `limit` of a request without one.
    pub const DEFAULT_LIMIT: u64 = 100;

    /// How many members it asks for.
    #[must_use]
    pub fn wanted(&self) -> u64 {
        self.limit.unwrap_or(Self::DEFAULT_LIMIT).min(Self::MAX_LIMIT)
    }
}

/// Which named channels to list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ChannelsPage {
    /// How many to skip; 0 if absent.
    #[serde(deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub offset: Option<u64>,
    /// How many at most: 100 if absent, 1,000 if greater.
    #[serde(deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub limit: Option<u64>,
    /// The start of the name, without regard to case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Whether archived ones are listed, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
}

impl ChannelsPage {
    /// How many channels it asks for.
    #[must_use]
    pub fn wanted(&self) -> u64 {
        self.limit.unwrap_or(MembersPage::DEFAULT_LIMIT).min(MembersPage::MAX_LIMIT)
    }
}

/// Preferences for a channel to be changed; those that are absent stay.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct PrefsChange {
    /// The channel, by what the user names it.
    #[serde(rename = "recipientUUID", deserialize_with = "parse::string")]
    #[schemars(with = "Option<String>")]
    #[ts(as = "String", optional = false)]
    pub recipient: String,
    /// Of what the user is notified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Until when nothing is notified, RFC 3339; empty ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muted_until: Option<String>,
    /// Whether it stands at the top of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
    /// The section of the list in which it stands; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub section: Option<String>,
    /// Marks it as unread from this `Seq` on; 0 ends that.
    #[serde(deserialize_with = "integer::maybe", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub unread_from: Option<u64>,
}
