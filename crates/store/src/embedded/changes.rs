//! Changes to messages: who may make them, and what each does.

use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::{Connection, params};

use super::members::{Denyable, permit};
use super::statements::channels::{NAMED, Rights};
use super::statements::rows::{key, nanoseconds, number_in, saturated, seq_in};
use super::statements::{accounts, blocks, channels, files, messages, reactions};
use super::{EmbeddedStore, concern};
use crate::{
    Attempt, Change, Changed, Changes, ChangesPage, Channel, Denied, EMOJI_LIMIT, Event, Failure,
    Kind, Message, MessageChange, PINS_LIMIT, ReactorsQuery, User, UsersPage,
};

#[async_trait]
impl Changes for EmbeddedStore {
    async fn change_message(&self, change: MessageChange) -> Attempt<Changed> {
        let channel = change.channel.uuid;
        self.attempt_change("change a message", channel, move |db| apply(db, &change)).await
    }

    async fn changes(
        &self,
        channel: &Channel,
        user: &User,
        after: u64,
        limit: u64,
    ) -> Attempt<ChangesPage> {
        let (channel, user) = (channel.clone(), user.clone());
        let read = move |db: &Connection| {
            let transaction = db.unchecked_transaction()?;
            changed_since(&transaction, &channel, &user, after, limit)
        };
        self.readers.read("read changes", read).await?.map_err(Failure::from)
    }

    async fn reactors(&self, query: ReactorsQuery) -> Attempt<UsersPage> {
        let recent = Arc::clone(&self.recent);
        let read = move |db: &Connection| {
            let channel = &query.channel;
            permit!(readable(db, channel, &query.asker)?);
            let last = messages::last_seq(db, &recent, channel.uuid)?;
            permit!((1..=last).contains(&query.seq).then_some(()).ok_or(Denied::NoMessage));
            let message = key(channels::number(db, channel.uuid)?.unwrap_or_default(), query.seq);
            Ok(Ok(reactions::page(db, message, &query.emoji, (query.offset, query.limit))?))
        };
        let (total, users) = self.readers.read("list reactions", read).await??;
        Ok(UsersPage { total, users: self.presence.status(users) })
    }
}

/// The rights of somebody who can read the channel. General and direct channels have none: who finds them
/// is a member.
fn readable(
    db: &Connection,
    channel: &Channel,
    user: &User,
) -> rusqlite::Result<Denyable<Option<Rights>>> {
    if channel.kind != Kind::Members {
        return Ok(Ok(None));
    }
    let rights = channels::rights(db, user.uuid, channel.uuid)?;
    Ok(rights.filter(|rights| rights.may_read()).map(Some).ok_or(Denied::NotFound))
}

fn changed_since(
    db: &Connection,
    channel: &Channel,
    user: &User,
    after: u64,
    limit: u64,
) -> rusqlite::Result<Denyable<ChangesPage>> {
    permit!(readable(db, channel, user)?);
    let Some((number, rev)) = channels::number_and_rev(db, channel.uuid)? else {
        return Ok(Ok(ChangesPage { rev: 0, messages: Vec::new() }));
    };
    // One more tells whether these are all.
    let more = limit.saturating_add(1);
    let mut messages = messages::changed(db, number, (channel, user), after, more)?;
    let is_all = (messages.len() as u64) < more;
    messages.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let last = messages.last().map_or(rev, Message::rev);
    Ok(Ok(ChangesPage { rev: if is_all { rev } else { last }, messages }))
}

/// Makes a change, in a channel whose messages are in their places.
fn apply(
    db: &Connection,
    change: &MessageChange,
) -> rusqlite::Result<Denyable<(Changed, Vec<Event>)>> {
    let MessageChange { user, channel, .. } = change;
    let is_purge = matches!(change.change, Change::Purge);
    let rights = if is_purge { None } else { permit!(readable(db, channel, user)?) };
    let number = permit!(channels::number(db, channel.uuid)?.ok_or(Denied::NoMessage));
    let id = key(number, change.seq);
    let message = permit!(messages::by_key(db, id, channel, user)?.ok_or(Denied::NoMessage));
    let is_general = channel.uuid.is_general();
    let governs = match rights {
        Some(rights) => rights.may_govern(),
        None => is_general && accounts::is_admin(db, user.uuid)?,
    };
    if !change.change.deletes() {
        permit!(is_open(db, channel, user)?);
    }
    if !(governs && change.change.deletes()) {
        let may_write = match rights {
            Some(rights) => rights.may_write(),
            None if !is_general || channels::writes_in_general(db, user.uuid)? => Ok(()),
            None => Err(Denied::NotAdmin),
        };
        permit!(may_change(change, &message, rights, may_write));
    }
    if is_so_already(change, &message) {
        let rev = channels::rev(db, channel.uuid)?;
        return Ok(Ok((Changed { rev, message }, Vec::new())));
    }
    permit!(has_room(db, change, id)?);
    write(db, change, id)?;
    concern::follow(db, change, &message, id)?;
    let mut events = Vec::new();
    let message = messages::by_key(db, id, channel, user)?.unwrap_or(message);
    events.push(told(message.clone()));
    if let (true, Some(reply)) = (change.change.deletes(), &message.reply_to) {
        let root = count_reply(db, (channel, user), key(number, reply.root), -1)?;
        events.push(told(root));
    }
    let changed = Changed { rev: channels::rev(db, channel.uuid)?, message };
    if let Change::React { .. } = change.change {
        events.push(Event::Reacted {
            user: user.uuid,
            session: change.session,
            address: channel.address(),
            changed: Arc::new(changed.clone()),
        });
    }
    Ok(Ok((changed, events)))
}

