//! Groups and named channels as JSON, in the answers of scripts and in news.

use std::sync::Arc;

use chinwag_protocol::ChannelUuid;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::link::unreadable;
use super::records::Person;
use crate::{ChannelDetails, Level, Member, MembersChange, Membership, Preferences, Result, User};

/// General, a group or a named channel.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredDetails {
    pub uuid: ChannelUuid,
    name: Arc<str>,
    topic: Arc<str>,
    pub private: bool,
    owners_post: bool,
    archived: bool,
    created_at: Timestamp,
    /// How often it, or its members, were changed.
    #[serde(default)]
    pub edition: u64,
    users_total: u64,
    users: Vec<Person>,
}

/// A member of a group or a named channel.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct StoredMember {
    #[serde(flatten)]
    pub person: Person,
    owner: bool,
}

/// What became of members.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredChange {
    users: Vec<StoredMember>,
    users_total: u64,
}

impl StoredDetails {
    /// Of what its members are notified at first.
    pub(super) fn first_level(&self) -> Level {
        first_level(if self.name.is_empty() { "group" } else { "named" })
    }

    /// Stands for a channel that has ended.
    pub(super) fn ended(uuid: ChannelUuid) -> Self {
        Self {
            uuid,
            name: "".into(),
            topic: "".into(),
            private: true,
            owners_post: false,
            archived: false,
            created_at: Timestamp::UNIX_EPOCH,
            edition: 0,
            users_total: 0,
            users: Vec::new(),
        }
    }
}

impl From<StoredDetails> for ChannelDetails {
    fn from(stored: StoredDetails) -> Self {
        let StoredDetails { uuid, name, topic, private, owners_post, archived, .. } = stored;
        Self {
            uuid,
            name,
            topic,
            private,
            owners_post,
            archived,
            created_at: stored.created_at,
            users_total: stored.users_total,
            users: stored.users.into_iter().map(User::from).collect(),
        }
    }
}

impl From<StoredMember> for Member {
    fn from(stored: StoredMember) -> Self {
        Self { user: stored.person.into(), owner: stored.owner }
    }
}

impl From<StoredChange> for MembersChange {
    fn from(stored: StoredChange) -> Self {
        let users = stored.users.into_iter().map(Member::from).collect();
        Self { users, users_total: stored.users_total }
    }
}

/// Of what members of a channel of this kind are notified at first.
pub(super) fn first_level(kind: &str) -> Level {
    if matches!(kind, "direct" | "group") { Level::All } else { Level::Mentions }
}

/// Reads what a script answered.
pub(super) fn parse<T: DeserializeOwned>(action: &'static str, json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|_| unreadable(action, "a channel"))
}

/// Preferences as they stand in `channelPreferences:<ChannelUUID>`; those that a member begins with if
/// they are not as documented.
pub(super) fn preferences(json: &str, first_level: Level) -> Preferences {
    let first = Preferences { level: first_level, ..Preferences::default() };
    serde_json::from_str(json).unwrap_or(first)
}

/// A member's part in a channel. `"1"` stands for yes.
pub(super) fn membership(owner: &str, json: &str, first_level: Level) -> Membership {
    Membership { owner: owner == "1", preferences: preferences(json, first_level) }
}
