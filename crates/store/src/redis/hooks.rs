//! Bots and incoming hooks: how they are made, listed and ended, and what hooks write.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, HookUuid, MessageUuid, SessionUuid, UserUuid};
use jiff::Timestamp;

use super::access_keys::hex;
use super::appends;
use super::link::{failure, unreadable};
use super::links::now;
use super::records::{News, StoredUser};
use super::scripts::{APPEND, CREATE_BOT, CREATE_HOOK, DELETE_HOOK, HOOKS};
use super::{RedisStore, Shared};
use crate::look::looks;
use crate::{
    Accounts, Append, Attempt, BotKey, Denied, HOOKS_LIMIT, Hook, Hooks, KeyDigest, Message,
    NewBot, NewHook, Result, Unavailable, User, channel_name,
};

/// How often a bot is looked for that somebody else is making.
const TRIES: u8 = 3;

#[async_trait]
impl Hooks for RedisStore {
    async fn create_bot(&self, new: NewBot, key: BotKey) -> Attempt<(User, String)> {
        let action = "make a bot";
        for _ in 0..TRIES {
            let known = self.account(&new.folded_name).await?.map(|account| account.user);
            if known.as_ref().is_some_and(|known| !known.uuid.is_bot()) {
                return Err(Denied::UserNameTaken.into());
            }
            let uuid = known.map_or(new.user.uuid, |known| known.uuid);
            let (text, digest) = key(uuid);
            if let Some(user) = self.give_key(action, &new, uuid, digest).await? {
                return Ok((user, text));
            }
        }
        let reason = "the name changes hands too often".to_owned();
        Err(Unavailable { action, reason }.into())
    }

    async fn create_hook(&self, new: NewHook) -> Attempt<Hook> {
        let mut script = CREATE_HOOK.arg(asker(new.asker));
        script.arg(new.uuid.to_string()).arg(hex(&new.secret.0)).arg(&*new.name);
        script.arg(channel_name(new.channel)).arg(new.bot.to_string());
        script.arg(new.created_at.to_string()).arg(HOOKS_LIMIT).arg(new.bot_names.len());
        for name in &new.bot_names {
            let user = User { uuid: new.bot, name: Arc::clone(&name.shown) };
            let looks = looks(&name.shown);
            script.arg(&*name.shown).arg(&name.folded);
            script.arg(StoredUser::new(&user, String::new()).json()).arg(looks.len()).arg(looks);
        }
        let name: String = self.shared.link.attempt("make a hook", &script).await?;
        let NewHook { uuid, name: shown, channel, bot, created_at, .. } = new;
        let bot = User { uuid: bot, name: name.into() };
        Ok(Hook { uuid, name: shown, channel, bot, created_at })
    }

    async fn hooks(
        &self,
        asked_by: Option<UserUuid>,
        channel: Option<ChannelUuid>,
    ) -> Attempt<Vec<Hook>> {
        let mut script = HOOKS.arg(asker(asked_by));
        script.arg(channel.map(channel_name).unwrap_or_default());
        let rows: Vec<[String; 6]> = self.shared.link.attempt("list hooks", &script).await?;
        let mut hooks: Vec<_> = rows.iter().filter_map(hook).collect();
        hooks.sort_unstable_by_key(|hook| (hook.created_at, hook.uuid));
        Ok(hooks)
    }

    async fn delete_hook(&self, asked_by: Option<UserUuid>, hook: HookUuid) -> Attempt<()> {
        let mut script = DELETE_HOOK.arg(asker(asked_by));
        let _: u8 = self
            .shared
            .link
            .attempt("end a hook", script.arg(hook.to_string()).arg(now(Timestamp::now())))
            .await?;
        Ok(())
    }

    async fn find_hook(&self, hook: HookUuid, secret: KeyDigest) -> Result<Option<Hook>> {
        find(&self.shared, hook, secret).await
    }

