//! Subscriptions to web push, and who may be notified.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_protocol::UserUuid;

use super::access_keys::hex;
use super::details::{first_level, preferences};
use super::link::unreadable;
use super::scripts::{RINGABLE, SUBSCRIBE, SUBSCRIPTIONS, UNSUBSCRIBE};
use super::{RedisStore, Shared};
use crate::{
    KEY_LIFETIME, KeyDigest, Result, RingPage, RingQuery, Ringable, SUBSCRIPTIONS_LIMIT,
    Subscription, Subscriptions, channel_name,
};

/// How many members a page looks at: a script holds everybody up.
const PAGE: usize = 250;

#[async_trait]
impl Subscriptions for RedisStore {
    async fn push_key(&self, made: Vec<u8>) -> Result<Vec<u8>> {
        let mut commands = redis::pipe();
        commands.cmd("SET").arg("pushKey").arg(made).arg("NX").ignore().cmd("GET").arg("pushKey");
        let (key,): (Vec<u8>,) =
            self.shared.link.send("keep the key for web push", &commands).await?;
        Ok(key)
    }

    async fn subscribe(&self, subscription: Subscription) -> Result<bool> {
        let Subscription { user, key, endpoint, p256dh, auth } = subscription;
        let mut script = SUBSCRIBE.arg(user.to_string());
        script.arg(&*endpoint).arg(hex(&key.0)).arg(hex(&p256dh)).arg(hex(&auth));
        script.arg(KEY_LIFETIME).arg(SUBSCRIPTIONS_LIMIT);
        self.shared.link.run("add a subscription", &script).await
    }

    async fn unsubscribe(&self, user: UserUuid, endpoint: Arc<str>) -> Result<()> {
        let mut script = UNSUBSCRIBE.arg(user.to_string());
        let _: bool = self.shared.link.run("end a subscription", script.arg(&*endpoint)).await?;
        Ok(())
    }

    async fn subscriptions(&self, user: UserUuid) -> Result<Vec<Subscription>> {
        let mut script = SUBSCRIPTIONS.arg(user.to_string());
        let answer: Vec<String> =
            self.shared.link.run("read subscriptions", script.arg(KEY_LIFETIME)).await?;
        Ok(subscriptions(user, &answer))
    }

    async fn has_subscriptions(&self) -> Result<bool> {
        let mut commands = redis::pipe();
        commands.cmd("EXISTS").arg("pushUsers");
        let (are_there,) = self.shared.link.send("look for subscriptions", &commands).await?;
        Ok(are_there)
    }

    async fn ringable(&self, query: RingQuery) -> Result<RingPage> {
        page(&self.shared, query).await
    }
}

/// One page. A cursor is that of Redis.
async fn page(shared: &Shared, query: RingQuery) -> Result<RingPage> {
    let action = "find who is notified";
    let mut script = RINGABLE.arg(channel_name(query.channel));
    script.arg(u8::from(query.all)).arg(query.after.as_deref().unwrap_or("0"));
    script.arg(KEY_LIFETIME).arg(PAGE);
    let words =
        |users: &[UserUuid]| users.iter().map(UserUuid::to_string).collect::<Vec<_>>().join(" ");
    script.arg(words(&query.senders));
    script.arg(query.users.iter().map(UserUuid::to_string).collect::<Vec<_>>());
    let answer: Vec<Vec<String>> = shared.link.run(action, &script).await?;
    let (head, rows) = answer.split_first().ok_or_else(|| unreadable(action, "a page"))?;
    let [next, kind] = &head[..] else { return Err(unreadable(action, "a page")) };
    let member = |row: &Vec<String>| {
        let [user, chosen, read, blocks, words @ ..] = &row[..] else { return None };
        let user = user.parse().ok()?;
        let chosen = preferences(chosen, first_level(kind));
        Some(Ringable {
            user,
            level: chosen.level,
            muted_until: chosen.muted_until,
            read: read.parse().unwrap_or_default(),
            blocks: blocks.split(' ').filter_map(|user| user.parse().ok()).collect(),
            subscriptions: subscriptions(user, words),
        })
    };
    let next = Some(next.clone()).filter(|next| next != "0");
    Ok(RingPage { members: rows.iter().filter_map(member).collect(), next })
}

/// Reads endpoint and words of each.
fn subscriptions(user: UserUuid, answer: &[String]) -> Vec<Subscription> {
    let (pairs, _) = answer.as_chunks::<2>();
    let read = |[endpoint, words]: &[String; 2]| {
        let mut words = words.split(' ').skip(1);
        Some(Subscription {
            user,
            endpoint: endpoint.as_str().into(),
            key: KeyDigest(bytes(words.next()?)?),
            p256dh: bytes(words.next()?)?,
            auth: bytes(words.next()?)?,
        })
    };
    pairs.iter().filter_map(read).collect()
}

/// Reads hexadecimal digits.
pub(super) fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
    }
    (hex.len() == 2 * N).then_some(bytes)
}
