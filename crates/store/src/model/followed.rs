//! What a follower reads of all channels.

use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;

use crate::File;

/// A channel, for a follower.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FollowedChannel {
    /// The channel.
    pub uuid: ChannelUuid,
    /// Who can read it.
    pub readers: ChannelReaders,
    /// The `Seq` of its last message; 0 if it has none, or has ended.
    pub total: u64,
    /// Its `rev`.
    pub rev: u64,
}

/// Who can read a channel. It never changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChannelReaders {
    /// Everybody: General and public channels.
    Everybody,
    /// The two users of a direct channel.
    Users([UserUuid; 2]),
    /// The members of a group or a private channel.
    Members,
}

/// A message as it is when a follower reads it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FollowedMessage {
    /// Its `Seq`.
    pub seq: u64,
    /// The `Rev` of its last change; 0 if it never changed.
    pub rev: u64,
    /// Who wrote it.
    pub sender: UserUuid,
    /// When the sender's node took it.
    pub created_at: Timestamp,
    /// The text; `None` if it is deleted or can't be read.
    pub text: Option<Arc<str>>,
    /// Its files.
    pub files: Box<[File]>,
}

/// Where something was stored or changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Moved {
    /// Perhaps anywhere: all channels have to be compared.
    Anywhere,
    /// In these channels.
    In(Vec<FollowedChannel>),
}
