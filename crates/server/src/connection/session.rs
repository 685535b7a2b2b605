//! Whom a connection acts for, and what it wants to hear.

use std::time::Instant;

use bytes::Bytes;
use chinwag_protocol::ChannelUuid;
use chinwag_store::{Address, Channel, KeyDigest, Kind, User};
use uuid::Uuid;

use super::key_use::KeyUse;
use crate::limits::people::Seat;

/// A signed-in user on one connection.
pub struct Session {
    /// Who.
    pub user: User,
    /// The access key in use, by its digest.
    pub key: KeyDigest,
    /// When its use was noted.
    pub key_use: KeyUse,
    /// Whether the messages of all the user's channels are wanted.
    pub inbox: bool,
    /// Whether these are those of groups and named channels, too, with their news.
    pub channels: bool,
    /// Whether changes to messages are wanted.
    pub changes: bool,
    /// The joined channel.
    pub joined: Option<Joined>,
    /// A channel whose join is under way, with the messages that came meanwhile.
    pub joining: Option<Box<Joining>>,
    /// The channel that was last looked up. Who may do what there is asked by each request.
    pub last_found: Option<Box<Channel>>,
    /// Its place among the user's sessions, with the user's budgets.
    pub seat: Seat,
    /// When a typing notice last got through.
    pub typed_at: Option<Instant>,
}

// One of the allocator's sizes.
const _: () = assert!(size_of::<Session>() <= 192);

/// A joined channel.
pub struct Joined {
    /// Which, from the user's side.
    pub channel: Channel,
    /// The `Seq` up to which the join's reply told everything.
    pub since: u64,
}

/// A channel whose join is under way.
pub struct Joining {
    /// Which, from the user's side.
    pub channel: Channel,
    /// `Seq` and frame of what came meanwhile.
    frames: Vec<(u64, Bytes)>,
    bytes: usize,
}

/// What may come while a join waits for the store, in bytes: as much as may wait for a reader.
const MOST_KEPT: usize = 224 * 1024;

impl Joining {
    /// Nothing has come yet.
    pub fn new(channel: Channel) -> Self {
        Self { channel, frames: Vec::new(), bytes: 0 }
    }

    /// Keeps a copy, since a frame is a slice of a whole batch. Beyond the bound nothing is kept.
    fn keep(&mut self, seq: u64, frame: &Bytes) {
        self.bytes += frame.len();
        if self.bytes > MOST_KEPT {
            self.frames = Vec::new();
        } else {
            self.frames.push((seq, Bytes::copy_from_slice(frame)));
        }
    }

    /// What came, in order; `None` if it was too much to be kept.
    pub fn kept(self) -> Option<Vec<(u64, Bytes)>> {
        (self.bytes <= MOST_KEPT).then_some(self.frames)
    }
}

impl Session {
    /// A session that has joined nothing.
    pub fn new(user: User, key: KeyDigest, seat: Seat) -> Self {
        Self {
            user,
            key,
            key_use: KeyUse::now(),
            inbox: false,
            channels: false,
            changes: false,
            joined: None,
            joining: None,
            last_found: None,
            seat,
            typed_at: None,
        }
    }

    /// The channels that the connection hears on its own account, each with the `Seq` from which on all
    /// messages are to be sent as they come. Direct channels are heard by their users.
    pub fn heard(&self) -> [Option<(ChannelUuid, u64)>; 3] {
        let joined = self.joined.as_ref().map(|joined| &joined.channel);
        let joining = self.joining.as_ref().map(|joining| &joining.channel);
        let all = || joined.into_iter().chain(joining);
        let general = self.inbox || all().any(|channel| channel.kind == Kind::General);
        let mut channels = [general.then_some(ChannelUuid::GENERAL), None, None];
        for channel in all().filter(|channel| channel.kind == Kind::Members) {
            if channels[1] != Some(channel.uuid) {
                channels[1 + usize::from(channels[1].is_some())] = Some(channel.uuid);
            }
        }
        let from = |channel: ChannelUuid| {
            if channel.is_general() {
                self.hears_from(channel)
            } else {
                self.hears_joined_from(channel)
            }
        };
        channels.map(|channel| channel.map(|channel| (channel, from(channel))))
    }

