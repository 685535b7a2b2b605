//! Users and their passwords.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_protocol::UserUuid;
use jiff::Timestamp;

use super::statements::{accounts, notify, subscriptions};
use super::{EmbeddedStore, users};
use crate::{
    Account, Accounts, Creation, Event, NewAccount, NotifyChange, NotifySettings, PasswordChange,
    Result, RevokedKeys, Standing, User, UserStatus, UsersPage, UsersQuery,
};

#[async_trait]
impl Accounts for EmbeddedStore {
    async fn account(&self, folded_name: &str) -> Result<Option<Account>> {
        let folded_name = folded_name.to_owned();
        self.readers.read("find an account", move |db| accounts::account(db, &folded_name)).await
    }

    async fn create_account(&self, account: NewAccount) -> Result<Creation> {
        let (recent, presence) = (Arc::clone(&self.recent), Arc::clone(&self.presence));
        let (user, folded_name) = (account.user.uuid, account.folded_name.clone());
        let create = move |db: &_| {
            let creation = accounts::create_account(db, &recent, &account)?;
            Ok(((creation, accounts::standing(db, user)?), Vec::new()))
        };
        let created = move |(creation, standing): &(Creation, Standing)| {
            if *creation == Creation::Created {
                presence.add(user, &folded_name);
                presence.set_standing(user, *standing);
            }
        };
        let made = self.writer.write_then("create an account", create, created).await?;
        Ok(made.0)
    }

    async fn users_named(&self, folded_names: Vec<String>) -> Result<Vec<Option<User>>> {
        let find = move |db: &_| {
            let found = folded_names.iter().map(|name| accounts::user_named(db, name));
            found.collect()
        };
        self.readers.read("find users", find).await
    }

    async fn known_users(&self, users: Vec<UserUuid>) -> Result<Vec<User>> {
        let find = move |db: &_| {
            let found = users.iter().map(|user| accounts::user(db, *user));
            found.filter_map(rusqlite::Result::transpose).collect()
        };
        self.readers.read("find users", find).await
    }

    async fn status(&self, users: Vec<UserUuid>) -> Result<Vec<UserStatus>> {
        Ok(self.presence.status(self.known_users(users).await?))
    }

    async fn users(&self, query: UsersQuery) -> Result<UsersPage> {
        let presence = Arc::clone(&self.presence);
        self.readers.read("list users", move |db| users::page(db, &presence, &query)).await
    }

    async fn notify_settings(&self, users: Vec<UserUuid>) -> Result<Vec<NotifySettings>> {
        let read = move |db: &_| users.iter().map(|user| notify::settings(db, *user)).collect();
        self.readers.read("read what is to be notified", read).await
    }

    async fn change_notify(&self, change: NotifyChange) -> Result<NotifySettings> {
        self.writer
            .write("change what is to be notified", move |db| {
                let settings = change.apply(notify::settings(db, change.user)?);
                notify::set(db, change.user, &settings)?;
                Ok((settings, Vec::new()))
            })
            .await
    }

    async fn change_password(&self, change: PasswordChange) -> Result<bool> {
        let now = Timestamp::now().as_second();
        self.writer
            .write("change a password", move |db| {
                let PasswordChange { account, password_hash, asking, key, session } = change;
                let user = account.user.uuid;
                let device = accounts::device(db, user, asking)?;
                let Some(device) = device else {
                    return Ok((false, Vec::new()));
                };
                if !accounts::has_password(db, user, &account.password_hash)? {
                    return Ok((false, Vec::new()));
                }
                accounts::set_password(db, user, &password_hash)?;
                subscriptions::move_to(db, user, asking, key)?;
                accounts::delete_access_keys(db, user)?;
                accounts::set_access_key(db, user, key, now, &device)?;
                let keys = RevokedKeys::AllBut(Some(key));
                Ok((true, vec![Event::KeysRevoked { user, keys, session }]))
            })
            .await
    }
}
