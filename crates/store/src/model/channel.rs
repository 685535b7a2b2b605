//! Channels, as their users see them.

use chinwag_protocol::{ChannelUuid, SessionUuid, UserUuid};
use serde::{Deserialize, Serialize};

use crate::{Message, MessagesPage, User, UserStatus};

/// A channel, seen by one of its users.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channel {
    /// The channel.
    pub uuid: ChannelUuid,
    /// Whose channel it is.
    pub kind: Kind,
}

/// Whose channel it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Everybody's: every user is a member.
    General,
    /// Two users': the other one, or oneself in a channel with oneself.
    Direct(User),
    /// Its members': a group or a named channel.
    Members,
}

/// By what a user names a channel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Address {
    /// General.
    General,
    /// The direct channel with this user.
    Direct(UserUuid),
    /// A group or a named channel.
    Channel(ChannelUuid),
}

impl Channel {
    /// The channel of everybody.
    pub const GENERAL: Self = Self { uuid: ChannelUuid::GENERAL, kind: Kind::General };

    /// The channel with this user, from the other one's side.
    #[must_use]
    pub fn direct(uuid: ChannelUuid, recipient: User) -> Self {
        Self { uuid, kind: Kind::Direct(recipient) }
    }

    /// The channel with this UUID, which isn't a direct one.
    #[must_use]
    pub fn of_members(uuid: ChannelUuid) -> Self {
        Self { uuid, kind: if uuid.is_general() { Kind::General } else { Kind::Members } }
    }

    /// The other user of a direct channel.
    #[must_use]
    pub fn recipient(&self) -> Option<&User> {
        match &self.kind {
            Kind::Direct(recipient) => Some(recipient),
            Kind::General | Kind::Members => None,
        }
    }

    /// By what its user names it.
    #[must_use]
    pub fn address(&self) -> Address {
        match &self.kind {
            Kind::General => Address::General,
            Kind::Direct(recipient) => Address::Direct(recipient.uuid),
            Kind::Members => Address::Channel(self.uuid),
        }
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
    pub history: MessagesPage,
    /// The first members, online first, then by name: of General those who joined it, of a private
    /// channel its two users. The joiner is among them.
    pub members: Vec<UserStatus>,
    /// How many members there are.
    pub members_total: u64,
    /// Sessions on the whole system.
    pub sessions: u64,
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