    /// Whether it has joined the channel.
    pub fn has_joined(&self, channel: ChannelUuid) -> bool {
        self.joined.as_ref().is_some_and(|joined| joined.channel.uuid == channel)
    }

    /// Whether it has joined the channel or is about to.
    pub fn is_in(&self, channel: ChannelUuid) -> bool {
        self.has_joined(channel)
            || self.joining.as_ref().is_some_and(|joining| joining.channel.uuid == channel)
    }

    /// From which `Seq` on all messages of General or of one of the user's direct channels are to be sent as
    /// they come.
    pub fn hears_from(&self, channel: ChannelUuid) -> u64 {
        if self.inbox { 0 } else { self.hears_joined_from(channel) }
    }

    /// The same, of a group or a named channel of which the user need not be a member.
    pub fn hears_joined_from(&self, channel: ChannelUuid) -> u64 {
        let joined = self.joined.as_ref().filter(|joined| joined.channel.uuid == channel);
        match joined {
            Some(joined) if self.joining.is_none() => joined.since + 1,
            _ => u64::MAX,
        }
    }

    /// Decides on a message: the frame back if it is to be sent now, nothing if it is kept for
    /// the end of a join or of no interest.
    pub fn offer(&mut self, channel: ChannelUuid, seq: u64, frame: Bytes) -> Option<Bytes> {
        let joined = self.joined.as_ref().filter(|joined| joined.channel.uuid == channel);
        if joined.is_some_and(|joined| joined.since < seq) {
            return Some(frame);
        }
        if let Some(joining) =
            self.joining.as_mut().filter(|joining| joining.channel.uuid == channel)
        {
            joining.keep(seq, &frame);
        }
        None
    }

    /// The channel that the user means by this UUID, if it is joined or was looked up last.
    pub fn known(&self, named: Uuid) -> Option<&Channel> {
        let joined = self.joined.as_ref().map(|joined| &joined.channel);
        let mut known = self.last_found.as_deref().into_iter().chain(joined);
        known.find(|channel| match channel.address() {
            Address::General => false,
            Address::Direct(user) => user.0 == named,
            Address::Channel(channel) => channel.0 == named,
        })
    }
}

#[cfg(test)]
mod tests {
    use chinwag_protocol::UserUuid;
    use chinwag_store::KeyDigest;

    use super::*;

    #[test]
    fn a_join_keeps_no_more_than_may_wait_for_a_reader() {
        let mut joining = Joining::new(Channel::GENERAL);
        let frame = Bytes::from(vec![b'x'; 1_024]);
        (0..224).for_each(|seq| joining.keep(seq, &frame));
        assert_eq!(joining.frames.len(), 224);
        (224..10_000).for_each(|seq| joining.keep(seq, &frame));
        assert!(joining.frames.is_empty() && joining.kept().is_none());
    }

    fn session() -> Session {
        let user = User { uuid: UserUuid::random(), name: "ada".into() };
        let seat = Seat::for_tests();
        Session::new(user, KeyDigest([0; 32]), seat)
    }

    #[test]
    fn a_message_is_told_by_the_joins_reply_or_by_a_frame_never_by_both() {
        let mut session = session();
        let frame = Bytes::from_static(b"x");
        let offer =
            |session: &mut Session, seq| session.offer(ChannelUuid::GENERAL, seq, frame.clone());
        assert_eq!(offer(&mut session, 1), None);
        session.joining = Some(Box::new(Joining::new(Channel::GENERAL)));
        assert_eq!(offer(&mut session, 2), None);
        let kept = session.joining.take().unwrap().kept().unwrap();
        assert_eq!(kept.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [2]);
        session.joined = Some(Joined { channel: Channel::GENERAL, since: 3 });
        assert_eq!(offer(&mut session, 3), None);
        assert!(offer(&mut session, 4).is_some());
        assert_eq!(session.hears_from(ChannelUuid::GENERAL), 4);
    }
}
