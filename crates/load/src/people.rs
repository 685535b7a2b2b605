//! Users by the hundred thousand, made without hashing a password for each.

use anyhow::{Context, Result};
use chinwag_protocol::UserUuid;
use chinwag_store::embedded::EmbeddedStore;
use chinwag_store::{NewAccount, Store, User};
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

fn person(number: u64) -> NewAccount {
    let name = format!("person {number:06}");
    NewAccount {
        user: User { uuid: UserUuid::random(), name: name.as_str().into() },
        folded_name: name,
        password_hash: String::new(),
    }
}
