//! The reads of the search from the store.

use chinwag_protocol::ChannelUuid;
use chinwag_store::{self as store, FollowedChannel, FollowedMessage, Moved, Store};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// How many messages are read at once.
const PAGE: u64 = 200;

/// What is to be read.
pub(super) enum Next {
    Moved,
    Channels,
    Messages(ChannelUuid, u64),
    Changes { channel: ChannelUuid, after: u64, rev: u64 },
}

impl Next {
    pub(super) async fn read(self, store: &dyn Store) -> Read {
        match self {
            Self::Moved => {
                let moved = store.moved().await;
                Read::Moved(moved, Instant::now())
            }
            Self::Channels => Read::Channels(store.followed_channels().await),
            Self::Messages(channel, after) => {
                Read::Messages(channel, store.followed_messages(channel, after, PAGE).await)
            }
            Self::Changes { channel, after, rev } => {
                Read::Changes(channel, rev, store.followed_changes(channel, after, PAGE).await)
            }
        }
    }
}

/// What was read from the store.
pub(super) enum Read {
    /// With when that was told: the thread may come to it late.
    Moved(store::Result<Moved>, Instant),
    Channels(store::Result<Vec<FollowedChannel>>),
    Messages(ChannelUuid, store::Result<Vec<FollowedMessage>>),
    /// With the `rev` that the channel has at least.
    Changes(ChannelUuid, u64, store::Result<Vec<FollowedMessage>>),
}

/// A read that is under way.
pub(super) struct Reading {
    pub(super) task: JoinHandle<Read>,
    /// Whether it reads messages, and not where something moved.
    pub(super) is_page: bool,
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.task.abort();
    }
}
