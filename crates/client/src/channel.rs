//! Names a channel from the user's side.

use std::fmt;
use std::str::FromStr;

use chinwag_protocol::UserUuid;
use chinwag_protocol::incoming::ChannelRef;
use chinwag_protocol::outgoing::{InboxChannel, Message, Recipient};
use serde::{Deserialize, Serialize};

/// A channel from the user's side: General, or a private one.
#[derive(
    Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize,
)]
#[serde(into = "String", try_from = "String")]
pub enum Channel {
    /// The channel of all users.
    #[default]
    General,
    /// The private channel with this user; with oneself it holds notes.
    With(UserUuid),
}

impl Channel {
    /// The channel of this message, as this user sees it.
    #[must_use]
    pub fn of(message: &Message, me: UserUuid) -> Self {
        match message.recipient_uuid {
            None => Self::General,
            Some(recipient) if recipient == me.0 => Self::With(message.sender_uuid),
            Some(recipient) => Self::With(UserUuid(recipient)),
        }
    }

    pub(crate) fn reference(self) -> ChannelRef {
        ChannelRef { recipient: self.to_string() }
    }
}

impl From<&Recipient> for Channel {
    fn from(recipient: &Recipient) -> Self {
        recipient.recipient.map_or(Self::General, |uuid| Self::With(UserUuid(uuid)))
    }
}

/// The channel of an entry of the inbox. Its `recipient` is the other user, with their name.
impl From<&InboxChannel> for Channel {
    fn from(listed: &InboxChannel) -> Self {
        Self::from(&listed.channel)
    }
}

/// As the wire's `recipientUUID`: empty for General.
impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::General => Ok(()),
            Self::With(user) => user.fmt(f),
        }
    }
}

impl FromStr for Channel {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() { Ok(Self::General) } else { text.parse().map(Self::With) }
    }
}

impl From<Channel> for String {
    fn from(channel: Channel) -> Self {
        channel.to_string()
    }
}

impl TryFrom<String> for Channel {
    type Error = uuid::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}
