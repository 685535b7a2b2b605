//! The users with a session on this node, and the channels that it follows for them.

use std::collections::HashMap;

use chinwag_protocol::{ChannelUuid, MessageUuid, UserUuid};

/// The users with a session on this node, and the channels that it follows for them.
#[derive(Default)]
pub(super) struct Watched {
    users: HashMap<UserUuid, WatchedUser>,
    channels: HashMap<ChannelUuid, Tracked>,
}

#[derive(Default)]
struct WatchedUser {
    sessions: u32,
    channels: HashMap<ChannelUuid, Reason>,
}

/// Why a channel is followed for a user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reason {
    /// The user may be about to write to it or to join it.
    Opened,
    /// It is one of the user's channels.
    Member,
}

/// How far a channel has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Reached {
    /// The `Seq` of its last message.
    pub seq: u64,
    /// Its `rev`.
    pub rev: u64,
    /// How often it, or its members, were changed.
    pub edition: u64,
}

/// A channel that the node follows.
pub(super) struct Tracked {
    /// Up to here nothing was told: the node had no reason to.
    first: Reached,
    /// Up to here all was told.
    pub last: Reached,
    /// The last message, where this node has told it.
    pub uuid: Option<MessageUuid>,
    /// For how many users it is followed. General has none, and stays.
    watchers: u32,
}

impl Tracked {
    fn from(last: Reached) -> Self {
        Self { first: last, last, uuid: None, watchers: 0 }
    }
}

impl Watched {
    pub(super) fn contains(&self, user: UserUuid) -> bool {
        self.users.contains_key(&user)
    }

    pub(super) fn users(&self) -> impl Iterator<Item = UserUuid> {
        self.users.keys().copied()
    }

    /// Whether the channel is followed as one of the user's.
    pub(super) fn is_member(&self, user: UserUuid, channel: ChannelUuid) -> bool {
        let user = self.users.get(&user);
        user.is_some_and(|user| user.channels.get(&channel) == Some(&Reason::Member))
    }

    /// Counts a session of the user.
    pub(super) fn add(&mut self, user: UserUuid) {
        self.users.entry(user).or_default().sessions += 1;
    }

    /// Ends a session of the user. If it was the last one on this node: the channels that are
    /// followed for nobody any more.
    pub(super) fn remove(&mut self, user: UserUuid) -> Option<Vec<ChannelUuid>> {
        let watched = self.users.get_mut(&user)?;
        watched.sessions = watched.sessions.saturating_sub(1);
        if watched.sessions > 0 {
            return None;
        }
        let left = self.users.remove(&user)?.channels.into_keys();
        Some(left.filter(|channel| self.release(*channel)).collect())
    }

    /// Follows a channel, of which the user is no member any more, only as one that the user has
    /// `opened`, or not at all. Returns whether it is followed for nobody any more.
    pub(super) fn leave(&mut self, user: UserUuid, channel: ChannelUuid, opened: bool) -> bool {
        let Some(user) = self.users.get_mut(&user) else { return false };
        if opened {
            user.channels.entry(channel).and_modify(|reason| *reason = Reason::Opened);
            return false;
        }
        user.channels.remove(&channel).is_some() && self.release(channel)
    }

    /// Follows the channel for one user less. Returns whether that was the last one.
    fn release(&mut self, channel: ChannelUuid) -> bool {
        let Some(tracked) = self.channels.get_mut(&channel) else { return false };
        tracked.watchers -= 1;
        let is_last = tracked.watchers == 0;
        if is_last {
            self.channels.remove(&channel);
        }
        is_last
    }

    /// The channels that are followed as those of their users.
    pub(super) fn memberships(&self) -> impl Iterator<Item = (UserUuid, ChannelUuid)> {
        self.users.iter().flat_map(|(user, watched)| {
            let channels = watched.channels.iter();
            let members = channels.filter(|(_, reason)| **reason == Reason::Member);
            members.map(|(channel, _)| (*user, *channel))
        })
    }

    /// General, of which everything up to `last` counts as told if it was not followed before.
    pub(super) fn general(&mut self, last: Reached) -> &mut Tracked {
        self.channels.entry(ChannelUuid::GENERAL).or_insert_with(|| Tracked::from(last))
    }

    /// All channels that the node follows.
    pub(super) fn channels(&self) -> impl Iterator<Item = ChannelUuid> {
        self.channels.keys().copied()
    }

    /// Whether the node follows the channel.
    pub(super) fn follows(&self, channel: ChannelUuid) -> bool {
        self.channels.contains_key(&channel)
    }

    /// A channel that the node follows.
    pub(super) fn channel(&mut self, channel: ChannelUuid) -> Option<&mut Tracked> {
        self.channels.get_mut(&channel)
    }

