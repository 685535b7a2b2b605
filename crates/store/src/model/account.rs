//! Users, and what lets them sign in.

use std::sync::Arc;

use chinwag_protocol::{SessionUuid, UserUuid};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A user, whose name never changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    /// The user's UUID.
    pub uuid: UserUuid,
    /// The name as first written.
    pub name: Arc<str>,
}

/// A user with what a sign-in needs.
#[derive(Clone, Debug)]
pub struct Account {
    /// The user.
    pub user: User,
    /// An Argon2id PHC string; empty if there is no password.
    pub password_hash: String,
    /// What the user is on the server.
    pub standing: Standing,
}

/// What a user is on the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// The role.
    pub role: Role,
    /// Whether the user is deactivated: signed in nowhere, and nobody can write to them.
    pub deactivated: bool,
    /// Whether it is the bot of a hook.
    pub hook: bool,
}

/// What a user may do on the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// What everybody may.
    #[default]
    Member,
    /// Also what admins may.
    Admin,
}

impl Role {
    /// Whether it is that of most.
    #[must_use]
    pub fn is_member(&self) -> bool {
        *self == Self::Member
    }
}

/// A user to be created.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The user.
    pub user: User,
    /// The name as it is compared, RFC 8266. Unique.
    pub folded_name: String,
    /// An Argon2id PHC string.
    pub password_hash: String,
    /// The digest of the link by which the user comes, of which a use is counted, and the time.
    pub link: Option<(KeyDigest, Timestamp)>,
}

/// What became of a user to be created.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Creation {
    /// The user is there.
    Created,
    /// The folded name is another user's. Nothing was changed.
    NameTaken,
    /// The name looks like another user's, by UTS 39. Nothing was changed.
    LooksTaken,
    /// The link can't be used any more. Nothing was changed.
    LinkEnded,
}

/// The SHA-256 of an access key's secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyDigest(pub [u8; 32]);

impl std::fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyDigest(…)")
    }
}

/// A password to be changed.
#[derive(Clone, Debug)]
pub struct PasswordChange {
    /// Whose, with the password that was verified.
    pub account: Account,
    /// The new password, an Argon2id PHC string.
    pub password_hash: String,
    /// The access key of the session that asks.
    pub asking: KeyDigest,
    /// The access key that takes the place of all others.
    pub key: KeyDigest,
    /// The session that asks, which goes on.
    pub session: SessionUuid,
}

/// A user in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserStatus {
    /// The user.
    pub user: User,
    /// Whether the user has a session anywhere.
    pub online: bool,
    /// What the user is on the server.
    pub standing: Standing,
}

impl UserStatus {
    /// Of an active member.
    pub(crate) fn new(user: User, online: bool) -> Self {
        Self { user, online, standing: Standing::default() }
    }
}

/// A user, for the command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownUser {
    /// The user.
    pub user: User,
    /// The name as it is compared.
    pub folded_name: String,
    /// What the user is on the server.
    pub standing: Standing,
}

/// Which users to list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UsersQuery {
    /// How many to skip.
    pub offset: u64,
    /// How many at the most.
    pub limit: u64,
    /// The start of the folded name; empty for all.
    pub folded_prefix: String,
}

/// One page of users.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UsersPage {
    /// How many users fit the query on all pages.
    pub total: u64,
    /// This page.
    pub users: Vec<UserStatus>,
}
