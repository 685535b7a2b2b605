//! What all nodes share: users, access keys, presence, channels, messages, and the feed of events.
//!
//! [`Store`] has two implementations: [`embedded`] (`SQLite` and an in-process feed) and [`mod@redis`]
//! (any number of nodes on one Redis). Both pass the same contract, in `tests/store/contract`.

pub mod embedded;
mod event;
mod failure;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod look;
mod model;
mod newest;
pub mod redis;
pub mod transfer;
pub mod vital;

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, FileUuid, HookUuid, SessionUuid, UserUuid};
use jiff::Timestamp;
use uuid::Uuid;

pub use event::{Event, Feed, RevokedKeys, Ticket};
pub use failure::{Attempt, Denied, Failure, Result, Unavailable};
pub use look::{alike, looks};
pub use model::*;

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
/// **Atomicity.** Each method takes effect as a whole or not at all, beside all that other nodes do at
/// the same time: a name has one user, a pair of users one channel, a `Seq` one message.
///
/// **Cancellation.** A future that is dropped may have taken effect or not, as a whole, like one that
/// ended with an error. Two know better: a session whose [`Sessions::session_started`] did not return
/// `Ok` is ended, and after a [`Sessions::join`] or [`Sessions::leave`] that did not, the session counts
/// as being where it was; others may have heard [`Event::Joined`] or [`Event::Left`] all the same.
#[async_trait]
pub trait Store:
    Accounts
    + AccessKeys
    + Links
    + Moderation
    + Sessions
    + Channels
    + Members
    + Messages
    + Changes
    + Subscriptions
    + Files
    + Followed
    + Hooks
{
    /// Names the history that the store holds. Another one means that messages which were seen may be
    /// lost, so that their holders read them again.
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

    /// The users with these folded names, in their order; `None` where there is none.
    async fn users_named(&self, folded_names: Vec<String>) -> Result<Vec<Option<User>>>;

    /// Those of these users that there are.
    async fn known_users(&self, users: Vec<UserUuid>) -> Result<Vec<User>>;

    /// These users with presence and standing, in their order, as far as there are such users.
    async fn status(&self, users: Vec<UserUuid>) -> Result<Vec<UserStatus>>;

    /// One page of the users, online first, then by folded name.
    async fn users(&self, query: UsersQuery) -> Result<UsersPage>;

    /// What these users have chosen for all notifications, in their order; the default for one who has chosen nothing.
    async fn notify_settings(&self, users: Vec<UserUuid>) -> Result<Vec<NotifySettings>>;

    /// Changes what a user has chosen for all notifications, and returns it.
    async fn change_notify(&self, change: NotifyChange) -> Result<NotifySettings>;

    /// Changes the password, puts one new access key in the place of all the user's keys, and
    /// announces their end with [`Event::KeysRevoked`]. `false`, and nothing is changed, if the
    /// password isn't the one that was verified any more, or the asking key has ended.
    async fn change_password(&self, change: PasswordChange) -> Result<bool>;
}

/// The keys by which users come back without a password.
#[async_trait]
pub trait AccessKeys: Send + Sync + 'static {
    /// Lets the user resume on this device with the key of this digest, for 30 days from its last use. `false`,
    /// and nothing is changed, if the account's password is another one meanwhile, or the user is deactivated. The
    /// user's lapsed keys are removed, and of the others all but the 50 that were used last.
    async fn add_access_key(
        &self,
        account: &Account,
        digest: KeyDigest,
        device: &str,
    ) -> Result<bool>;

    /// The user with the role, if this digest is one of their keys and has not lapsed; counts as a use.
    ///
    /// A clock that was wrong for a while removes no key.
    async fn use_access_key(
        &self,
        user: UserUuid,
        digest: KeyDigest,
    ) -> Result<Option<(User, Role)>>;

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

