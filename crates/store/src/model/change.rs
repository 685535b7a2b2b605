//! Changes to messages, and what has changed of them.

use std::sync::Arc;
use std::time::Duration;

use chinwag_protocol::{SessionUuid, UserUuid};
use jiff::Timestamp;

use crate::{Channel, Message, User};

/// The characters of an answered message that a reply shows.
pub const EXCERPT: usize = 100;

/// The message that another one answers, as it is when the other one is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReplyTo {
    /// Its `Seq`.
    pub seq: u64,
    /// The `Seq` of the first message of the chain.
    pub root: u64,
    /// Its sender.
    pub sender: User,
    /// The name under which a hook has written it; `None` once it is deleted.
    pub written_as: Option<Arc<str>>,
    /// Its beginning, see [`excerpt`]; `None` once it is deleted.
    pub excerpt: Option<String>,
}

/// What has changed of a message.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MessageState {
    /// The `Rev` of the last change.
    pub rev: u64,
    /// When the text was last edited.
    pub edited_at: Option<Timestamp>,
    /// When it was deleted. It has no text and no reactions then, and isn't pinned.
    pub deleted_at: Option<Timestamp>,
    /// When it was pinned, if it is.
    pub pinned_at: Option<Timestamp>,
    /// The reactions to it, by the first of each emoji.
    pub reactions: Vec<Reaction>,
    /// How many messages of the chain that it began there are, without deleted ones.
    pub replies: u64,
}

/// The reactions to a message with one emoji.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reaction {
    /// The emoji.
    pub emoji: Arc<str>,
    /// How many users reacted with it.
    pub count: u64,
    /// The first of them, [`crate::REACTION_USERS`] at the most.
    pub users: Vec<UserUuid>,
    /// Whether the user is one of them for whom the message was read.
    pub mine: bool,
}

/// A change of a message.
#[derive(Clone, Debug)]
pub struct MessageChange {
    /// Who changes it.
    pub user: User,
    /// With which session.
    pub session: SessionUuid,
    /// The message's channel, from the user's side.
    pub channel: Channel,
    /// The message's `Seq`.
    pub seq: u64,
    /// What changes.
    pub change: Change,
    /// When the node took it.
    pub at: Timestamp,
}

/// What changes of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// The text, by the author.
    Edit {
        /// The new one, byte for byte.
        text: Arc<str>,
        /// How long after the sending; `None` for ever.
        within: Option<Duration>,
        /// Whom the new one is to mention by name, as in [`crate::Append`].
        mentions: Vec<User>,
        /// Whether it is to mention all members; `None` leaves that as it is.
        mention_all: Option<bool>,
    },
    /// It is deleted, by the author or an owner of its named channel.
    Delete,
    /// Delete the user's own message, whether or not the user can still read the channel.
    Purge,
    /// A reaction of the user's.
    React {
        /// The emoji, fully qualified.
        emoji: Arc<str>,
        /// Whether it is to be there.
        on: bool,
    },
    /// Whether it is pinned, by those who may write.
    Pin(bool),
}

impl Change {
    /// Whether the message is deleted by it.
    #[must_use]
    pub fn deletes(&self) -> bool {
        matches!(self, Self::Delete | Self::Purge)
    }
}

/// A message that was changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changed {
    /// The channel's `rev` after the change.
    pub rev: u64,
    /// The message as it is now.
    pub message: Message,
}

/// Messages that have changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangesPage {
    /// Up to which `Rev` these are all; the channel's own if none is left out.
    pub rev: u64,
    /// In the order of `Rev`.
    pub messages: Vec<Message>,
}

/// Whose reactions to list.
#[derive(Clone, Debug)]
pub struct ReactorsQuery {
    /// Who asks: somebody who can read the channel.
    pub asker: User,
    /// The message's channel.
    pub channel: Channel,
    /// The message's `Seq`.
    pub seq: u64,
    /// The emoji, fully qualified.
    pub emoji: Arc<str>,
    /// How many to skip.
    pub offset: u64,
    /// How many at the most.
    pub limit: u64,
}

/// The beginning of a text, with `…` behind it if there is more.
#[must_use]
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_has_a_hundred_characters() {
        let (whole, long) = ("ä".repeat(EXCERPT), "ä".repeat(EXCERPT + 1));
        assert_eq!(excerpt(&whole), whole);
        assert_eq!(excerpt(&long), format!("{whole}…"));
        assert_eq!(excerpt(""), "");
    }
}
