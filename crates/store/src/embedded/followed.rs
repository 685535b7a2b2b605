//! All channels and messages, for a follower.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, UserUuid};
use tokio::sync::Notify;

use super::EmbeddedStore;
use super::statements::followed;
use crate::{
    ChannelReaders, Event, Feed, Followed, FollowedChannel, FollowedMessage, HistoryPage, Message,
    Moved, Page, Result,
};

/// The channels of which the follower is to hear.
#[derive(Default)]
pub(super) struct Moves {
    waiting: Mutex<Waiting>,
    filled: Notify,
}

/// Channels, direct ones with their users.
type Channels = HashMap<ChannelUuid, Option<[UserUuid; 2]>>;

#[derive(Default)]
struct Waiting {
    /// Whether the follower has compared all channels, or is to do it.
    has_begun: bool,
    channels: Channels,
}

impl Moves {
    /// A feed that notes what it tells.
    pub(super) fn noted(self: &Arc<Self>, feed: Feed) -> Feed {
        let moves = Arc::clone(self);
        Box::new(move |events| {
            moves.note(&events);
            feed(events);
        })
    }

    fn note(&self, events: &[Event]) {
        let moved = events.iter().filter_map(|event| match event {
            Event::Message { message, .. } | Event::Changed { message, .. } => {
                Some((message.channel.uuid, users(message)))
            }
            // Its end: of a private channel that nobody is left in.
            Event::Members { details, .. } if details.users_total == 0 => {
                Some((details.uuid, None))
            }
            _ => None,
        });
        let mut waiting = self.lock();
        waiting.channels.extend(moved);
        if !waiting.channels.is_empty() {
            self.filled.notify_one();
        }
    }

    /// The channels that wait; `None` at first.
    async fn next(&self) -> Option<Channels> {
        loop {
            match self.take() {
                Some(channels) if channels.is_empty() => self.filled.notified().await,
                found => return found,
            }
        }
    }

    fn take(&self) -> Option<Channels> {
        let mut waiting = self.lock();
        let has_begun = std::mem::replace(&mut waiting.has_begun, true);
        has_begun.then(|| std::mem::take(&mut waiting.channels))
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts channels back that were taken, unless they were told.
struct Taken<'a> {
    moves: &'a Moves,
    channels: Channels,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if !self.channels.is_empty() {
            self.moves.lock().channels.extend(self.channels.drain());
        }
    }
}

/// The users of a direct channel's message.
fn users(message: &Message) -> Option<[UserUuid; 2]> {
    message.channel.recipient().map(|recipient| [message.sender.uuid, recipient.uuid])
}

#[async_trait]
impl Followed for EmbeddedStore {
    async fn moved(&self) -> Result<Moved> {
        let Some(channels) = self.moves.next().await else { return Ok(Moved::Anywhere) };
        let mut taken = Taken { moves: &self.moves, channels };
        let (recent, channels) = (Arc::clone(&self.recent), taken.channels.clone());
        let read = move |db: &_| {
            let channels = channels.into_iter().map(|(channel, users)| {
                let readers = users.map(ChannelReaders::Users);
                followed::channel(db, &recent, channel, readers)
            });
            channels.collect()
        };
        let moved = self.readers.read("read which channels moved", read).await?;
        taken.channels.clear();
        Ok(Moved::In(moved))
    }

    async fn followed_channels(&self) -> Result<Vec<FollowedChannel>> {
        let recent = Arc::clone(&self.recent);
        self.readers.read("read all channels", move |db| followed::channels(db, &recent)).await
    }

    async fn followed_messages(
        &self,
        channel: ChannelUuid,
        after: u64,
        limit: u64,
    ) -> Result<Vec<FollowedMessage>> {
        // What is recent is looked up first: what is moved meanwhile is found in its place then.
        let found = self.recent.page(channel, HistoryPage::of_all(Page::After(after), limit));
        let first = found.range.map_or(u64::MAX, |(first, _)| first);
        if after.saturating_add(1) >= first {
            return Ok(found.messages.into_iter().map(followed).collect());
        }
        let read = move |db: &_| followed::messages(db, channel, (after, first), limit);
        self.readers.read("read messages", read).await
    }

    async fn followed_changes(
        &self,
        channel: ChannelUuid,
        after: u64,
        limit: u64,
    ) -> Result<Vec<FollowedMessage>> {
        let read = move |db: &_| followed::changes(db, channel, after, limit);
        self.readers.read("read changes", read).await
    }
}

/// One that has not changed: what changes is moved to its place first.
fn followed(message: Message) -> FollowedMessage {
    FollowedMessage {
        seq: message.seq,
        rev: message.rev(),
        sender: message.sender.uuid,
        created_at: message.created_at,
        text: (!message.is_deleted()).then_some(message.text),
        files: message.files,
    }
}