/// Links, devices and roles.
#[async_trait]
pub trait Links: Send + Sync + 'static {
    /// Keeps a link under the digest of its secret. One that `by` nobody is from the command line; invites and
    /// resets are made by admins alone.
    async fn add_link(&self, link: Link, digest: KeyDigest) -> Attempt<()>;

    /// The link of this digest, if it can still be used.
    async fn link(&self, digest: KeyDigest) -> Result<Option<Link>>;

    /// The links that can still be used, newest first: all for an admin, of others their own.
    async fn links(&self, asker: UserUuid) -> Result<Vec<Link>>;

    /// Ends a link that the asker can list.
    async fn revoke_link(&self, asker: UserUuid, link: Uuid) -> Attempt<()>;

    /// Uses a link that is about a user, and adds an access key. A reset sets the password, ends all other keys and
    /// announces [`Event::KeysRevoked`]; a claim makes the user an admin.
    async fn use_link(&self, used: LinkUse) -> Attempt<(User, Role)>;

    /// The devices on which the user is signed in; the one used last comes first.
    async fn devices(&self, user: UserUuid) -> Result<Vec<Device>>;

    /// Changes the role of a user, or deactivates one: then all keys and links end, announced with
    /// [`Event::KeysRevoked`], and private channels that have no other owner get their longest member as one.
    async fn edit_user(&self, edit: UserEdit) -> Attempt<UserStatus>;

    /// Whether there is an active admin.
    async fn has_admin(&self) -> Result<bool>;
}

/// Blocks and reports.
#[async_trait]
pub trait Moderation: Send + Sync + 'static {
    /// Blocks a user for another one, or undoes that. While either of two has blocked the other, neither writes in
    /// their direct channel or adds the other to a channel.
    async fn set_block(&self, user: UserUuid, blocked: UserUuid, on: bool) -> Attempt<()>;

    /// Those whom the user has blocked, in no order.
    async fn blocked(&self, user: UserUuid) -> Result<Vec<User>>;

    /// Keeps a report for [`REPORT_LIFETIME`], and announces [`Event::Reported`]. One with the same UUID that is open
    /// stays as it is.
    async fn add_report(&self, report: Report) -> Result<()>;

    /// A page of the open reports, for an admin.
    async fn reports(&self, query: ReportsQuery) -> Attempt<ReportsPage>;

    /// Ends a report with its copy of the message, for an admin.
    async fn close_report(&self, asker: UserUuid, report: Uuid) -> Attempt<()>;

    /// Whose messages are to be deleted, as [`Links::edit_user`] was asked to.
    async fn deletions(&self) -> Result<Vec<Deletion>>;

    /// Forgets a deletion, unless more is to be deleted meanwhile.
    async fn deletion_done(&self, deletion: Deletion) -> Result<()>;
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

    /// Joins a channel that the user can read, leaving another: announces [`Event::Left`] and [`Event::Joined`], returns
    /// the last 10 messages, newest first, and the first members.
    ///
    /// Every message with a greater `Seq` than the returned total reaches the feed after this call began.
    async fn join(&self, join: Join) -> Attempt<JoinedChannel>;

    /// Leaves a channel and announces [`Event::Left`]. Returns the number of sessions on the system.
    async fn leave(&self, user: &User, session: SessionUuid, channel: &Channel) -> Result<u64>;

    /// Announces [`Event::Typing`]. Lost if the database is away.
    fn typing(&self, user: UserUuid, session: SessionUuid, channel: &Channel);
}

/// Channels, and how far who has read them.
#[async_trait]
pub trait Channels: Send + Sync + 'static {
    /// The channel that a user means by this UUID: another user's for the direct channel of the two, or a
    /// group's or a named channel's own. With `make` a direct channel is made where there is none.
    async fn find_channel(&self, user: UserUuid, named: Uuid, make: bool) -> Result<FoundChannel>;

    /// General, then the user's channels, newest message first: direct channels that hold one, 1,000 with
    /// General at the most, and where they are wanted all groups and named channels, of which one without
    /// a message stands by the time when the user became a member.
    async fn inbox(&self, user: &User, wanted: Wanted) -> Result<Vec<InboxEntry>>;

    /// One page of the mentions of a user by name, the replies to the user, and the reactions to the user's messages,
    /// newest first: [`ACTIVITY_LIMIT`] at the most, and only of channels that the user can read now.
    async fn activity(&self, query: ActivityQuery) -> Result<ActivityPage>;

    /// Marks the channel, of which the user is a member, as read up to `seq`, never back and never past its end. Announces
    /// [`Event::Read`] and returns the mark.
    async fn mark_read(
        &self,
        user: UserUuid,
        session: SessionUuid,
        channel: &Channel,
        seq: u64,
    ) -> Attempt<u64>;
}

