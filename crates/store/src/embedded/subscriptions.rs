//! Subscriptions to web push, and who may be notified.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use super::EmbeddedStore;
use super::recent::Recent;
use super::statements::{blocks, channels, members, subscriptions};
use crate::{
    RING_PAGE, Result, RingPage, RingQuery, Ringable, SUBSCRIPTIONS_LIMIT, Subscription,
    Subscriptions,
};

#[async_trait]
impl Subscriptions for EmbeddedStore {
    async fn push_key(&self, made: Vec<u8>) -> Result<Vec<u8>> {
        let keep = move |db: &_| Ok((subscriptions::push_key(db, &made)?, Vec::new()));
        self.writer.write("keep the key for web push", keep).await
    }

    async fn subscribe(&self, subscription: Subscription) -> Result<bool> {
        let now = Timestamp::now().as_second();
        let subscribe = move |db: &_| {
            let lives = subscriptions::lives(db, &subscription, now)?;
            if lives {
                subscriptions::add(db, &subscription)?;
                subscriptions::bound(db, subscription.user, SUBSCRIPTIONS_LIMIT)?;
            }
            Ok((lives, Vec::new()))
        };
        self.writer.write("add a subscription", subscribe).await
    }

    async fn unsubscribe(&self, user: UserUuid, endpoint: Arc<str>) -> Result<()> {
        let end = move |db: &_| Ok((subscriptions::end(db, user, &endpoint)?, Vec::new()));
        self.writer.write("end a subscription", end).await
    }

    async fn subscriptions(&self, user: UserUuid) -> Result<Vec<Subscription>> {
        let now = Timestamp::now().as_second();
        self.readers.read("read subscriptions", move |db| subscriptions::of(db, user, now)).await
    }

    async fn has_subscriptions(&self) -> Result<bool> {
        self.readers.read("look for subscriptions", subscriptions::are_there).await
    }

    async fn ringable(&self, query: RingQuery) -> Result<RingPage> {
        let recent = Arc::clone(&self.recent);
        self.readers.read("find who is notified", move |db| page(db, &recent, &query)).await
    }
}

/// One page. A cursor is the last user of the page before.
fn page(db: &Connection, recent: &Recent, query: &RingQuery) -> rusqlite::Result<RingPage> {
    let channel = query.channel;
    let after = query.after.as_deref().and_then(|after| after.parse().ok()).unwrap_or_default();
    let mut users = if query.all {
        all(db, channel, after)?
    } else {
        subscriptions::told_of_all(db, channel, after, RING_PAGE)?
    };
    let next =
        (users.len() == RING_PAGE as usize).then(|| users.last().map(Uuid::to_string)).flatten();
    if query.after.is_none() {
        users.extend(query.users.iter().map(|user| user.0));
        users.sort_unstable();
        users.dedup();
    }
    let now = Timestamp::now().as_second();
    let mut found = Vec::new();
    for user in users.into_iter().map(UserUuid) {
        let subscriptions = subscriptions::of(db, user, now)?;
        if subscriptions.is_empty() {
            continue;
        }
        if let Some(membership) = members::membership(db, user, channel)? {
            found.push(Ringable {
                user,
                level: membership.preferences.level,
                muted_until: membership.preferences.muted_until,
                blocks: blocked(db, user, &query.senders)?,
                read: members::read_mark(db, recent, user, channel)?,
                subscriptions,
            });
        }
    }
    Ok(RingPage { members: found, next })
}

/// Those of the senders whom the user has blocked.
fn blocked(
    db: &Connection,
    user: UserUuid,
    senders: &[UserUuid],
) -> rusqlite::Result<Vec<UserUuid>> {
    let mut blocked = Vec::new();
    for sender in senders {
        if blocks::has(db, user, *sender)? {
            blocked.push(*sender);
        }
    }
    Ok(blocked)
}

/// Who may be a member with subscriptions: of a small channel all its members, else those who have any.
fn all(db: &Connection, channel: ChannelUuid, after: Uuid) -> rusqlite::Result<Vec<Uuid>> {
    let details = channels::details(db, channel)?;
    let is_small = details.is_some_and(|details| details.users_total < u64::from(RING_PAGE));
    if is_small && !channel.is_general() {
        subscriptions::members(db, channel)
    } else {
        subscriptions::subscribers(db, after, RING_PAGE)
    }
}
