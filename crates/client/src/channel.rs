//! Names a channel from the user's side.

use std::fmt;
use std::str::FromStr;

use chinwag_protocol::incoming::ChannelRef;
use chinwag_protocol::outgoing::{InboxChannel, Message, Recipient};
use chinwag_protocol::{ChannelUuid, UserUuid};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A channel from the user's side, and its kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub enum Channel {
    /// The channel of all users.
    #[default]
    General,
    /// The private channel with this user; with oneself it holds notes.
    Direct(UserUuid),
    /// A group or a named channel.
    Shared(ChannelUuid),
}

/// The name of a channel on the wire, `recipientUUID`, which doesn't tell the kind: empty for General, a user's UUID
/// for a private channel, else a group's or a named channel's UUID. As text it is a key of [`Positions`](crate::Positions).
#[derive(
    Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize,
)]
#[serde(into = "String", try_from = "String")]
pub struct ChannelId(Option<Uuid>);

impl Channel {
    /// The channel of this message, as this user sees it. A message that the server can't read has neither sender nor
    /// recipient, and may be a private channel's all the same: its [`Channel::id`] is right.
    #[must_use]
    pub fn of(message: &Message, me: UserUuid) -> Self {
        match message.recipient_uuid {
            None => Self::General,
            Some(channel) if message.recipient.is_none() => Self::Shared(ChannelUuid(channel)),
            Some(recipient) if recipient == me.0 => Self::Direct(message.sender_uuid),
            Some(recipient) => Self::Direct(UserUuid(recipient)),
        }
    }

    /// Its name on the wire.
    #[must_use]
    pub fn id(self) -> ChannelId {
        ChannelId(match self {
            Self::General => None,
            Self::Direct(user) => Some(user.0),
            Self::Shared(channel) => Some(channel.0),
        })
    }
}

/// The channel of an entry of the inbox. Its `recipient` is the other user, with their name; its `details` are those of
/// General, of a group or of a named channel.
impl From<&InboxChannel> for Channel {
    fn from(listed: &InboxChannel) -> Self {
        match (listed.channel.recipient, &listed.recipient) {
            (None, _) => Self::General,
            (Some(uuid), None) if listed.details.is_some() => Self::Shared(ChannelUuid(uuid)),
            (Some(uuid), _) => Self::Direct(UserUuid(uuid)),
        }
    }
}

impl From<Channel> for ChannelId {
    fn from(channel: Channel) -> Self {
        channel.id()
    }
}

/// The private channel with this user.
impl From<UserUuid> for ChannelId {
    fn from(user: UserUuid) -> Self {
        Channel::Direct(user).id()
    }
}

/// A group or a named channel.
impl From<ChannelUuid> for ChannelId {
    fn from(channel: ChannelUuid) -> Self {
        Channel::Shared(channel).id()
    }
}

/// The channel of a page, a read mark or news.
impl From<&Recipient> for ChannelId {
    fn from(recipient: &Recipient) -> Self {
        Self(recipient.recipient)
    }
}

impl ChannelId {
    pub(crate) fn reference(self) -> ChannelRef {
        ChannelRef { recipient: self.to_string() }
    }
}

/// As the wire's `recipientUUID`: empty for General.
impl fmt::Display for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |uuid| uuid.fmt(f))
    }
}

impl FromStr for ChannelId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() { Ok(Self(None)) } else { text.parse().map(|uuid| Self(Some(uuid))) }
    }
}

impl From<ChannelId> for String {
    fn from(channel: ChannelId) -> Self {
        channel.to_string()
    }
}

impl TryFrom<String> for ChannelId {
    type Error = uuid::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}
