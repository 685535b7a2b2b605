//! Access keys, and the passwords by which they are had.

use async_trait::async_trait;
use chinwag_protocol::{SessionUuid, UserUuid};

use super::feed::publish;
use super::records::{News, StoredUser};
use super::scripts::{ACCESS_KEY, ADD_ACCESS_KEY, CHANGE_PASSWORD};
use super::{RedisStore, Shared};
use crate::{
    AccessKeys, Account, KEY_LIFETIME, KEYS_LIMIT, KeyDigest, PasswordChange, Result, User,
};

#[async_trait]
impl AccessKeys for RedisStore {
    async fn add_access_key(&self, account: &Account, digest: KeyDigest) -> Result<bool> {
        add(&self.shared, account, digest).await
    }

    async fn use_access_key(&self, user: UserUuid, digest: KeyDigest) -> Result<Option<User>> {
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

async fn add(shared: &Shared, account: &Account, digest: KeyDigest) -> Result<bool> {
    let mut script = ADD_ACCESS_KEY.arg(account.user.uuid.to_string());
    script.arg(&account.password_hash).arg(hex(digest)).arg(KEY_LIFETIME).arg(KEYS_LIMIT);
    shared.link.run("add an access key", &script).await
}

async fn r#use(shared: &Shared, user: UserUuid, digest: KeyDigest) -> Result<Option<User>> {
    let mut script = ACCESS_KEY.arg(user.to_string());
    script.arg(hex(digest)).arg(KEY_LIFETIME);
    let name: Option<String> = shared.link.run("use an access key", &script).await?;
    Ok(name.map(|name| User { uuid: user, name: name.into() }))
}

async fn revoke(
    shared: &Shared,
    user: UserUuid,
    digest: KeyDigest,
    session: SessionUuid,
) -> Result<()> {
    let mut commands = redis::pipe();
    commands.atomic();
    commands.cmd("HDEL").arg(format!("access_key:{user}")).arg(hex(digest)).ignore();
    let news = News::KeyRevoked { user, digest: digest.0, session };
    publish(&shared.link, &mut commands, &["feed".to_owned()], &news);
    shared.link.send("end an access key", &commands).await
}

async fn revoke_all(shared: &Shared, user: UserUuid, session: SessionUuid) -> Result<()> {
    let mut commands = redis::pipe();
    commands.atomic();
    commands.cmd("DEL").arg(format!("access_key:{user}")).ignore();
    let news = News::KeysRevoked { user, kept: None, session };
    publish(&shared.link, &mut commands, &["feed".to_owned()], &news);
    shared.link.send("end all access keys", &commands).await
}

pub(super) async fn change_password(shared: &Shared, change: PasswordChange) -> Result<bool> {
    let PasswordChange { account, password_hash, asking, key, session } = change;
    let user = account.user;
    let news = News::KeysRevoked { user: user.uuid, kept: Some(key.0), session };
    let mut script = CHANGE_PASSWORD.arg(user.uuid.to_string());
    script.arg(account.password_hash).arg(&password_hash);
    script.arg(StoredUser::new(&user, password_hash).json());
    script.arg(hex(asking)).arg(hex(key)).arg(news.envelope());
    script.arg(shared.link.prefix());
    shared.link.run("change a password", &script).await
}

/// A digest as it stands in Redis.
pub(super) fn hex(digest: KeyDigest) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    digest.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
