//! Bots and incoming hooks: how they are made, listed and ended, and what hooks write.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, HookUuid, SessionUuid, UserUuid};
use jiff::Timestamp;
use rusqlite::Connection;

use super::EmbeddedStore;
use super::members::{Denyable, permit};
use super::statements::{accounts, channels, hooks};
use crate::look::looks;
use crate::{
    Append, Attempt, BotKey, Creation, Denied, Event, Failure, HOOKS_LIMIT, Hook, Hooks, KeyDigest,
    Message, NewAccount, NewBot, NewHook, Result, RevokedKeys, Standing, User,
};

/// A user and the folded name, if the user was made.
type Made = (User, Option<String>);

#[async_trait]
impl Hooks for EmbeddedStore {
    async fn create_bot(&self, new: NewBot, key: BotKey) -> Attempt<(User, String)> {
        let (recent, presence) = (Arc::clone(&self.recent), Arc::clone(&self.presence));
        let now = Timestamp::now().as_second();
        let make = move |db: &Connection| {
            permit!(permitted(db, new.asker, ChannelUuid::GENERAL)?);
            let found = accounts::account(db, &new.folded_name)?;
            let (user, made) = match found.map(|account| account.user) {
                Some(user) if is_own(db, user.uuid)? => (user, None),
                Some(_) => return Ok(Err(Denied::UserNameTaken)),
                None => {
                    let account = bot(new.user, new.folded_name);
                    if accounts::create_account(db, &recent, &account)? != Creation::Created {
                        return Ok(Err(Denied::UserNameTaken));
                    }
                    (account.user, Some(account.folded_name))
                }
            };
            let (text, digest) = key(user.uuid);
            accounts::delete_access_keys(db, user.uuid)?;
            accounts::set_access_key(db, user.uuid, digest, now, "")?;
            let (keys, session) = (RevokedKeys::AllBut(Some(digest)), SessionUuid::default());
            let event = Event::KeysRevoked { user: user.uuid, keys, session };
            Ok(Ok((((user, made), text), vec![event])))
        };
        let ((user, made), text) = self.attempt("make a bot", make).await?;
        if let Some(folded_name) = made {
            presence.add(user.uuid, &folded_name);
        }
        Ok((user, text))
    }

    async fn create_hook(&self, new: NewHook) -> Attempt<Hook> {
        let (recent, presence) = (Arc::clone(&self.recent), Arc::clone(&self.presence));
        let make = move |db: &Connection| {
            permit!(permitted(db, new.asker, new.channel)?);
            if hooks::count(db, new.channel)? >= HOOKS_LIMIT {
                return Ok(Err(Denied::TooManyHooks));
            }
            for name in &new.bot_names {
                let user = User { uuid: new.bot, name: Arc::clone(&name.shown) };
                let account = bot(user.clone(), name.folded.clone());
                if accounts::create_account(db, &recent, &account)? == Creation::Created {
                    hooks::insert(db, &new)?;
                    let made: Made = (user, Some(account.folded_name));
                    return Ok(Ok(((made, new), Vec::new())));
                }
            }
            Ok(Err(Denied::UserNameTaken))
        };
        let ((bot, folded_name), new) = self.attempt("make a hook", make).await?;
        if let Some(folded_name) = folded_name {
            presence.add(bot.uuid, &folded_name);
            presence.set_standing(bot.uuid, Standing { hook: true, ..Standing::default() });
        }
        let NewHook { uuid, name, channel, created_at, .. } = new;
        Ok(Hook { uuid, name, channel, bot, created_at })
    }

    async fn hooks(
        &self,
        asker: Option<UserUuid>,
        channel: Option<ChannelUuid>,
    ) -> Attempt<Vec<Hook>> {
        let list = move |db: &Connection| -> rusqlite::Result<Denyable<Vec<Hook>>> {
            if let Some(channel) = channel {
                permit!(permitted(db, asker, channel)?);
            }
            let mut listed = Vec::new();
            for hook in hooks::all(db)? {
                if channel.is_none_or(|channel| channel == hook.channel)
                    && permitted(db, asker, hook.channel)?.is_ok()
                {
                    listed.push(hook);
                }
            }
            Ok(Ok(listed))
        };
        self.readers.read("list hooks", list).await?.map_err(Failure::from)
    }

    async fn delete_hook(&self, asker: Option<UserUuid>, hook: HookUuid) -> Attempt<()> {
        let end = move |db: &Connection| {
            let found = permit!(hooks::hook(db, hook)?.ok_or(Denied::NoHook));
            permit!(permitted(db, asker, found.channel)?.map_err(|denied| match denied {
                Denied::NotFound => Denied::NoHook,
                other => other,
            }));
            hooks::end(db, found.bot.uuid)?;
            Ok(Ok((found.bot.uuid, Vec::new())))
        };
        let bot = self.attempt("end a hook", end).await?;
        Ok(self.note_standings(vec![bot]).await?)
    }

    async fn find_hook(&self, hook: HookUuid, secret: KeyDigest) -> Result<Option<Hook>> {
        self.readers.read("find a hook", move |db| hooks::with_secret(db, hook, secret)).await
    }

    async fn looks_like_a_person(&self, name: &str) -> Result<bool> {
        let looks = looks(name);
        self.readers.read("compare names", move |db| hooks::looks_like_a_person(db, &looks)).await
    }

    async fn post(&self, append: Append) -> Attempt<Option<Arc<Message>>> {
        self.writer.post(append).await
    }
}

impl EmbeddedStore {
    /// Brings what is remembered of these users up to date.
    pub(super) async fn note_standings(&self, users: Vec<UserUuid>) -> Result<()> {
        let read = move |db: &Connection| -> rusqlite::Result<Vec<_>> {
            users.into_iter().map(|user| Ok((user, accounts::standing(db, user)?))).collect()
        };
        for (user, standing) in self.readers.read("read users", read).await? {
            self.presence.set_standing(user, standing);
        }
        Ok(())
    }
}

/// Whether it is an active bot without a hook.
fn is_own(db: &Connection, user: UserUuid) -> rusqlite::Result<bool> {
    let is_bot = user.is_bot() && !hooks::is_of_hook(db, user)?;
    Ok(is_bot && !accounts::standing(db, user)?.deactivated)
}

fn bot(user: User, folded_name: String) -> NewAccount {
    NewAccount { user, folded_name, password_hash: String::new(), link: None }
}

/// Whether the asker manages the hooks of a channel: its owners, and admins in the channels that they can read.
fn permitted(
    db: &Connection,
    asker: Option<UserUuid>,
    channel: ChannelUuid,
) -> rusqlite::Result<Denyable<()>> {
    let Some(asker) = asker else { return Ok(Ok(())) };
    if channel.is_general() {
        return Ok(if accounts::is_admin(db, asker)? { Ok(()) } else { Err(Denied::NotAdmin) });
    }
    let rights = channels::rights(db, asker, channel)?;
    Ok(match rights {
        Some(rights) if rights.may_govern() => Ok(()),
        Some(rights) => rights.may_own(),
        None => Err(Denied::NotFound),
    })
}