/// Groups and named channels, and their members.
///
/// Rights are checked where the change is made. What the asker may not know of is [`Denied::NotFound`].
#[async_trait]
pub trait Members: Send + Sync + 'static {
    /// Makes a group or a named channel, and announces [`Event::Channel`]. A group of the same people
    /// that is there already is returned, and so is what was made by the same `client_uuid`.
    async fn create_channel(&self, new: NewChannel) -> Attempt<ChannelDetails>;

    /// Changes a named channel, and announces [`Event::Channel`].
    async fn edit_channel(&self, edit: ChannelEdit) -> Attempt<ChannelDetails>;

    /// Adds members, and makes or unmakes owners: all or none. Announces [`Event::Members`].
    async fn add_members(&self, add: MembersAdd) -> Attempt<MembersChange>;

    /// Removes a member, who may be the asker, and announces [`Event::Members`]. A private channel that
    /// nobody is left in ends, with its messages.
    async fn remove_member(
        &self,
        asker: UserUuid,
        channel: ChannelUuid,
        user: UserUuid,
    ) -> Attempt<MembersChange>;

    /// One page of the members of a group or a named channel.
    async fn members(&self, query: MembersQuery) -> Attempt<MembersPage>;

    /// One page of the named channels that the asker may know of.
    async fn channels(&self, query: ChannelsQuery) -> Result<ChannelsPage>;

    /// A channel that the asker can read, with the asker's membership.
    async fn channel(
        &self,
        asker: UserUuid,
        channel: ChannelUuid,
    ) -> Attempt<(ChannelDetails, Option<Membership>)>;

    /// The groups and named channels of which the user is a member.
    async fn memberships(&self, user: UserUuid) -> Result<Vec<ChannelUuid>>;

    /// Changes a member's preferences, announces [`Event::Preferences`], and returns them.
    async fn change_preferences(&self, change: PreferencesChange) -> Attempt<Preferences>;
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

    /// Whether the user may write in the channel now: what [`Messages::append`] checks again.
    async fn may_write(&self, user: UserUuid, channel: &Channel) -> Attempt<()>;

    /// A page of a channel's history, for a user who can read it.
    async fn messages(
        &self,
        channel: &Channel,
        user: &User,
        page: HistoryPage,
    ) -> Attempt<MessagesPage>;

    /// The messages at these places, in their order; `None` where there is none that the user can read.
    async fn messages_at(&self, user: &User, places: Vec<Place>) -> Result<Vec<Option<Message>>>;
}

/// Changes to messages.
///
/// Each takes the next `Rev` of its channel: 1, 2, 3 … without holes. The [`Event::Changed`] events of a
/// channel reach a node's [`Feed`] in this order, and after the [`Event::Message`] of what they change.
#[async_trait]
pub trait Changes: Send + Sync + 'static {
    /// Changes a message, and announces [`Event::Changed`], and for a reaction [`Event::Reacted`]. One that
    /// is so already stays, and nothing is announced. A deletion of a reply also changes the first message
    /// of its chain.
    ///
    /// Rights are checked where the change is made. Returns the message as its changer sees it.
    async fn change_message(&self, change: MessageChange) -> Attempt<Changed>;

    /// The messages of a channel that have a `Rev` greater than `after`, in its order, each as it is now,
    /// for a user who can read the channel.
    async fn changes(
        &self,
        channel: &Channel,
        user: &User,
        after: u64,
        limit: u64,
    ) -> Attempt<ChangesPage>;

    /// One page of those who reacted to a message with an emoji, in the order in which they did.
    async fn reactors(&self, query: ReactorsQuery) -> Attempt<UsersPage>;
}