    async fn looks_like_a_person(&self, name: &str) -> Result<bool> {
        let mut commands = redis::pipe();
        commands.cmd("HMGET").arg("namesByLook").arg(looks(name));
        let (users,): (Vec<Option<String>>,) =
            self.shared.link.send("compare names", &commands).await?;
        let mut users = users.into_iter().flatten().filter_map(|user| user.parse().ok());
        Ok(users.any(|user: UserUuid| !user.is_bot()))
    }

    async fn post(&self, append: Append) -> Attempt<Option<Arc<Message>>> {
        post(&self.shared, append).await
    }
}

impl RedisStore {
    /// Gives a bot its key, if nobody else has made one of the name meanwhile.
    async fn give_key(
        &self,
        action: &'static str,
        new: &NewBot,
        bot: UserUuid,
        digest: KeyDigest,
    ) -> Attempt<Option<User>> {
        let known = if bot == new.user.uuid { String::new() } else { bot.to_string() };
        let session = SessionUuid::default();
        let news = News::KeysRevoked { user: bot, kept: Some(digest.0), session };
        let mut script = CREATE_BOT.arg(asker(new.asker));
        script.arg(bot.to_string()).arg(&*new.user.name).arg(&new.folded_name);
        script.arg(StoredUser::new(&new.user, String::new()).json()).arg(hex(&digest.0));
        script.arg(known).arg(news.envelope()).arg(looks(&new.user.name));
        script.arg(self.shared.link.prefix());
        let made: Vec<String> = self.shared.link.attempt(action, &script).await?;
        let [uuid, name] = &made[..] else { return Ok(None) };
        let uuid = uuid.parse().map_err(|_| unreadable(action, "a user"))?;
        Ok(Some(User { uuid, name: name.as_str().into() }))
    }
}

/// The asker in scripts: nothing for the server's operator.
fn asker(asker: Option<UserUuid>) -> String {
    asker.map(|user| user.to_string()).unwrap_or_default()
}

fn hook([uuid, name, channel, bot, bot_name, at]: &[String; 6]) -> Option<Hook> {
    let general = (channel == "public").then_some(ChannelUuid::GENERAL);
    Some(Hook {
        uuid: uuid.parse().ok()?,
        name: name.as_str().into(),
        channel: general.or_else(|| channel.parse().ok())?,
        bot: User { uuid: bot.parse().ok()?, name: bot_name.as_str().into() },
        created_at: at.parse::<Timestamp>().ok()?,
    })
}

async fn find(shared: &Shared, wanted: HookUuid, secret: KeyDigest) -> Result<Option<Hook>> {
    let mut commands = redis::pipe();
    commands.cmd("HMGET").arg(format!("hook:{wanted}"));
    commands.arg(&["secret", "name", "channel", "bot", "createdAt"]);
    let (found,): ([Option<String>; 5],) = shared.link.send("find a hook", &commands).await?;
    let [Some(digest), Some(name), Some(channel), Some(bot), Some(at)] = found else {
        return Ok(None);
    };
    let Some(bot) = bot.parse().ok().filter(|_| digest == hex(&secret.0)) else { return Ok(None) };
    let users = shared.names.users(&shared.link, &[bot]).await?;
    let bot_name = users.get(&bot).map(|user| user.name.to_string()).unwrap_or_default();
    Ok(hook(&[wanted.to_string(), name, channel, bot.to_string(), bot_name, at]))
}

/// Stores a message without waiting for the feed: this node may not follow the channel.
async fn post(shared: &Shared, append: Append) -> Attempt<Option<Arc<Message>>> {
    let uuid = MessageUuid::random();
    let mut calls = redis::pipe();
    appends::add(&mut calls, shared, uuid, &append);
    let answers = shared.link.send_calls("store", &APPEND, &mut calls).await?;
    let answer = answers.into_iter().next().ok_or_else(|| unreadable("store", "an answer"))?;
    let answer = answer.map_err(|error| failure("store", &error))?;
    let seq: i64 = redis::from_redis_value(answer).map_err(|_| unreadable("store", "a number"))?;
    // Of one that was stored before it is negative.
    let message = u64::try_from(seq).ok().map(|seq| append.into_message(uuid, seq));
    Ok(message.map(Arc::new))
}
