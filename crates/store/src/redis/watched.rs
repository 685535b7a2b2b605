//! The users with a session on this node, and the channels that it sees for them.

use std::collections::{HashMap, HashSet};

use chinwag_protocol::{ChannelUuid, MessageUuid, UserUuid};

/// The users with a session on this node, and the channels that it sees for them.
#[derive(Default)]
pub(super) struct Watched {
    users: HashMap<UserUuid, WatchedUser>,
    channels: HashMap<ChannelUuid, Tracked>,
}

#[derive(Default)]
struct WatchedUser {
    sessions: u32,
    /// The private channels that are seen for this user.
    channels: HashSet<ChannelUuid>,
}

/// A channel that the node sees.
pub(super) struct Tracked {
    /// The `Seq` of the last message that was told.
    pub last: u64,
    /// That message, where this node has told it.
    pub uuid: Option<MessageUuid>,
    /// How many of its users have a session on this node. General has none, and stays.
    watchers: u8,
}

/// A private channel with a message, and how many it has.
pub(super) struct Talk {
    pub channel: ChannelUuid,
    pub users: [UserUuid; 2],
    pub total: u64,
}

impl Watched {
    pub(super) fn contains(&self, user: UserUuid) -> bool {
        self.users.contains_key(&user)
    }

    pub(super) fn users(&self) -> impl Iterator<Item = UserUuid> {
        self.users.keys().copied()
    }

    /// Counts a session of the user.
    pub(super) fn add(&mut self, user: UserUuid) {
        self.users.entry(user).or_default().sessions += 1;
    }

    /// Ends a session of the user. Returns whether it was the last one on this node.
    pub(super) fn remove(&mut self, user: UserUuid) -> bool {
        let Some(watched) = self.users.get_mut(&user) else { return false };
        watched.sessions = watched.sessions.saturating_sub(1);
        if watched.sessions > 0 {
            return false;
        }
        for channel in self.users.remove(&user).unwrap_or_default().channels {
            if let Some(tracked) = self.channels.get_mut(&channel) {
                tracked.watchers -= 1;
                if tracked.watchers == 0 {
                    self.channels.remove(&channel);
                }
            }
        }
        true
    }

    /// General, of which everything up to `last` counts as told if it was not seen before.
    pub(super) fn general(&mut self, last: u64) -> &mut Tracked {
        self.channels.entry(ChannelUuid::GENERAL).or_insert(Tracked {
            last,
            uuid: None,
            watchers: 0,
        })
    }

    /// All channels that the node sees.
    pub(super) fn channels(&self) -> impl Iterator<Item = ChannelUuid> {
        self.channels.keys().copied()
    }

    /// A channel that the node sees.
    pub(super) fn channel(&mut self, channel: ChannelUuid) -> Option<&mut Tracked> {
        self.channels.get_mut(&channel)
    }

    /// Sees a private channel for those of its users who have a session here, `None` if there are
    /// none. Everything up to `last` counts as told if the channel was not seen before.
    pub(super) fn see(
        &mut self,
        channel: ChannelUuid,
        users: [UserUuid; 2],
        last: u64,
    ) -> Option<&mut Tracked> {
        for user in users {
            let Some(watched) = self.users.get_mut(&user) else { continue };
            if watched.channels.insert(channel) {
                let tracked = self.channels.entry(channel);
                tracked.or_insert(Tracked { last, uuid: None, watchers: 0 }).watchers += 1;
            }
        }
        self.channels.get_mut(&channel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_seen_as_long_as_one_of_its_users_is_here() {
        let (mut watched, channel) = (Watched::default(), ChannelUuid::random());
        let [ada, bob] = [UserUuid::random(), UserUuid::random()];
        watched.add(ada);
        watched.add(ada);
        assert_eq!(watched.see(channel, [ada, bob], 7).unwrap().last, 7);
        watched.add(bob);
        watched.see(channel, [bob, ada], 9);
        watched.see(channel, [bob, ada], 9);
        assert!(!watched.remove(ada) && watched.remove(ada));
        assert_eq!(watched.channel(channel).unwrap().last, 7);
        assert!(watched.remove(bob));
        assert!(watched.channel(channel).is_none() && watched.users().next().is_none());
    }

    #[test]
    fn a_channel_with_oneself_has_one_watcher() {
        let (mut watched, channel) = (Watched::default(), ChannelUuid::random());
        let ada = UserUuid::random();
        watched.add(ada);
        watched.see(channel, [ada, ada], 1);
        watched.remove(ada);
        assert!(watched.channel(channel).is_none());
    }

    #[test]
    fn a_channel_of_nobody_here_is_not_kept() {
        let mut watched = Watched::default();
        let users = [UserUuid::random(), UserUuid::random()];
        assert!(watched.see(ChannelUuid::random(), users, 1).is_none());
        watched.general(3);
        assert_eq!(watched.general(9).last, 3);
    }
}