    /// Follows a channel for a user who is here. Everything up to `last` counts as told if the node
    /// did not follow it before.
    pub(super) fn follow(
        &mut self,
        user: UserUuid,
        channel: ChannelUuid,
        reason: Reason,
        last: Reached,
    ) {
        let Some(user) = self.users.get_mut(&user) else { return };
        let before = user.channels.get(&channel).copied();
        if before.is_none() {
            let tracked = self.channels.entry(channel);
            tracked.or_insert_with(|| Tracked::from(last)).watchers += 1;
        }
        if before != Some(Reason::Member) {
            user.channels.insert(channel, reason);
        }
    }

    /// Follows a channel that has become the user's: from what came behind `last` on, also where
    /// the node began to follow it behind that and has told nothing yet. Returns whether something may
    /// have been missed.
    pub(super) fn begin(&mut self, user: UserUuid, channel: ChannelUuid, last: Reached) -> bool {
        let is_new = !self.follows(channel);
        self.follow(user, channel, Reason::Member, last);
        let here = self.contains(user);
        let Some(tracked) = self.channels.get_mut(&channel).filter(|_| here) else { return false };
        let Tracked { first, last: told, uuid, .. } = tracked;
        let has_messages = last.seq < first.seq && first.seq == told.seq;
        if has_messages {
            (first.seq, told.seq, *uuid) = (last.seq, last.seq, None);
        }
        let has_changes = last.rev < first.rev && first.rev == told.rev;
        if has_changes {
            (first.rev, told.rev) = (last.rev, last.rev);
        }
        is_new || has_messages || has_changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seq: u64) -> Reached {
        Reached { seq, rev: 0, edition: 0 }
    }

    fn here<const N: usize>() -> (Watched, [UserUuid; N], ChannelUuid) {
        let mut watched = Watched::default();
        let users = [(); N].map(|()| UserUuid::random());
        for user in users {
            watched.add(user);
        }
        (watched, users, ChannelUuid::random())
    }

    #[test]
    fn a_channel_is_followed_as_long_as_one_of_its_users_is_here() {
        let (mut watched, [ada, bob], channel) = here();
        watched.add(ada);
        watched.follow(ada, channel, Reason::Opened, at(7));
        watched.follow(ada, channel, Reason::Member, at(8));
        watched.follow(bob, channel, Reason::Member, at(9));
        watched.follow(bob, channel, Reason::Opened, at(9));
        assert!(watched.is_member(ada, channel) && watched.is_member(bob, channel));
        assert_eq!(watched.remove(ada), None);
        assert_eq!(watched.remove(ada), Some(Vec::new()));
        assert_eq!(watched.channel(channel).unwrap().last.seq, 7);
        assert_eq!(watched.remove(bob), Some(vec![channel]));
        assert!(!watched.follows(channel) && watched.users().next().is_none());
    }

    #[test]
    fn a_channel_of_nobody_here_is_not_followed() {
        let (mut watched, [], channel) = here();
        watched.follow(UserUuid::random(), channel, Reason::Member, at(1));
        assert!(!watched.begin(UserUuid::random(), channel, at(1)));
        assert!(!watched.follows(channel));
        watched.general(at(3));
        assert_eq!(watched.general(at(9)).last.seq, 3);
    }

    #[test]
    fn a_channel_that_becomes_a_users_is_told_from_there() {
        let (mut watched, [ada, bob], channel) = here();
        watched.follow(ada, channel, Reason::Member, at(3));
        assert!(!watched.begin(bob, channel, at(3)));
        assert_eq!(watched.channel(channel).unwrap().last.seq, 3);
        assert!(watched.begin(bob, channel, at(1)));
        assert_eq!(watched.channel(channel).unwrap().last.seq, 1);
        watched.channel(channel).unwrap().last.seq = 2;
        assert!(!watched.begin(bob, channel, at(0)));
        assert_eq!(watched.channel(channel).unwrap().last.seq, 2);
        assert!(watched.begin(bob, ChannelUuid::random(), at(0)));
    }

    #[test]
    fn changes_are_told_from_there_too() {
        let (mut watched, [ada, bob], channel) = here();
        watched.follow(ada, channel, Reason::Opened, Reached { seq: 3, rev: 7, edition: 0 });
        assert!(watched.begin(bob, channel, Reached { seq: 3, rev: 5, edition: 0 }));
        assert_eq!(watched.channel(channel).unwrap().last, Reached { seq: 3, rev: 5, edition: 0 });
        watched.channel(channel).unwrap().last.rev = 6;
        assert!(!watched.begin(bob, channel, Reached { seq: 3, rev: 4, edition: 0 }));
        assert_eq!(watched.channel(channel).unwrap().last.rev, 6);
    }
}
