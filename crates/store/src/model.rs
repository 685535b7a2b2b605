//! What is kept and asked for, in the store's own terms.

use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, MessageUuid, SessionUuid, UserUuid};
use jiff::Timestamp;

use crate::{JOIN_MESSAGES, Ticket};

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
    /// An Argon2id PHC string.
    pub password_hash: String,
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

/// A user and whether they are online.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserStatus {
    /// The user.
    pub user: User,
    /// Whether the user has a session anywhere.
    pub online: bool,
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

/// A channel from one user's side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channel {
    /// The channel.
    pub uuid: ChannelUuid,
    /// The other user (oneself in a channel with oneself); `None` for General.
    pub recipient: Option<User>,
}

impl Channel {
    /// The channel of everybody.
    pub const GENERAL: Self = Self { uuid: ChannelUuid::GENERAL, recipient: None };

    /// The other user's UUID; `None` for General.
    #[must_use]
    pub fn recipient_uuid(&self) -> Option<UserUuid> {
        self.recipient.as_ref().map(|user| user.uuid)
    }
}

/// What was found where a private channel is looked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FoundChannel {
    /// There is no such recipient.
    NoUser,
    /// The two have no channel yet.
    NoChannel,
    /// The channel, from the asker's side.
    Channel(Channel),
}

impl FoundChannel {
    /// The channel, if there is one.
    #[must_use]
    pub fn channel(self) -> Option<Channel> {
        match self {
            Self::Channel(channel) => Some(channel),
            Self::NoUser | Self::NoChannel => None,
        }
    }
}

/// A stored message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Its UUID.
    pub uuid: MessageUuid,
    /// Where it was written.
    pub channel: ChannelUuid,
    /// Its place in the channel: 1, 2, 3 … without holes.
    pub seq: u64,
    /// Who wrote it.
    pub sender: User,
    /// Whom it was written to; `None` for General.
    pub recipient: Option<User>,
    /// The text, byte for byte.
    pub text: Arc<str>,
    /// When the sender's node took it.
    pub created_at: Timestamp,
}

impl Message {
    /// Stands for an element of the store that can't be read, so that its `Seq` is not a hole: no
    /// text, the nil UUID and an empty name as sender, and the time 1970-01-01T00:00:00Z.
    pub(crate) fn unreadable(channel: &Channel, seq: u64) -> Self {
        Self {
            uuid: unreadable_uuid(channel.uuid, seq),
            channel: channel.uuid,
            seq,
            sender: User { uuid: UserUuid::default(), name: "".into() },
            recipient: channel.recipient.clone(),
            text: "".into(),
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// Whether it stands for an element of the store that can't be read.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.sender.uuid == UserUuid::default()
    }
}

/// The same at each reading, on each node: a UUID of version 8 (RFC 9562) from the channel's first
/// 60 bits and the `Seq`.
fn unreadable_uuid(channel: ChannelUuid, seq: u64) -> MessageUuid {
    let (high, _) = channel.0.as_u64_pair();
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&high.to_be_bytes());
    bytes[8..].copy_from_slice(&seq.to_be_bytes());
    MessageUuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// A message to be stored.
#[derive(Clone, Debug)]
pub struct Append {
    /// Which send its outcome belongs to.
    pub ticket: Ticket,
    /// Who writes.
    pub sender: User,
    /// Where, from the sender's side.
    pub channel: Channel,
    /// The text, byte for byte.
    pub text: Arc<str>,
    /// Makes a repetition by the same sender in the same channel harmless.
    pub client_uuid: Option<String>,
    /// When the node took it.
    pub created_at: Timestamp,
}

/// A session joining a channel.
#[derive(Clone, Debug)]
pub struct Join {
    /// Who joins.
    pub user: User,
    /// With which session.
    pub session: SessionUuid,
    /// What is joined, from the user's side.
    pub channel: Channel,
    /// What the session had joined before.
    pub leaving: Option<Channel>,
}

/// What a join shows.
#[derive(Clone, Debug)]
pub struct JoinedChannel {
    /// The last 10 messages, newest first.
    pub history: Messages,
    /// The first members, online first, then by name: of General those who joined it, of a private
    /// channel its two users. The joiner is among them.
    pub members: Vec<UserStatus>,
    /// How many members there are.
    pub members_total: u64,
    /// Sessions on the whole system.
    pub sessions: u64,
}

/// Messages, and how many their channel has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Messages {
    /// The `Seq` of the channel's last message; 0 if it has none.
    pub total: u64,
    /// Those asked for.
    pub messages: Vec<Message>,
}

impl HistoryPage {
    /// What a join shows.
    pub(crate) const NEWEST: Self = Self { page: Page::Last, limit: JOIN_MESSAGES };
}

/// Which part of the history to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HistoryPage {
    /// From where in which direction.
    pub page: Page,
    /// How many messages at the most.
    pub limit: u64,
}

/// From where in which direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// The newest, newest first.
    Last,
    /// With a smaller `Seq`, newest first.
    Before(u64),
    /// With a greater `Seq`, oldest first.
    After(u64),
}

/// One channel of a user's inbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InboxEntry {
    /// The channel, from the user's side.
    pub channel: Channel,
    /// How many messages it has.
    pub total: u64,
    /// How many come after the user's read mark. One's own sends move the mark.
    pub unread: u64,
    /// The newest message.
    pub last_message: Option<Message>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreadable_elements_have_uuids_of_their_own_and_keep_them() {
        let private = ChannelUuid::random();
        let uuids =
            [(ChannelUuid::GENERAL, 1), (ChannelUuid::GENERAL, 2), (private, 1), (private, 2)]
                .map(|(channel, seq)| unreadable_uuid(channel, seq));
        let distinct: std::collections::HashSet<_> = uuids.iter().collect();
        assert_eq!(distinct.len(), 4);
        assert_eq!(uuids[2], unreadable_uuid(private, 1));
        assert_eq!(uuids[0].to_string(), "00000000-0000-8000-8000-000000000001");
    }
}
