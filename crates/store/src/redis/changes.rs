//! Changes to messages, each made by one script.

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, UserUuid};

use super::accounts::listed;
use super::history::{self, Element, exact};
use super::link::unreadable;
use super::records::Reacted;
use super::scripts::{CHANGE_MESSAGE, REACTORS};
use super::{RedisStore, Shared, appends};
use crate::{
    Attempt, Change, Changed, Changes, ChangesPage, Channel, EMOJI_LIMIT, Kind, Message,
    MessageChange, MessagesPage, PINS_LIMIT, REACTION_USERS, ReactorsQuery, Result, Sessions, User,
    UserStatus, UsersPage, channel_name,
};

#[async_trait]
impl Changes for RedisStore {
    async fn change_message(&self, change: MessageChange) -> Attempt<Changed> {
        change_message(&self.shared, change).await
    }

    async fn changes(
        &self,
        channel: &Channel,
        user: &User,
        after: u64,
        limit: u64,
    ) -> Attempt<ChangesPage> {
        let checked = (channel.kind == Kind::Members).then_some(user.uuid);
        let page = history::changes_for(&self.shared, channel, checked, after, limit).await?;
        let MessagesPage { rev, mut messages, .. } = page;
        if let Some(last) = messages.iter().map(|message| message.seq).max() {
            self.told(channel.uuid, last).await?;
        }
        mark_own(&self.shared, user.uuid, messages.iter_mut()).await?;
        Ok(ChangesPage { rev, messages })
    }

    async fn reactors(&self, query: ReactorsQuery) -> Attempt<UsersPage> {
        let action = "list reactions";
        let ReactorsQuery { asker, channel, seq, emoji, offset, limit } = query;
        let checked =
            if channel.kind == Kind::Members { asker.uuid.to_string() } else { String::new() };
        let mut script = REACTORS.arg(channel_name(channel.uuid));
        script.arg(checked).arg(exact(seq)).arg(&*emoji).arg(exact(offset)).arg(limit);
        let answer: Vec<String> = self.shared.link.attempt(action, &script).await?;
        let (total, rows) = answer.split_first().ok_or_else(|| unreadable(action, "a user"))?;
        let total = total.parse().map_err(|_| unreadable(action, "a number"))?;
        let users =
            listed(rows).map(|user| UserStatus { online: self.is_online(user.user.uuid), ..user });
        Ok(UsersPage { total, users: users.collect() })
    }
}

async fn change_message(shared: &Shared, change: MessageChange) -> Attempt<Changed> {
    let action = "change a message";
    let MessageChange { user, session, channel, seq, change, at } = change;
    let checks_rights = channel.kind == Kind::Members && !matches!(change, Change::Purge);
    let flag = |on| if on { "1" } else { "0" }.to_owned();
    let mut wanted = String::new();
    let (what, value, on, limit) = match change {
        Change::Edit { text, within, mentions, mention_all } => {
            wanted = appends::wanted(&mentions, mention_all);
            // One that would be before all time is none.
            let earliest = within.and_then(|within| at.checked_sub(within).ok());
            ("edit", text, earliest.map(|at| at.to_string()).unwrap_or_default(), 0)
        }
        Change::Delete | Change::Purge => ("delete", "".into(), flag(true), 0),
        Change::React { emoji, on } => ("react", emoji, flag(on), EMOJI_LIMIT),
        Change::Pin(on) => ("pin", "".into(), flag(on), PINS_LIMIT),
    };
    let reacted = Reacted { user: user.uuid, session, address: channel.address() };
    let mut script = CHANGE_MESSAGE.arg(channel_name(channel.uuid));
    script.arg(user.uuid.to_string()).arg(u8::from(checks_rights));
    script.arg(exact(seq)).arg(at.to_string()).arg(what).arg(&*value).arg(on).arg(limit);
    // UUIDs only: there is nothing that could fail.
    script.arg(REACTION_USERS).arg(serde_json::to_string(&reacted).unwrap_or_default());
    script.arg(wanted).arg(shared.link.prefix());
    let [rev, seq, json, answered]: [String; 4] = shared.link.attempt(action, &script).await?;
    let number = |text: String| text.parse().map_err(|_| unreadable(action, "a number"));
    let element = Element::read(&channel, number(seq)?, &json, &answered);
    let mut messages = history::decode(shared, vec![element]).await?;
    mark_own(shared, user.uuid, messages.iter_mut()).await?;
    let message = messages.pop().ok_or_else(|| unreadable(action, "a message"))?;
    Ok(Changed { rev: number(rev)?, message })
}

/// Marks the user's own reactions. Redis is asked where a message doesn't name all who reacted.
pub(super) async fn mark_own(
    shared: &Shared,
    user: UserUuid,
    messages: impl Iterator<Item = &mut Message>,
) -> Result<()> {
    let (mut commands, mut asked) = (redis::pipe(), Vec::new());
    for message in messages {
        let (channel, seq) = (message.channel.uuid, message.seq);
        for reaction in message.state.iter_mut().flat_map(|state| &mut state.reactions) {
            reaction.mine = reaction.users.contains(&user);
            if !reaction.mine && reaction.count > reaction.users.len() as u64 {
                let key = reactors_of(channel, seq, &reaction.emoji);
                commands.cmd("ZSCORE").arg(key).arg(user.to_string());
                asked.push(&mut reaction.mine);
            }
        }
    }
    if asked.is_empty() {
        return Ok(());
    }
    let found: Vec<Option<f64>> = shared.link.send("find reactions", &commands).await?;
    for (mine, found) in asked.into_iter().zip(found) {
        *mine = found.is_some();
    }
    Ok(())
}

/// The sorted set of those who reacted to a message with an emoji.
pub(super) fn reactors_of(channel: ChannelUuid, seq: u64, emoji: &str) -> String {
    format!("messageReactions:{}:{seq}:{emoji}", channel_name(channel))
}
