//! Users by the hundred thousand, made without hashing a password for each.

use std::sync::Arc;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chinwag_protocol::UserUuid;
use chinwag_store::embedded::EmbeddedStore;
use chinwag_store::redis::RedisStore;
use chinwag_store::{
    self as store, Accounts, ChannelName, KeyDigest, MembersAdd, NewAccount, NewChannel, Store,
    User,
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::runtime;
use tokio::task::JoinSet;

use crate::bed::{Bed, Ground};
use crate::crew::Account;

/// How many are under way at once, so that they share transactions.
const AT_ONCE: u64 = 1_000;

/// How many members a store is given at once.
const MEMBERS: usize = 1_000;

/// Adds users to the embedded store of a server that does not run. None can sign in.
pub fn add(ground: &Ground, count: u64) -> Result<()> {
    if count == 0 {
        return Ok(());
    }
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = EmbeddedStore::open(&ground.folder().join("data"), Box::new(|_| {}))?;
        for first in (0..count).step_by(usize::try_from(AT_ONCE)?) {
            let mut under_way = JoinSet::new();
            for number in first..count.min(first + AT_ONCE) {
                let store = store.clone();
                under_way.spawn(async move { store.create_account(person(number)).await });
            }
            while let Some(created) = under_way.join_next().await {
                created?.context("failed to add users")?;
            }
        }
        store.close().await;
        Ok(())
    })
}

/// Adds users to a Redis, and returns an access key of each.
pub fn with_keys(redis: &str, count: usize) -> Result<Vec<String>> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store: Arc<dyn Store> = RedisStore::open(redis, Box::new(|_| {})).await?;
        let people = add_with_keys(&store, count).await?;
        store.close().await;
        Ok(people.into_iter().map(|(_, account)| account.key).collect())
    })
}

/// Fills the store of a server that does not run with users and channels. User `u` is a member of
/// channel `c` if it is one of the `members` from `c * members` on, counted round and round. Returns the
/// users with their keys, and the channels' UUIDs.
pub fn in_channels(
    bed: &Bed,
    ground: &Ground,
    users: usize,
    channels: usize,
    members: usize,
    private: bool,
) -> Result<(Vec<Account>, Vec<String>)> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store: Arc<dyn Store> = if bed.redis.is_some() {
            RedisStore::open(ground.redis_url(), Box::new(|_| {})).await?
        } else {
            EmbeddedStore::open(&ground.folder().join("data"), Box::new(|_| {}))?
        };
        let people = add_with_keys(&store, users).await?;
        let mut made = Vec::with_capacity(channels);
        for channel in 0..channels {
            let member = |at: usize| &people[(channel * members + at) % users].0;
            let name = format!("channel {channel:05}");
            let new = NewChannel {
                made_by: member(0).clone(),
                name: Some(ChannelName { shown: name.as_str().into(), folded: name }),
                topic: "".into(),
                private,
                users: (1..members.min(MEMBERS)).map(|at| member(at).uuid).collect(),
                client_uuid: None,
                created_at: Timestamp::now(),
                by_admins: false,
            };
            let uuid = store.create_channel(new).await?.uuid;
            for first in (MEMBERS..members).step_by(MEMBERS) {
                let add = MembersAdd {
                    asker: member(0).uuid,
                    channel: uuid,
                    users: (first..members.min(first + MEMBERS))
                        .map(|at| member(at).uuid)
                        .collect(),
                    owner: None,
                    at: Timestamp::now(),
                };
                store.add_members(add).await?;
            }
            made.push(uuid.to_string());
        }
        store.close().await;
        Ok((people.into_iter().map(|(_, account)| account).collect(), made))
    })
}

async fn add_with_keys(store: &Arc<dyn Store>, count: usize) -> Result<Vec<(User, Account)>> {
    let mut people = Vec::with_capacity(count);
    let numbers: Vec<_> = (0..u64::try_from(count)?).collect();
    for numbers in numbers.chunks(usize::try_from(AT_ONCE)?) {
        let mut under_way = JoinSet::new();
        for &number in numbers {
            let store = store.clone();
            under_way.spawn(async move {
                let account = person(number);
                let user = account.user.clone();
                let known = store::Account {
                    user: user.clone(),
                    password_hash: String::new(),
                    standing: store::Standing::default(),
                };
                let (key, digest) = key(user.uuid, number);
                store.create_account(account).await?;
                store.add_access_key(&known, digest, "").await?;
                let account = Account { user: user.uuid.to_string(), key };
                Ok::<_, store::Unavailable>((user, account))
            });
        }
        while let Some(person) = under_way.join_next().await {
            people.push(person?.context("failed to add users")?);
        }
    }
    Ok(people)
}

/// A key as the server makes them, and its digest: the user's 16 bytes and 24 more.
fn key(user: UserUuid, number: u64) -> (String, KeyDigest) {
    let mut bytes = [0; 40];
    bytes[..16].copy_from_slice(user.0.as_bytes());
    bytes[32..].copy_from_slice(&number.to_be_bytes());
    (URL_SAFE_NO_PAD.encode(bytes), KeyDigest(Sha256::digest(bytes).into()))
}

fn person(number: u64) -> NewAccount {
    let name = format!("person {number:06}");
    NewAccount {
        link: None,
        user: User { uuid: UserUuid::random(), name: name.as_str().into() },
        folded_name: name,
        password_hash: String::new(),
    }
}
