//! Subscriptions to notifications by web push, and who may be notified of a message.

use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;

use crate::{KeyDigest, Level};

/// A subscription of a browser, RFC 8030. It ends with its access key.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Whose.
    pub user: UserUuid,
    /// The access key of the session that registered it.
    pub key: KeyDigest,
    /// The URL at the push service. With it and the server's key anybody can push there.
    pub endpoint: Arc<str>,
    /// The browser's public key: an uncompressed point of P-256.
    pub p256dh: [u8; 65],
    /// The secret that the browser shares with the server, RFC 8291.
    pub auth: [u8; 16],
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscription").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Which members of a channel with subscriptions to list: those at the level `all`, and others.
#[derive(Clone, Debug)]
pub struct RingQuery {
    /// The channel.
    pub channel: ChannelUuid,
    /// Users who are listed at any level, if they are members.
    pub users: Vec<UserUuid>,
    /// Whether all members are.
    pub all: bool,
    /// Who wrote the messages.
    pub senders: Vec<UserUuid>,
    /// The `next` of the page before; `None` for the first page.
    pub after: Option<String>,
}

/// A page of members with subscriptions. A member may stand on two pages, if members come and go meanwhile.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RingPage {
    /// The members.
    pub members: Vec<Ringable>,
    /// Where the next page begins; `None` behind the last one.
    pub next: Option<String>,
}

/// A member of a channel with subscriptions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ringable {
    /// Who.
    pub user: UserUuid,
    /// The member's level of notification in the channel.
    pub level: Level,
    /// Until when the member has muted the channel.
    pub muted_until: Option<Timestamp>,
    /// Up to which `Seq` the member has read.
    pub read: u64,
    /// The member's subscriptions, oldest first.
    pub subscriptions: Vec<Subscription>,
    /// Those of the senders whom the member has blocked.
    pub blocks: Vec<UserUuid>,
}