/// Whether the user can write, if the channel is direct.
fn is_open(db: &Connection, channel: &Channel, user: &User) -> rusqlite::Result<Denyable<()>> {
    let is_closed = match channel.recipient() {
        Some(other) => blocks::separate(db, user.uuid, other.uuid)?,
        None => false,
    };
    Ok(if is_closed { Err(Denied::Closed) } else { Ok(()) })
}

/// Whether the user may do that, who may write in the channel or not.
fn may_change(
    change: &MessageChange,
    message: &Message,
    rights: Option<Rights>,
    may_write: Denyable<()>,
) -> Denyable<()> {
    let is_author = message.sender.uuid == change.user.uuid;
    let is_owner = rights.is_some_and(|rights| rights.kind == NAMED && rights.member == Some(true));
    let is_there = || if message.is_deleted() { Err(Denied::Deleted) } else { Ok(()) };
    match &change.change {
        Change::Delete | Change::Purge if is_author || is_owner => Ok(()),
        Change::Delete | Change::Purge => Err(Denied::NotAuthor),
        Change::Edit { .. } if !is_author || message.written_as.is_some() => Err(Denied::NotAuthor),
        Change::Edit { within, text, .. } => {
            may_write?;
            is_there()?;
            if text.is_empty() && message.files.is_empty() {
                return Err(Denied::NoText);
            }
            let age = change.at.duration_since(message.created_at);
            let is_late =
                within.is_some_and(|within| age.unsigned_abs() > within && age.is_positive());
            if is_late { Err(Denied::TooLate) } else { Ok(()) }
        }
        Change::React { .. } => {
            rights.map_or(Ok(()), Rights::may_react)?;
            is_there()
        }
        Change::Pin(_) => {
            may_write?;
            is_there()
        }
    }
}

fn is_so_already(change: &MessageChange, message: &Message) -> bool {
    let state = message.state.as_deref();
    match &change.change {
        Change::Edit { text, .. } => *text == message.text,
        Change::Delete | Change::Purge => message.is_deleted(),
        Change::React { emoji, on } => {
            let mut reactions = state.into_iter().flat_map(|state| &state.reactions);
            reactions.any(|reaction| reaction.emoji == *emoji && reaction.mine) == *on
        }
        Change::Pin(on) => state.is_some_and(|state| state.pinned_at.is_some()) == *on,
    }
}

/// Whether the message takes another emoji, and the channel another pin.
fn has_room(db: &Connection, change: &MessageChange, id: i64) -> rusqlite::Result<Denyable<()>> {
    let (count, most, denied) = match &change.change {
        Change::React { emoji, on: true } => {
            (reactions::others(db, id, emoji)?, EMOJI_LIMIT, Denied::TooManyEmoji)
        }
        Change::Pin(true) => {
            (messages::pinned(db, number_in(id))?, PINS_LIMIT, Denied::TooManyPins)
        }
        _ => return Ok(Ok(())),
    };
    Ok(if count < most { Ok(()) } else { Err(denied) })
}

fn write(db: &Connection, change: &MessageChange, id: i64) -> rusqlite::Result<()> {
    let user = change.user.uuid;
    let at = nanoseconds(change.at);
    let rev = saturated(channels::next_rev(db, change.channel.uuid)?);
    match &change.change {
        Change::Edit { text, .. } => {
            db.prepare_cached("UPDATE messages SET text = ?, edited_at = ?, rev = ? WHERE id = ?")?
                .execute(params![text, at, rev, id])?;
        }
        Change::Delete | Change::Purge => {
            reactions::delete_all(db, id)?;
            files::end_of(db, id, id)?;
            db.prepare_cached(
                "UPDATE messages SET text = '', edited_at = NULL, pinned_at = NULL, mentions = NULL,
                     mention_all = NULL, files = NULL, written_as = NULL, deleted_at = ?, rev = ? WHERE id = ?",
            )?
            .execute(params![at, rev, id])?;
        }
        Change::React { emoji, on } => {
            if *on {
                reactions::insert(db, id, emoji, user)?;
            } else {
                reactions::delete(db, id, emoji, user)?;
            }
            db.prepare_cached("UPDATE messages SET rev = ? WHERE id = ?")?.execute([rev, id])?;
        }
        Change::Pin(on) => {
            db.prepare_cached("UPDATE messages SET pinned_at = ?, rev = ? WHERE id = ?")?
                .execute(params![on.then_some(at), rev, id])?;
        }
    }
    Ok(())
}

/// Counts a reply of a chain that was stored or deleted, a change of the chain's first message, whose key
/// this is. Returns that message.
pub(super) fn count_reply(
    db: &Connection,
    (channel, user): (&Channel, &User),
    root: i64,
    by: i64,
) -> rusqlite::Result<Message> {
    let rev = saturated(channels::next_rev(db, channel.uuid)?);
    db.prepare_cached(
        "UPDATE messages SET replies = max(ifnull(replies, 0) + ?, 0), root = ?, rev = ? WHERE id = ?",
    )?
    .execute(params![by, saturated(seq_in(root)), rev, root])?;
    messages::by_key(db, root, channel, user)?.ok_or(rusqlite::Error::QueryReturnedNoRows)
}

/// The news of a change, which say nothing of the changer's own reactions.
pub(super) fn told(mut message: Message) -> Event {
    for reaction in message.state.iter_mut().flat_map(|state| &mut state.reactions) {
        reaction.mine = false;
    }
    Event::Changed { after: message.rev().saturating_sub(1), message: Arc::new(message) }
}
