//! The private channels that this node has read from Redis.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chinwag_protocol::{ChannelUuid, UserUuid};

use super::Shared;
use super::link::unreadable;
use super::scripts::CHANNEL;
use crate::{Channel, FoundChannel, Result, User};

/// How many private channels are remembered.
const CHANNELS: usize = 100_000;

/// The private channels that were asked for, by the user who asked and the other one.
#[derive(Default)]
pub(super) struct KnownChannels(Mutex<Known>);

#[derive(Default)]
struct Known {
    channels: HashMap<(UserUuid, UserUuid), (u64, Channel)>,
    /// Counts the cuts: what was read before the last one may have gone from Redis.
    cuts: u64,
}

/// A channel that was read before.
enum Remembered {
    /// Since the last cut.
    Sure(Channel),
    /// Before the last cut.
    Doubtful(ChannelUuid),
}

impl KnownChannels {
    /// The channel of the two, made where `make` says so.
    pub(super) async fn find(
        &self,
        shared: &Shared,
        user: UserUuid,
        recipient: UserUuid,
        make: bool,
    ) -> Result<FoundChannel> {
        let remembered = match self.remembered(user, recipient) {
            Some(Remembered::Sure(channel)) => return Ok(FoundChannel::Channel(channel)),
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
        let [name, uuid] = &answer[..] else { return Ok(FoundChannel::Nothing) };
        if uuid.is_empty() {
            return Ok(FoundChannel::NoChannel);
        }
        let uuid = uuid.parse().map_err(|_| unreadable(action, "a channel"))?;
        if remembered.is_some_and(|remembered| remembered != uuid) {
            shared.doubts.raise(true);
        }
        let other = User { uuid: recipient, name: name.as_str().into() };
        let channel = Channel::direct(uuid, other);
        self.remember((user, recipient), cuts, &channel);
        Ok(FoundChannel::Channel(channel))
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
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, pair: (UserUuid, UserUuid), cuts: u64, channel: &Channel) {
        let mut known = self.lock();
        if known.channels.len() >= CHANNELS {
            known.channels.clear();
        }
        known.channels.insert(pair, (cuts, channel.clone()));
    }

    fn remembered(&self, user: UserUuid, recipient: UserUuid) -> Option<Remembered> {
        let known = self.lock();
        let (cuts, channel) = known.channels.get(&(user, recipient))?;
        let is_sure = *cuts == known.cuts;
        Some(if is_sure {
            Remembered::Sure(channel.clone())
        } else {
            Remembered::Doubtful(channel.uuid)
        })
    }
}
