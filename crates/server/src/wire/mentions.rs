//! Mentions, and what concerns a user, as they stand in frames.

use chinwag_protocol::outgoing;
use chinwag_store::{ActivityItem, ActivityKind, Message, User};

/// The users whom a message mentions by name.
pub fn users(message: &Message) -> Vec<outgoing::User> {
    let users = message.mentions.iter().flat_map(|mentions| &mentions.users);
    users.map(|user| super::user(user, None)).collect()
}

/// Those of the users named in a send whom its message doesn't mention: they aren't members of its channel.
pub fn not_members(named: &[User], message: &Message) -> Vec<outgoing::User> {
    let is_mentioned = |user: &User| {
        message.mentions.as_ref().is_some_and(|mentions| mentions.users.contains(user))
    };
    let others = named.iter().filter(|user| !is_mentioned(user));
    others.map(|user| super::user(user, None)).collect()
}

/// Something that concerns a user.
pub fn activity(item: &ActivityItem) -> outgoing::ActivityItem {
    outgoing::ActivityItem {
        kind: match item.kind {
            ActivityKind::Mention => outgoing::ActivityKind::Mention,
            ActivityKind::Reply => outgoing::ActivityKind::Reply,
            ActivityKind::Reaction => outgoing::ActivityKind::Reaction,
        },
        channel: super::recipient(item.channel.address()),
        message: super::past_message(&item.message),
        user: super::user(&item.by, None),
        emoji: item.emoji.clone(),
        at: item.at,
    }
}