/// Subscriptions to notifications by web push. One ends with its access key, however that ends, and moves to
/// the new one when the password is changed in its session.
#[async_trait]
pub trait Subscriptions: Send + Sync + 'static {
    /// The private key that names this server to push services, the same for all nodes: `made`, unless there is
    /// one already.
    async fn push_key(&self, made: Vec<u8>) -> Result<Vec<u8>>;

    /// Adds a subscription, which takes the place of any with its endpoint. Beyond [`SUBSCRIPTIONS_LIMIT`] the
    /// user's oldest one ends. `false`, and nothing is changed, if the access key has ended.
    async fn subscribe(&self, subscription: Subscription) -> Result<bool>;

    /// Ends the user's subscription with this endpoint, if there is one.
    async fn unsubscribe(&self, user: UserUuid, endpoint: Arc<str>) -> Result<()>;

    /// The user's subscriptions, oldest first.
    async fn subscriptions(&self, user: UserUuid) -> Result<Vec<Subscription>>;

    /// Whether anybody has one.
    async fn has_subscriptions(&self) -> Result<bool>;

    /// One page of the members of a channel who may be notified of a message. What it costs grows with the members
    /// at the level `all`, and for a query for all members with the smaller of the channel and the users with
    /// subscriptions; a page looks at no more than [`RING_PAGE`] of them.
    async fn ringable(&self, query: RingQuery) -> Result<RingPage>;
}

/// Files that users upload. Their bytes are elsewhere. A message takes its files with [`Messages::append`], in the same
/// step; when it is deleted, they end in the same step.
#[async_trait]
pub trait Files: Send + Sync + 'static {
    /// Begins an upload for a channel in which the user may write. With a `client_uuid` that the user gave to a file
    /// that no message holds yet, it is that file, with the new token and access key. Returns the file, and how many
    /// bytes are there.
    async fn create_file(&self, new: NewFile) -> Attempt<(FileUuid, u64)>;

    /// A file that no message holds, unless it has ended or its upload may not go on: its access key has ended, or its
    /// user is no member of the channel any more.
    async fn upload(&self, file: FileUuid) -> Result<Option<Upload>>;

    /// Changes a file that no message holds. `false`, and nothing is changed, if [`Files::upload`] finds none, or it is
    /// complete and is to be so again. It may be ended always.
    async fn change_upload(
        &self,
        file: FileUuid,
        change: UploadChange,
        at: Timestamp,
    ) -> Result<bool>;

    /// The file, if a message that the user can read holds it.
    async fn file(&self, user: UserUuid, file: FileUuid) -> Result<Option<File>>;

    /// Some of the files that have ended, [`ENDED_FILES`] at the most. Those that no message holds end an hour after
    /// their last change.
    async fn ended_files(&self, now: Timestamp) -> Result<Vec<FileUuid>>;

    /// Those of these files that are begun, complete, in a message, or have ended and aren't forgotten.
    async fn known_files(&self, files: Vec<FileUuid>) -> Result<HashSet<FileUuid>>;

    /// Forgets a file that has ended, whose bytes are deleted.
    async fn forget_file(&self, file: FileUuid) -> Result<()>;

    /// Lets the user read files by the secret of this digest, as long as the access key lasts. `false` if that has ended.
    async fn add_file_key(&self, user: UserUuid, key: KeyDigest, secret: KeyDigest)
    -> Result<bool>;

    /// Whether the user may read files by the secret of this digest.
    async fn has_file_key(&self, user: UserUuid, secret: KeyDigest) -> Result<bool>;
}

/// Makes an access key for a bot: its text for the asker, and its digest.
pub type BotKey = Box<dyn Fn(UserUuid) -> (String, KeyDigest) + Send + Sync>;

/// Bots and incoming hooks. Bots are managed by admins, hooks by the owners of their channel, and by admins where they
/// can read it. An `asker` of `None` is the server's operator.
#[async_trait]
pub trait Hooks: Send + Sync + 'static {
    /// Makes a bot with an access key, or puts a new one in the place of all keys of an existing bot and announces their
    /// end with [`Event::KeysRevoked`]. Returns the key's text.
    async fn create_bot(&self, new: NewBot, key: BotKey) -> Attempt<(User, String)>;

    /// Makes a hook with its bot.
    async fn create_hook(&self, new: NewHook) -> Attempt<Hook>;

    /// The hooks of a channel, or all that the asker manages, the oldest first.
    async fn hooks(
        &self,
        asker: Option<UserUuid>,
        channel: Option<ChannelUuid>,
    ) -> Attempt<Vec<Hook>>;

    /// Ends a hook. From its return on nothing is written by it.
    async fn delete_hook(&self, asker: Option<UserUuid>, hook: HookUuid) -> Attempt<()>;

    /// The hook, if this is the digest of its secret.
    async fn find_hook(&self, hook: HookUuid, secret: KeyDigest) -> Result<Option<Hook>>;

    /// Whether a name looks like that of a user who is no bot.
    async fn looks_like_a_person(&self, name: &str) -> Result<bool>;

    /// Stores a message by a hook and announces it, without a ticket. `None` if it was stored before with the same
    /// `clientUUID`. A hook that has ended is [`Denied::NoHook`].
    async fn post(&self, append: Append) -> Attempt<Option<Arc<Message>>>;
}

