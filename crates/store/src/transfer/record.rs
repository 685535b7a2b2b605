//! The lines of an export.

use std::collections::BTreeMap;
use std::sync::Arc;

use chinwag_protocol::{MessageUuid, UserUuid};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The form of the lines. Another number stands for another form.
pub const VERSION: u32 = 1;

/// A line of an export: first `chinwag`, then all users, then General and the private channels,
/// each followed by its messages, at last `end`.
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
    /// A channel: General, then the private ones that hold a message, sorted by their users' UUIDs.
    Channel {
        /// The channel.
        channel: ChannelRecord,
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
    /// Up to which `Seq` General was read.
    pub read: u64,
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
    /// The two users, the smaller UUID first; of General nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<[UserUuid; 2]>,
    /// Up to which `Seq` each of the two has read; of General that stands with the users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<[u64; 2]>,
    /// How many messages follow.
    pub messages: u64,
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
    /// The text.
    pub message: Arc<str>,
    /// When it was taken.
    pub created_at: Timestamp,
    /// By which a repetition is known.
    #[serde(rename = "clientUUID", default, skip_serializing_if = "Option::is_none")]
    pub client_uuid: Option<String>,
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
