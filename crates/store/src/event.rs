//! What the store tells every node.

use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, SessionUuid, UserUuid};
use uuid::Uuid;

use crate::{
    Address, Changed, Channel, ChannelDetails, Failure, KeyDigest, Member, Message, Preferences,
    User,
};

/// Where a node takes its events: called from one thread at a time, with what became known together.
///
/// It may block its caller for a moment when the node can't keep up.
pub type Feed = Box<dyn Fn(Vec<Event>) + Send + Sync>;

/// Which of the node's sends an outcome belongs to. Only the node that made it knows what it means.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Ticket {
    /// The connection.
    pub connection: u64,
    /// The send, counted within the connection.
    pub serial: u32,
}

/// Something that happened on the system.
///
/// `session` is the session that caused it: it is answered directly and skipped in the fan-out.
#[derive(Clone, Debug)]
pub enum Event {
    /// A message was stored.
    Message {
        /// The message.
        message: Arc<Message>,
        /// On the node whose session sent it: which send this is the outcome of.
        ticket: Option<Ticket>,
    },
    /// A message has changed. Those of a channel come in the order of `Rev`; one that changed several times
    /// while the feed was cut comes once.
    Changed {
        /// The `Rev` of the channel's change before. Between it and the message's `Rev` only this message
        /// changed.
        after: u64,
        /// The message as it is now, without anybody's own reactions.
        message: Arc<Message>,
    },
    /// A user reacted to a message.
    Reacted {
        /// Who.
        user: UserUuid,
        /// The user's session.
        session: SessionUuid,
        /// The channel, as the user names it.
        address: Address,
        /// What the user was answered.
        changed: Arc<Changed>,
    },
    /// A message was sent before, with the same `clientUUID`: this is the first one.
    Repeated {
        /// What was stored then.
        message: Arc<Message>,
        /// Which send this is the outcome of.
        ticket: Ticket,
    },
    /// A message could not be stored, or it is not known whether it was.
    Refused {
        /// Which send this is the outcome of.
        ticket: Ticket,
        /// Why.
        error: Arc<Failure>,
    },
    /// A session signed in.
    SessionStarted {
        /// Whose.
        user: User,
        /// Which.
        session: SessionUuid,
        /// Sessions on the whole system, this one included.
        sessions: u64,
    },
    /// A user's last session ended.
    WentOffline {
        /// The user.
        user: User,
        /// Sessions left on the whole system.
        sessions: u64,
    },
    /// A session joined a channel.
    Joined {
        /// The channel from the joiner's side.
        channel: Channel,
        /// The joiner.
        user: User,
        /// The joiner's session.
        session: SessionUuid,
        /// Sessions on the whole system.
        sessions: u64,
    },
    /// A session left a channel.
    Left {
        /// The channel from the leaver's side.
        channel: Channel,
        /// The leaver.
        user: User,
        /// The leaver's session.
        session: SessionUuid,
        /// Sessions on the whole system.
        sessions: u64,
    },
    /// A group or a named channel was made or edited. Its members hear of it.
    Channel {
        /// As it is now.
        details: Arc<ChannelDetails>,
        /// Who has become a member by its making.
        new_members: Vec<UserUuid>,
    },
    /// Members of a named channel were added, changed or removed. From here on in the feed a removed user
    /// gets nothing of the channel.
    Members {
        /// The channel as it is now.
        details: Arc<ChannelDetails>,
        /// Who has become a member.
        added: Vec<Member>,
        /// Who was a member and has become an owner or ceased to be one.
        changed: Vec<Member>,
        /// Who isn't a member any more.
        removed: Vec<User>,
    },
    /// A message was reported. Admins hear of it.
    Reported {
        /// The report.
        report: Uuid,
        /// The active admins.
        admins: Vec<UserUuid>,
    },
    /// A user changed the preferences for a channel.
    Preferences {
        /// The user.
        user: UserUuid,
        /// The user's session.
        session: SessionUuid,
        /// The channel, as the user names it.
        address: Address,
        /// As they are now.
        preferences: Preferences,
    },
    /// A user read a channel up to a message.
    Read {
        /// The reader.
        user: UserUuid,
        /// The reader's session.
        session: SessionUuid,
        /// The channel, as the reader names it.
        address: Address,
        /// The mark.
        seq: u64,
    },
    /// A user is typing.
    Typing {
        /// Who.
        user: UserUuid,
        /// In which session.
        session: SessionUuid,
        /// Where.
        channel: ChannelUuid,
        /// The same, as who types names it.
        address: Address,
    },
    /// The feed was cut for a while. Missed messages were told before this; whether keys were revoked
    /// meanwhile has to be asked with [`crate::AccessKeys::use_access_key`].
    Interrupted,
    /// The store holds less than before, and has another [`crate::Store::epoch`]: all sessions have to end
    /// and to read again. A `Seq` that was told may be told again, of another message.
    Reset,
    /// Access keys ended: so do the sessions that use them, except for `session`, which asked for it.
    KeysRevoked {
        /// Whose keys.
        user: UserUuid,
        /// Which of them.
        keys: RevokedKeys,
        /// The session that asked for it.
        session: SessionUuid,
    },
}

/// Which of a user's access keys ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RevokedKeys {
    /// This one.
    One(KeyDigest),
    /// All, except for this one where there is one.
    AllBut(Option<KeyDigest>),
}

impl RevokedKeys {
    /// Whether the key is among them.
    #[must_use]
    pub fn include(&self, key: KeyDigest) -> bool {
        match self {
            Self::One(revoked) => *revoked == key,
            Self::AllBut(kept) => *kept != Some(key),
        }
    }
}
