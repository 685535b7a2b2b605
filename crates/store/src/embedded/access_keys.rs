//! The keys by which users come back without a password.

use async_trait::async_trait;
use chinwag_protocol::{SessionUuid, UserUuid};
use jiff::Timestamp;

use super::EmbeddedStore;
use super::statements::accounts;
use crate::{AccessKeys, Account, Event, KEY_LIFETIME, KeyDigest, Result, RevokedKeys, Role, User};

#[async_trait]
impl AccessKeys for EmbeddedStore {
    async fn add_access_key(
        &self,
        account: &Account,
        digest: KeyDigest,
        device: &str,
    ) -> Result<bool> {
        let (now, account) = (Timestamp::now().as_second(), account.clone());
        let device = device.to_owned();
        let is_steady = self.clock.is_steady();
        self.writer
            .write("add an access key", move |db| {
                let user = account.user.uuid;
                let fits = accounts::has_password(db, user, &account.password_hash)?;
                if fits {
                    accounts::set_access_key(db, user, digest, now, &device)?;
                    if is_steady {
                        accounts::delete_lapsed_access_keys(db, user, now)?;
                    }
                    accounts::bound_access_keys(db, user, digest)?;
                }
                Ok((fits, Vec::new()))
            })
            .await
    }

    async fn use_access_key(
        &self,
        user: UserUuid,
        digest: KeyDigest,
    ) -> Result<Option<(User, Role)>> {
        const DAY: u64 = 24 * 60 * 60;
        let found = self
            .readers
            .read("use an access key", move |db| accounts::access_key(db, user, digest))
            .await?;
        let now = Timestamp::now().as_second();
        let lives = |used_at: i64| user.is_bot() || now - used_at < KEY_LIFETIME;
        let Some((user, role, used_at)) = found.filter(|(.., used_at)| lives(*used_at)) else {
            return Ok(None);
        };
        // A day's precision is enough for a life of 30, and spares most resumptions a write.
        // A time to come is of a clock that was wrong.
        if now.abs_diff(used_at) > DAY {
            let uuid = user.uuid;
            let used =
                move |db: &_| Ok((accounts::touch_access_key(db, uuid, digest, now)?, Vec::new()));
            self.writer.write("use an access key", used).await?;
        }
        Ok(Some((user, role)))
    }

    async fn revoke_access_key(
        &self,
        user: UserUuid,
        digest: KeyDigest,
        session: SessionUuid,
    ) -> Result<()> {
        self.writer
            .write("end an access key", move |db| {
                accounts::delete_access_key(db, user, digest)?;
                let keys = RevokedKeys::One(digest);
                Ok(((), vec![Event::KeysRevoked { user, keys, session }]))
            })
            .await
    }

    async fn revoke_all_access_keys(&self, user: UserUuid, session: SessionUuid) -> Result<()> {
        self.writer
            .write("end all access keys", move |db| {
                accounts::delete_access_keys(db, user)?;
                let keys = RevokedKeys::AllBut(None);
                Ok(((), vec![Event::KeysRevoked { user, keys, session }]))
            })
            .await
    }
}
