//! Whom messages mention, and what concerns a user.

use std::sync::Arc;

use chinwag_protocol::UserUuid;
use jiff::Timestamp;

use crate::{Channel, Message, User};

/// Whom a message mentions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Mentions {
    /// By name, each once.
    pub users: Vec<User>,
    /// Whether all members.
    pub all: bool,
}

impl Mentions {
    /// Nothing, if nobody is mentioned.
    pub(crate) fn some(self) -> Option<Box<Self>> {
        (self.all || !self.users.is_empty()).then(|| Box::new(self))
    }
}

/// How something concerns a user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActivityKind {
    /// A message mentions the user by name.
    Mention,
    /// A message answers one of the user's, and doesn't mention the user by name.
    Reply,
    /// Somebody reacted to a message of the user's.
    Reaction,
}

/// Which of the things that concern a user to list.
#[derive(Clone, Debug)]
pub struct ActivityQuery {
    /// Whom they concern.
    pub user: User,
    /// Those below this place; `None` for the newest.
    pub before: Option<u64>,
    /// How many at the most.
    pub limit: u64,
}

/// Things that concern a user.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ActivityPage {
    /// Newest first.
    pub items: Vec<ActivityItem>,
    /// Whether there are more below.
    pub more: bool,
}

/// Something that concerns a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActivityItem {
    /// How.
    pub kind: ActivityKind,
    /// The message's channel, from the user's side.
    pub channel: Channel,
    /// The message, as it is now: of a reaction the user's own.
    pub message: Message,
    /// Who wrote the message or reacted.
    pub by: User,
    /// The reaction's emoji.
    pub emoji: Option<Arc<str>>,
    /// When.
    pub at: Timestamp,
    /// Where it stands among those of the user. Later ones have greater places.
    pub place: u64,
}

/// Whom a message concerns, its sender left out, each user once.
pub(crate) fn concerned(
    sender: UserUuid,
    mentions: Option<&Mentions>,
    answered: Option<UserUuid>,
) -> Vec<(UserUuid, ActivityKind)> {
    let named = mentions.into_iter().flat_map(|mentions| &mentions.users);
    let mut found: Vec<_> = named.map(|user| (user.uuid, ActivityKind::Mention)).collect();
    let is_new = |author: &UserUuid| found.iter().all(|(user, _)| user != author);
    if let Some(author) = answered.filter(is_new) {
        found.push((author, ActivityKind::Reply));
    }
    found.retain(|(user, _)| *user != sender);
    found
}
