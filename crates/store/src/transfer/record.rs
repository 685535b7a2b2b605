//! The lines of an export.

use std::collections::BTreeMap;
use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, MessageUuid, UserUuid};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{File, NotifySettings, Preferences, Role, channel_name};

/// The form of the lines. Another number stands for another form.
pub const VERSION: u32 = 2;

/// The oldest form that is read. It has no kinds, members and names of channels.
pub const OLDEST: u32 = 1;

/// A line of an export: first `chinwag`, then all users, then the channels, each followed by its members
/// and its messages, at last `end`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Record {
    /// The beginning.
    Chinwag {
        /// [`VERSION`].
        version: u32,
    },
    /// A user. They are sorted by UUID.
    User {
        /// The user.
        user: UserRecord,
    },
    /// A channel: General, then the direct ones that hold a message, sorted by their users' UUIDs, then
    /// groups and named channels, sorted by UUID.
    Channel {
        /// The channel.
        channel: ChannelRecord,
    },
    /// A member of the last named channel, sorted by UUID. Of General and of direct channels those alone who
    /// have chosen something for it.
    Member {
        /// The member.
        member: MemberRecord,
    },
    /// A message of the last named channel.
    Message {
        /// The message.
        message: MessageRecord,
    },
    /// The end, by which a file that was cut off is known.
    End {
        /// What stood before.
        end: Counts,
    },
}

/// A user and what lasts of them.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserRecord {
    /// The UUID.
    #[serde(rename = "UUID")]
    pub uuid: UserUuid,
    /// As first written.
    pub username: Arc<str>,
    /// An Argon2id PHC string.
    pub password: String,
    /// The SHA-256 of each access key in hexadecimal digits: its last use, in seconds since 1970.
    pub access_keys: BTreeMap<String, i64>,
    /// The names of their devices, where they have one, by the same digits.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub devices: BTreeMap<String, String>,
    /// Up to which `Seq` General was read.
    pub read: u64,
    /// What the user has chosen for all notifications.
    #[serde(default, skip_serializing_if = "NotifySettings::is_default")]
    pub notify: NotifySettings,
    /// The role.
    #[serde(default, skip_serializing_if = "Role::is_member")]
    pub role: Role,
    /// Whether the user is deactivated.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deactivated: bool,
    /// Those whom the user has blocked, sorted by UUID.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<UserUuid>,
}

impl UserRecord {
    /// A user without a password, who can't sign in before getting one.
    #[must_use]
    pub fn new(uuid: UserUuid, username: &str) -> Self {
        Self {
            uuid,
            username: username.into(),
            password: String::new(),
            access_keys: BTreeMap::new(),
            devices: BTreeMap::new(),
            read: 0,
            notify: NotifySettings::default(),
            role: Role::Member,
            deactivated: false,
            blocked: Vec::new(),
        }
    }
}

impl std::fmt::Debug for UserRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserRecord").field("uuid", &self.uuid).finish_non_exhaustive()
    }
}

/// A channel.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChannelRecord {
    /// `public` for General.
    #[serde(rename = "UUID")]
    pub uuid: String,
    /// Whose it is. In version 1 it follows from the users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ChannelKind>,
    /// The two users of a direct channel, the smaller UUID first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<[UserUuid; 2]>,
    /// Up to which `Seq` each of the two has read; of General that stands with the users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<[u64; 2]>,
    /// Of a group or a named channel what else it is, and of General, once its topic or who may write was changed.
    #[serde(flatten)]
    pub details: Option<DetailsRecord>,
    /// How many messages follow.
    pub messages: u64,
}

/// Whose a channel is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChannelKind {
    /// Everybody's.
    General,
    /// Two users'.
    Direct,
    /// Some users', without a name.
    Group,
    /// Its members', with a name.
    Named,
}

impl ChannelRecord {
    /// General, followed by this number of messages.
    #[must_use]
    pub fn general(messages: u64) -> Self {
        let uuid = channel_name(ChannelUuid::GENERAL);
        let kind = Some(ChannelKind::General);
        Self { uuid, kind, users: None, read: None, details: None, messages }
    }

    /// A direct channel, whose users have read all of its messages.
    #[must_use]
    pub fn direct(uuid: ChannelUuid, mut users: [UserUuid; 2], messages: u64) -> Self {
        users.sort_unstable();
        let (kind, read) = (Some(ChannelKind::Direct), Some([messages; 2]));
        Self { uuid: channel_name(uuid), kind, users: Some(users), read, details: None, messages }
    }