/// What a follower reads: all that is stored, without a look at rights. A node has one follower.
#[async_trait]
pub trait Followed: Send + Sync + 'static {
    /// Waits until a message is stored or changed in a channel, or a channel ends, on any node, and says
    /// where that happened since the last call. At first, and where some of it may have been missed, that
    /// is anywhere.
    ///
    /// A call that is dropped or fails loses nothing: the next one tells of it.
    async fn moved(&self) -> Result<Moved>;

    /// All channels that hold messages.
    async fn followed_channels(&self) -> Result<Vec<FollowedChannel>>;

    /// The messages of a channel with a `Seq` greater than `after`, in its order, `limit` at the most.
    /// Where there are some, at least one comes.
    async fn followed_messages(
        &self,
        channel: ChannelUuid,
        after: u64,
        limit: u64,
    ) -> Result<Vec<FollowedMessage>>;

    /// The messages of a channel with a `Rev` greater than `after`, in its order, `limit` at the most.
    async fn followed_changes(
        &self,
        channel: ChannelUuid,
        after: u64,
        limit: u64,
    ) -> Result<Vec<FollowedMessage>>;
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

/// The unfinished uploads of a session, at the most.
pub const UPLOADS_LIMIT: u64 = 5;

/// The files that [`Files::ended_files`] returns at the most.
pub const ENDED_FILES: u32 = 100;

/// How long a file lasts that no message holds, in seconds: an hour.
pub const UPLOAD_LIFETIME: i64 = 60 * 60;

/// The members of a channel that [`Sessions::join`] returns at the most.
pub const MEMBERS_LIMIT: usize = 100;

/// The messages that [`Sessions::join`] returns at the most.
pub const JOIN_MESSAGES: u64 = 10;

/// The channels that [`Channels::inbox`] returns at the most.
pub const INBOX_LIMIT: usize = 1_000;

/// The groups and named channels of which a user is a member, at the most.
pub const CHANNELS_LIMIT: u64 = 1_000;

/// How many others a user can block.
pub const BLOCKS_LIMIT: u64 = 1_000;

/// How long a report is kept, in seconds: 30 days.
pub const REPORT_LIFETIME: i64 = 30 * 24 * 60 * 60;

/// How many people a group has.
pub const GROUP_SIZE: std::ops::RangeInclusive<usize> = 3..=20;

/// The emoji with which a message has reactions, at the most.
pub const EMOJI_LIMIT: u64 = 20;

/// The users of a reaction that its message names.
pub const REACTION_USERS: u64 = 5;

/// The pinned messages of a channel, at the most.
pub const PINS_LIMIT: u64 = 100;

/// In a channel of more members only its owners mention all of them.
pub const MENTION_ALL_LIMIT: u64 = 50;

/// The things that concern a user that are kept.
pub const ACTIVITY_LIMIT: u64 = 500;

/// The subscriptions of a user, at the most.
pub const SUBSCRIPTIONS_LIMIT: u64 = 16;

/// The members that a page of [`Subscriptions::ringable`] looks at, besides those who are asked for by name.
pub const RING_PAGE: u32 = 1_000;

/// The hooks of a channel, at the most.
pub const HOOKS_LIMIT: u64 = 100;

/// How many access keys a user has at the most.
pub const KEYS_LIMIT: u32 = 50;

/// How long an unused access key lasts, in seconds: 30 days.
pub const KEY_LIFETIME: i64 = 30 * 24 * 60 * 60;

/// How a channel is called in Redis and in logs.
#[must_use]
pub fn channel_name(channel: ChannelUuid) -> String {
    if channel.is_general() { "public".to_owned() } else { channel.to_string() }
}
