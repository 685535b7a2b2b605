//! Links, by which users come in or back, and devices.

use std::sync::Arc;

use chinwag_protocol::{SessionUuid, UserUuid};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Deletion, KeyDigest, Role};

/// What a link does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LinkKind {
    /// It makes an admin.
    Claim,
    /// It lets new users sign up.
    Invite,
    /// It lets a user choose a new password.
    Reset,
    /// It signs its user in on another device.
    Device,
}

/// A link, without its secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// The link.
    pub uuid: Uuid,
    /// What it does.
    pub kind: LinkKind,
    /// Who made it; `None` for the command line.
    pub by: Option<UserUuid>,
    /// Whom it is about: who gets a new password, another device or the role. A claim may have none.
    pub user: Option<UserUuid>,
    /// Of which channels those who are invited become members.
    pub channels: Vec<Uuid>,
    /// How often it can still be used.
    pub uses: u64,
    /// When it was made.
    pub at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// How a user signs in by a link.
#[derive(Clone, Debug)]
pub struct LinkUse {
    /// The digest of the link's secret.
    pub link: KeyDigest,
    /// Whom it is about.
    pub user: UserUuid,
    /// Of a reset the new password, an Argon2id PHC string.
    pub password_hash: Option<String>,
    /// The new access key.
    pub key: KeyDigest,
    /// The name of the device.
    pub device: String,
    /// The session that signs in.
    pub session: SessionUuid,
    /// When.
    pub at: Timestamp,
}

/// A device on which a user is signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// Its access key.
    pub digest: KeyDigest,
    /// Its name; may be empty.
    pub name: Arc<str>,
    /// When it was last used, in seconds since 1970.
    pub used_at: i64,
}

impl Device {
    /// By what its user names it.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.digest.0[..16]);
        Uuid::from_bytes(bytes)
    }
}

/// What is to change of a user.
#[derive(Clone, Copy, Debug)]
pub struct UserEdit {
    /// Who asks: an admin, or nobody where it is the command line.
    pub asker: Option<UserUuid>,
    /// The asking session.
    pub session: SessionUuid,
    /// Who.
    pub user: UserUuid,
    /// The new role.
    pub role: Option<Role>,
    /// Whether the user is deactivated.
    pub deactivated: Option<bool>,
    /// The time from which on the user's messages are deleted, by [`crate::Moderation::deletions`].
    pub delete_since: Option<Timestamp>,
    /// When the node took it.
    pub at: Timestamp,
}

impl UserEdit {
    /// The user's messages that are to be deleted, in whole seconds.
    pub(crate) fn deletion(&self) -> Option<Deletion> {
        let second = |time: Timestamp, more| {
            Timestamp::from_second(time.as_second().saturating_add(more)).unwrap_or(time)
        };
        let since = second(self.delete_since?, 0);
        Some(Deletion { user: self.user, since, until: second(self.at, 1) })
    }
}
