//! Access keys, and the passwords by which they are had.

use async_trait::async_trait;
use chinwag_protocol::{SessionUuid, UserUuid};

use super::records::{News, StoredUser};
use super::scripts::{ACCESS_KEY, ADD_ACCESS_KEY, CHANGE_PASSWORD, END_KEYS};
use super::{RedisStore, Shared};
use crate::{
    AccessKeys, Account, KEY_LIFETIME, KEYS_LIMIT, KeyDigest, PasswordChange, Result, Role,
    Standing, User,
};

#[async_trait]
impl AccessKeys for RedisStore {
    async fn add_access_key(
        &self,
        account: &Account,
        digest: KeyDigest,
        device: &str,
    ) -> Result<bool> {
        add(&self.shared, account, digest, device).await
    }

    async fn use_access_key(
        &self,
        user: UserUuid,
        digest: KeyDigest,
    ) -> Result<Option<(User, Role)>> {
        r#use(&self.shared, user, digest).await
    }

    async fn revoke_access_key(
        &self,
        user: UserUuid,
        digest: KeyDigest,
        session: SessionUuid,
    ) -> Result<()> {
        revoke(&self.shared, user, digest, session).await
    }

    async fn revoke_all_access_keys(&self, user: UserUuid, session: SessionUuid) -> Result<()> {
        revoke_all(&self.shared, user, session).await
    }
}

async fn add(shared: &Shared, account: &Account, digest: KeyDigest, device: &str) -> Result<bool> {
    let mut script = ADD_ACCESS_KEY.arg(account.user.uuid.to_string());
    script.arg(&account.password_hash).arg(hex(&digest.0)).arg(KEY_LIFETIME).arg(KEYS_LIMIT);
    script.arg(device);
    shared.link.run("add an access key", &script).await
}

async fn r#use(shared: &Shared, user: UserUuid, digest: KeyDigest) -> Result<Option<(User, Role)>> {
    let mut script = ACCESS_KEY.arg(user.to_string());
    let lifetime = if user.is_bot() { i64::from(u32::MAX) } else { KEY_LIFETIME };
    script.arg(hex(&digest.0)).arg(lifetime);
    let found: Vec<String> = shared.link.run("use an access key", &script).await?;
    let [name, standing] = &found[..] else { return Ok(None) };
    Ok(Some((User { uuid: user, name: name.as_str().into() }, standing_of(standing).role)))
}

async fn revoke(
    shared: &Shared,
    user: UserUuid,
    digest: KeyDigest,
    session: SessionUuid,
) -> Result<()> {
    let news = News::KeyRevoked { user, digest: digest.0, session };
    end(shared, "end an access key", user, &hex(&digest.0), &news).await
}

async fn revoke_all(shared: &Shared, user: UserUuid, session: SessionUuid) -> Result<()> {
    let news = News::KeysRevoked { user, kept: None, session };
    end(shared, "end all access keys", user, "", &news).await
}

/// Ends the key of this digest; all keys if it is empty.
async fn end(
    shared: &Shared,
    action: &'static str,
    user: UserUuid,
    digest: &str,
    news: &News,
) -> Result<()> {
    let mut script = END_KEYS.arg(user.to_string());
    script.arg(digest).arg(news.envelope()).arg(shared.link.prefix());
    let _: bool = shared.link.run(action, &script).await?;
    Ok(())
}

pub(super) async fn change_password(shared: &Shared, change: PasswordChange) -> Result<bool> {
    let PasswordChange { account, password_hash, asking, key, session } = change;
    let user = account.user;
    let news = News::KeysRevoked { user: user.uuid, kept: Some(key.0), session };
    let mut script = CHANGE_PASSWORD.arg(user.uuid.to_string());
    script.arg(account.password_hash).arg(&password_hash);
    script.arg(StoredUser::new(&user, password_hash).json());
    script.arg(hex(&asking.0)).arg(hex(&key.0)).arg(news.envelope());
    script.arg(shared.link.prefix());
    shared.link.run("change a password", &script).await
}

/// What a user is on the server, in the words of `scripts/standing.lua`.
pub(super) fn standing_of(words: &str) -> Standing {
    let role = if words.contains("admin") { Role::Admin } else { Role::Member };
    Standing { role, deactivated: words.contains("deactivated"), hook: words.contains("hook") }
}

/// Bytes as they stand in Redis.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
