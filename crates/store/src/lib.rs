//! What all nodes share: users, access keys, presence, channels, messages, and the feed of events.
//!
//! [`Store`] has two implementations: [`embedded`] (`SQLite` and an in-process feed) and [`mod@redis`]
//! (any number of nodes on one Redis). Both pass the same contract, in `tests/contract`.

pub mod embedded;
mod event;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod look;
mod model;
mod newest;
pub mod redis;
pub mod transfer;
pub mod vital;

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, SessionUuid, UserUuid};

pub use event::{Event, Feed, RevokedKeys, Ticket};
pub use look::alike;
pub use model::{
    Account, Address, Append, Channel, Creation, FoundChannel, HistoryPage, InboxEntry, Join,
    JoinedChannel, KeyDigest, Kind, Message, MessagesPage, NewAccount, Page, PasswordChange, User,
    UserStatus, UsersPage, UsersQuery,
};

/// The store can't answer now. Whoever asked may try again; whether a write took effect is unknown.
#[derive(Debug, thiserror::Error)]
#[error("failed to {action}: {reason}")]
pub struct Unavailable {
    /// What was attempted, as the continuation of "failed to".
    pub action: &'static str,
    /// What the database said. It holds no secret.
    pub reason: String,
}

/// The result of a request to the store.
pub type Result<T> = std::result::Result<T, Unavailable>;

/// What all nodes share.
///
/// **Order.** The [`Event::Message`] events of one channel reach a node's [`Feed`] in `Seq` order,
/// without a hole and without a double, from the moment on which the node has a reason to see the
/// channel: General always, another channel while one of its members has a session on the node.
/// An interrupted connection to the database is healed by reading what was missed. A stored element
/// that can't be read keeps its `Seq`: in pages, joins, inboxes and in General's events a message
/// stands for it ([`Message::is_unreadable`]); from a direct channel's events it is left out.
///
/// **Durability.** An event, a reply or an outcome leaves the store after the database has made
/// durable what it tells.
///
/// **Atomicity.** Each method takes effect as a whole or not at all, whatever other nodes do at
/// the same time: a name has one user, a pair of users one channel, a `Seq` one message.
///
/// **Cancellation.** A future that is dropped may have taken effect or not, as a whole, like one that
/// ended with an error. Two know better: a session whose [`Sessions::session_started`] did not return
/// `Ok` is ended, and after a [`Sessions::join`] or [`Sessions::leave`] that did not, the session counts
/// as being where it was; others may have heard [`Event::Joined`] or [`Event::Left`] all the same.
#[async_trait]
pub trait Store: Accounts + AccessKeys + Sessions + Channels + Messages {
    /// Names the history that the store holds. Another one means that messages which were seen may be
    /// lost, so that whoever holds some reads them again.
    fn epoch(&self) -> Arc<str>;

    /// Whether the store does what storing a message needs. It writes, so it is not to be asked often.
    async fn ready(&self) -> Result<()>;

    /// How much space the store has.
    async fn space(&self) -> Result<Space>;

    /// Returns when everything that was asked for has been stored and announced. Nothing is taken after it.
    async fn close(&self);
}

/// Users and their passwords.
#[async_trait]
pub trait Accounts: Send + Sync + 'static {
    /// The account with this folded name.
    async fn account(&self, folded_name: &str) -> Result<Option<Account>>;

    /// Creates a user, unless the folded name is taken or the name looks like another's.
    ///
    /// What General holds at this moment counts as read by the new user.
    async fn create_account(&self, account: NewAccount) -> Result<Creation>;

    /// One page of the users, online first, then by folded name.
    async fn users(&self, query: UsersQuery) -> Result<UsersPage>;

    /// Changes the password, puts one new access key in the place of all the user's keys, and
    /// announces their end with [`Event::KeysRevoked`]. `false`, and nothing is changed, if the
    /// password isn't the one that was verified any more, or the asking key has ended.
    async fn change_password(&self, change: PasswordChange) -> Result<bool>;
}

/// The keys by which users come back without a password.
#[async_trait]
pub trait AccessKeys: Send + Sync + 'static {
    /// Lets the user resume with the key of this digest, for 30 days from its last use. `false`, and
    /// nothing is changed, if the account's password is another one meanwhile. The user's lapsed keys
    /// are removed, and of the others all but the 50 that were used last.
    async fn add_access_key(&self, account: &Account, digest: KeyDigest) -> Result<bool>;

    /// The user, if this digest is one of their keys and has not lapsed; counts as a use.
    ///
    /// A clock that was wrong for a while removes no key.
    async fn use_access_key(&self, user: UserUuid, digest: KeyDigest) -> Result<Option<User>>;

    /// Ends a key and announces it with [`Event::KeysRevoked`]. Ending an unknown key changes nothing.
    async fn revoke_access_key(
        &self,
        user: UserUuid,
        digest: KeyDigest,
        session: SessionUuid,
    ) -> Result<()>;

    /// Ends all keys of the user and announces it with [`Event::KeysRevoked`].
    async fn revoke_all_access_keys(&self, user: UserUuid, session: SessionUuid) -> Result<()>;
}

