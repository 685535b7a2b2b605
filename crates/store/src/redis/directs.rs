//! The channels that a user means, and the direct ones that this node has read from Redis.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chinwag_protocol::{ChannelUuid, UserUuid};

use super::Shared;
use super::link::unreadable;
use super::scripts::CHANNEL;
use crate::{Channel, FoundChannel, Result, User};

/// How many direct channels are remembered.
const CHANNELS: usize = 100_000;

/// The direct channels of the users who are here, by user and the other one.
#[derive(Default)]
pub(super) struct KnownChannels(Mutex<Known>);

#[derive(Default)]
struct Known {
    channels: HashMap<UserUuid, HashMap<UserUuid, (u64, Channel)>>,
    count: usize,
    /// Counts the cuts: what was read before the last one may have gone from Redis.
    cuts: u64,
}

/// A channel that was read, for the feed to follow.
pub(super) struct Opening {
    pub user: UserUuid,
    /// From the user's side.
    pub channel: Channel,
    /// How many cuts there had been when it was read.
    pub cuts: u64,
}

/// A channel that was read before.
enum Remembered {
    /// Since the last cut.
    Sure(Channel),
    /// Before the last cut.
    Doubtful(ChannelUuid),
}

/// The answer of Redis, or of memory.
pub(super) enum Read {
    /// It is known and followed.
    Known(Channel),
    /// It is to be followed.
    Fresh(Opening),
    /// There is none.
    None(FoundChannel),
}

impl KnownChannels {
    /// The channel of the two, made where `make` says so, or the group or named channel of this UUID.
    pub(super) async fn read(
        &self,
        shared: &Shared,
        user: UserUuid,
        recipient: UserUuid,
        make: bool,
    ) -> Result<Read> {
        let remembered = match self.remembered(user, recipient) {
            Some(Remembered::Sure(channel)) => return Ok(Read::Known(channel)),
            Some(Remembered::Doubtful(uuid)) => Some(uuid),
            None => None,
        };
        let action = "find a channel";
        // One that Redis has lost is made again: sessions may have joined it.
        let fresh = remembered.or_else(|| make.then(ChannelUuid::random));
        let fresh = fresh.map(|fresh| fresh.to_string()).unwrap_or_default();
        let mut script = CHANNEL.arg(user.to_string());
        script.arg(recipient.to_string()).arg(fresh);
        let cuts = self.lock().cuts;
        let answer: Vec<String> = shared.link.run(action, &script).await?;
        let [name, uuid] = &answer[..] else { return Ok(Read::None(FoundChannel::Nothing)) };
        if uuid.is_empty() {
            return Ok(Read::None(FoundChannel::NoChannel));
        }
        let uuid = uuid.parse().map_err(|_| unreadable(action, "a channel"))?;
        if name.is_empty() {
            return Ok(Read::Fresh(Opening { user, channel: Channel::of_members(uuid), cuts }));
        }
        if remembered.is_some_and(|remembered| remembered != uuid) {
            shared.doubts.raise(true);
        }
        let other = User { uuid: recipient, name: name.as_str().into() };
        Ok(Read::Fresh(Opening { user, channel: Channel::direct(uuid, other), cuts }))
    }

    /// Remembers a channel that the feed follows for its user.
    pub(super) fn remember(&self, Opening { user, channel, cuts }: Opening) {
        let Some(recipient) = channel.recipient().map(|recipient| recipient.uuid) else { return };
        let mut known = self.lock();
        if known.count >= CHANNELS {
            known.channels.clear();
            known.count = 0;
        }
        let of_user = known.channels.entry(user).or_default();
        if of_user.insert(recipient, (cuts, channel)).is_none() {
            known.count += 1;
        }
    }

    /// Forgets the channels of a user who has left this node.
    pub(super) fn leave(&self, user: UserUuid) {
        let mut known = self.lock();
        let left = known.channels.remove(&user);
        known.count -= left.map_or(0, |left| left.len());
    }

    /// After a cut: Redis is asked again for each channel.
    pub(super) fn doubt(&self) {
        self.lock().cuts += 1;
    }

    /// Forgets all channels.
    pub(super) fn forget(&self) {
        let mut known = self.lock();
        known.cuts += 1;
        known.channels.clear();
        known.count = 0;
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remembered(&self, user: UserUuid, recipient: UserUuid) -> Option<Remembered> {
        let known = self.lock();
        let (cuts, channel) = known.channels.get(&user)?.get(&recipient)?;
        let is_sure = *cuts == known.cuts;
        Some(if is_sure {
            Remembered::Sure(channel.clone())
        } else {
            Remembered::Doubtful(channel.uuid)
        })
    }
}