    /// A group, where the name in `details` is empty, or a named channel.
    #[must_use]
    pub fn with_members(uuid: ChannelUuid, details: DetailsRecord, messages: u64) -> Self {
        let kind = if details.name.is_empty() { ChannelKind::Group } else { ChannelKind::Named };
        let details = Some(details);
        Self {
            uuid: channel_name(uuid),
            kind: Some(kind),
            users: None,
            read: None,
            details,
            messages,
        }
    }

    /// Whose it is.
    #[must_use]
    pub fn kind(&self) -> ChannelKind {
        self.kind.unwrap_or(match self.users {
            Some(_) => ChannelKind::Direct,
            None => ChannelKind::General,
        })
    }
}

/// What General, a group or a named channel is besides its messages and members.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DetailsRecord {
    /// The name; empty for a group.
    pub name: Arc<str>,
    /// The topic; may be empty.
    pub topic: Arc<str>,
    /// Whether only members can read it.
    pub private: bool,
    /// Whether only owners may write.
    pub owners_post: bool,
    /// Whether it is archived.
    pub archived: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl DetailsRecord {
    /// General, if its topic or who may write was changed.
    pub(crate) fn of_general(topic: Arc<str>, owners_post: bool) -> Option<Self> {
        let changed = !topic.is_empty() || owners_post;
        let general = Self::new("General", Timestamp::UNIX_EPOCH);
        changed.then_some(Self { topic, owners_post, ..general })
    }

    /// A private group if the name is empty, or a public channel, in which all members may write.
    #[must_use]
    pub fn new(name: &str, created_at: Timestamp) -> Self {
        Self {
            name: name.into(),
            topic: "".into(),
            private: name.is_empty(),
            owners_post: false,
            archived: false,
            created_at,
        }
    }
}

/// A member of a channel.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MemberRecord {
    /// The user.
    #[serde(rename = "UserUUID")]
    pub user: UserUuid,
    /// Up to which `Seq` the member has read.
    pub read: u64,
    /// Whether the member owns the channel.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owner: bool,
    /// Since when the user is a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// What the member has chosen.
    #[serde(default)]
    pub preferences: Preferences,
}

impl MemberRecord {
    /// A member of a group or a named channel.
    #[must_use]
    pub fn new(user: UserUuid, since: Timestamp) -> Self {
        let preferences = Preferences::default();
        Self { user, read: 0, owner: false, since: Some(since), preferences }
    }
}

/// A message.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MessageRecord {
    /// Its place in the channel.
    pub seq: u64,
    /// Its UUID.
    #[serde(rename = "UUID")]
    pub uuid: MessageUuid,
    /// Who wrote it.
    #[serde(rename = "SenderUUID")]
    pub sender: UserUuid,
    /// The name under which a hook has written it.
    #[serde(rename = "As", default, skip_serializing_if = "Option::is_none")]
    pub written_as: Option<Arc<str>>,
    /// The text.
    pub message: Arc<str>,
    /// When it was taken.
    pub created_at: Timestamp,
    /// By which a repetition is known.
    #[serde(rename = "clientUUID", default, skip_serializing_if = "Option::is_none")]
    pub client_uuid: Option<String>,
    /// The `Seq` that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<u64>,
    /// The first `Seq` of its chain; of a chain's first message its own, once it was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<u64>,
    /// Whom it mentions by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserUuid>,
    /// Whether it mentions all members.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mention_all: bool,
    /// Its files. Their bytes are elsewhere.
    #[serde(default, skip_serializing_if = "<[File]>::is_empty")]
    pub files: Box<[File]>,
    /// What has changed of it. The channel's `rev` is the greatest of its messages'.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Box<StateRecord>>,
}

impl MessageRecord {
    /// A message that answers and mentions nobody.
    #[must_use]
    pub fn new(
        seq: u64,
        uuid: MessageUuid,
        sender: UserUuid,
        message: Arc<str>,
        created_at: Timestamp,
    ) -> Self {
        Self {
            seq,
            uuid,
            sender,
            written_as: None,
            files: Box::default(),
            message,
            created_at,
            client_uuid: None,
            reply_to: None,
            root: None,
            mentions: Vec::new(),
            mention_all: false,
            state: None,
        }
    }
}

/// What has changed of a message.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct StateRecord {
    /// The `Rev` of its last change.
    pub rev: u64,
    /// When it was edited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// When it was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// When it was pinned, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned_at: Option<Timestamp>,
    /// How many replies its chain has, without deleted ones.
    #[serde(skip_serializing_if = "is_zero")]
    pub replies: u64,
    /// The reactions, by the first of each emoji, with the users in the order in which they reacted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<(Arc<str>, Vec<UserUuid>)>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// How many of each there were.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Counts {
    /// Users.
    pub users: u64,
    /// Channels, General included.
    pub channels: u64,
    /// Messages.
    pub messages: u64,
}
