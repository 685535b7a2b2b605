//! Users by the hundred thousand, made without hashing a password for each.

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chinwag_protocol::UserUuid;
use chinwag_store::embedded::EmbeddedStore;
use chinwag_store::redis::RedisStore;
use chinwag_store::{AccessKeys, Account, Accounts, KeyDigest, NewAccount, Store, User};
use sha2::{Digest, Sha256};
use tokio::runtime;
use tokio::task::JoinSet;

use crate::bed::Ground;

/// How many are under way at once, so that they share transactions.
const AT_ONCE: u64 = 1_000;

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
        let store = RedisStore::open(redis, Box::new(|_| {})).await?;
        let mut keys = Vec::with_capacity(count);
        let numbers: Vec<_> = (0..u64::try_from(count)?).collect();
        for numbers in numbers.chunks(usize::try_from(AT_ONCE)?) {
            let mut under_way = JoinSet::new();
            for &number in numbers {
                let store = store.clone();
                under_way.spawn(async move {
                    let account = person(number);
                    let known =
                        Account { user: account.user.clone(), password_hash: String::new() };
                    let (key, digest) = key(account.user.uuid, number);
                    store.create_account(account).await?;
                    store.add_access_key(&known, digest).await.map(|_| key)
                });
            }
            while let Some(key) = under_way.join_next().await {
                keys.push(key?.context("failed to add users")?);
            }
        }
        store.close().await;
        Ok(keys)
    })
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
        user: User { uuid: UserUuid::random(), name: name.as_str().into() },
        folded_name: name,
        password_hash: String::new(),
    }
}
