//! Groups and named channels, and what a user has chosen, as they stand in frames.

use chinwag_protocol::outgoing::{self, Posting};
use chinwag_store::{ChannelDetails, Level, Member, Membership, Preferences, User, UserStatus};

/// A channel in news, which say nothing of the receiver.
pub fn channel(details: &ChannelDetails) -> outgoing::Channel {
    outgoing::Channel {
        uuid: details.uuid,
        name: details.name.clone(),
        topic: details.topic.clone(),
        private: details.private,
        posting: if details.owners_post { Posting::Owners } else { Posting::All },
        archived: details.archived,
        created_at: details.created_at,
        users_total: details.users_total,
        users: details.users.iter().map(|user| of_user(user, None)).collect(),
        member: false,
        owner: false,
    }
}

/// A channel in a reply, with what the asker is there.
pub fn channel_for(details: &ChannelDetails, membership: Option<&Membership>) -> outgoing::Channel {
    let owner = membership.is_some_and(|membership| membership.owner);
    outgoing::Channel { member: membership.is_some(), owner, ..channel(details) }
}

/// A member.
pub fn member(member: &Member) -> outgoing::Member {
    outgoing::Member { owner: member.owner, ..of_user(&member.user, None) }
}

/// Members in a list.
pub fn members(members: &[(UserStatus, bool)]) -> Vec<outgoing::Member> {
    let view = |(member, owner): &(UserStatus, bool)| outgoing::Member {
        owner: *owner,
        role: super::role(member.standing.role),
        deactivated: member.standing.deactivated,
        ..of_user(&member.user, Some(member.online))
    };
    members.iter().map(view).collect()
}

fn of_user(user: &User, online: Option<bool>) -> outgoing::Member {
    outgoing::Member {
        uuid: user.uuid,
        username: user.name.clone(),
        online,
        owner: false,
        role: outgoing::Role::default(),
        bot: user.uuid.is_bot(),
        deactivated: false,
    }
}

/// What a user has chosen for a channel.
pub fn chosen(preferences: &Preferences) -> outgoing::Chosen {
    outgoing::Chosen {
        level: Some(match preferences.level {
            Level::All => outgoing::Level::All,
            Level::Mentions => outgoing::Level::Mentions,
            Level::None => outgoing::Level::None,
        }),
        muted_until: preferences.muted_until,
        pinned: preferences.pinned,
        section: preferences.section.clone(),
        unread_from: preferences.unread_from,
    }
}

/// The store's level for one of the wire.
pub fn level_of(level: outgoing::Level) -> Level {
    match level {
        outgoing::Level::All => Level::All,
        outgoing::Level::Mentions => Level::Mentions,
        outgoing::Level::None => Level::None,
    }
}