/// Who is there, and in which channel.
#[async_trait]
pub trait Sessions: Send + Sync + 'static {
    /// Counts a session of the user, announces it with [`Event::SessionStarted`], and from its
    /// return on the node sees the channels of which the user is a member. Returns the number of
    /// sessions on the whole system.
    async fn session_started(&self, user: &User, session: SessionUuid) -> Result<u64>;

    /// Ends a session that was started on this node, leaving `joined`. Announces [`Event::Left`]
    /// where it had joined a channel and [`Event::WentOffline`] where it was the user's last one.
    /// With the database away it takes effect as soon as that is back.
    fn session_ended(&self, user: &User, session: SessionUuid, joined: Option<Channel>);

    /// Whether the user has a session anywhere, as far as this node has heard.
    fn is_online(&self, user: UserUuid) -> bool;

    /// How many users have a session anywhere, as far as this node has heard.
    fn online_users(&self) -> u64;

    /// Joins a channel, leaving another: announces [`Event::Left`] and [`Event::Joined`], returns
    /// the last 10 messages, newest first, and the first members.
    ///
    /// Every message with a greater `Seq` than the returned total reaches the feed after this call began.
    async fn join(&self, join: Join) -> Result<JoinedChannel>;

    /// Leaves a channel and announces [`Event::Left`]. Returns the number of sessions on the system.
    async fn leave(&self, user: &User, session: SessionUuid, channel: &Channel) -> Result<u64>;

    /// Announces [`Event::Typing`]. Lost if the database is away.
    fn typing(&self, user: UserUuid, session: SessionUuid, channel: &Channel);
}

/// Channels and their members.
#[async_trait]
pub trait Channels: Send + Sync + 'static {
    /// The channel of the two users, made if there is none; `None` if there is no such recipient.
    async fn direct_channel(&self, user: UserUuid, recipient: UserUuid) -> Result<Option<Channel>>;

    /// The channel of the two users, if there is one. Nothing is made.
    async fn find_channel(&self, user: UserUuid, recipient: UserUuid) -> Result<FoundChannel>;

    /// General, then the user's direct channels that hold a message, newest talk first, 1,000 at the most.
    async fn inbox(&self, user: &User) -> Result<Vec<InboxEntry>>;

    /// Marks the channel as read up to `seq`, never back and never past its end. Announces
    /// [`Event::Read`] and returns the mark.
    async fn mark_read(
        &self,
        user: UserUuid,
        session: SessionUuid,
        channel: &Channel,
        seq: u64,
    ) -> Result<u64>;
}

/// The messages of channels.
#[async_trait]
pub trait Messages: Send + Sync + 'static {
    /// Takes messages to be stored and announced, each in one step.
    ///
    /// For each exactly one event with its ticket comes through the feed: [`Event::Message`],
    /// [`Event::Repeated`] or [`Event::Refused`]; those of one connection in the order of the
    /// calls, a refusal excepted, which may come early.
    ///
    /// Returns those that it can't take, because too many are under way already or the store is
    /// closed. No event comes for these.
    fn append(&self, appends: Vec<Append>) -> Vec<(Ticket, Unavailable)>;

    /// A page of a channel's history.
    async fn messages(
        &self,
        channel: &Channel,
        user: &User,
        page: HistoryPage,
    ) -> Result<MessagesPage>;
}

/// The space of a store, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Space {
    /// On the disk of the embedded store.
    Disk {
        /// For users without special rights.
        free: u64,
        /// Free or not.
        size: u64,
    },
    /// In the memory of Redis.
    Memory {
        /// For data and all else.
        used: u64,
        /// Its `maxmemory`; 0 if it has no limit.
        limit: u64,
    },
}

/// The members of a channel that [`Sessions::join`] returns at the most.
pub const MEMBERS_LIMIT: usize = 100;

/// The messages that [`Sessions::join`] returns at the most.
pub const JOIN_MESSAGES: u64 = 10;

/// The channels that [`Channels::inbox`] returns at the most.
pub const INBOX_LIMIT: usize = 1_000;

/// How many access keys a user has at the most.
pub const KEYS_LIMIT: u32 = 50;

/// How long an unused access key lasts, in seconds: 30 days.
pub const KEY_LIFETIME: i64 = 30 * 24 * 60 * 60;

/// How a channel is called in Redis and in logs.
#[must_use]
pub fn channel_name(channel: ChannelUuid) -> String {
    if channel.is_general() { "public".to_owned() } else { channel.to_string() }
}
