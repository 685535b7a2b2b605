//! The statements about messages, each a function.

use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, MessageUuid};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::accounts::user_row;
use super::channels;
use super::rows::{key, saturated, seq_in, timestamp_at, uuid_at};
use crate::embedded::recent::{Found, Recent};
use crate::{Append, Channel, HistoryPage, Kind, Message, MessagesPage, Page, User};

/// What a message row holds besides its channel; `m` is the message, `u` its sender.
const COLUMNS: &str = "m.sender, u.name, m.id, m.uuid, m.text, m.created_at";

pub(in crate::embedded) fn last_seq(
    db: &Connection,
    recent: &Recent,
    channel: ChannelUuid,
) -> Result<u64> {
    recent.last_seq(channel).map_or_else(|| last_moved_seq(db, channel), Ok)
}

/// Without what is recent.
pub(in crate::embedded) fn last_moved_seq(db: &Connection, channel: ChannelUuid) -> Result<u64> {
    channels::number(db, channel)?.map_or(Ok(0), |number| last_seq_of(db, number))
}

/// The last `Seq` in the table `messages` of the channel with this number.
pub(in crate::embedded) fn last_seq_of(db: &Connection, number: i64) -> Result<u64> {
    db.prepare_cached("SELECT max(id) FROM messages WHERE id > ? AND id < ?")?
        .query_row([key(number, 0), key(number + 1, 0)], |row| row.get::<_, Option<i64>>(0))
        .map(|last| last.map_or(0, seq_in))
}

/// A page of history, and the channel's last `Seq` at the same moment.
pub(in crate::embedded) fn page(
    db: &Connection,
    recent: &Recent,
    channel: &Channel,
    user: &User,
    page: HistoryPage,
) -> Result<MessagesPage> {
    // What is recent is looked up first: what is moved meanwhile is not read twice then.
    let found = recent.page(channel.uuid, page);
    if let Some(messages) = found.whole(page) {
        return Ok(messages);
    }
    moved_page(&*db.unchecked_transaction()?, found, channel, user, page)
}

/// Reads what the table `messages` has of the page, within the caller's transaction.
fn moved_page(
    db: &Connection,
    found: Found,
    channel: &Channel,
    user: &User,
    page: HistoryPage,
) -> Result<MessagesPage> {
    let (first_recent, last_recent) = found.range.unzip();
    let Some(number) = channels::number(db, channel.uuid)? else {
        return Ok(MessagesPage { total: 0, messages: Vec::new() });
    };
    let below = first_recent.unwrap_or(u64::MAX);
    let (from, below, order) = match page.page {
        Page::Last => (0, below, "DESC"),
        Page::Before(seq) => (0, below.min(seq), "DESC"),
        Page::After(seq) => (seq, below, "ASC"),
    };
    let limit = page.limit - if order == "DESC" { found.messages.len() as u64 } else { 0 };
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages m JOIN users u ON u.uuid = m.sender
         WHERE m.id > ? AND m.id < ? ORDER BY m.id {order} LIMIT ?"
    ))?;
    let range = params![key(number, from), key(number, below), saturated(limit)];
    let moved = statement.query_map(range, |row| message_row(row, channel, user))?;
    let moved = moved.collect::<Result<Vec<_>>>()?;
    let (mut messages, rest) =
        if order == "DESC" { (found.messages, moved) } else { (moved, found.messages) };
    messages.extend(rest);
    messages.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
    let total = last_recent.map_or_else(|| last_seq_of(db, number), Ok)?;
    Ok(MessagesPage { total, messages })
}

/// The sender's message with this key.
pub(in crate::embedded) fn by_key(
    db: &Connection,
    key: i64,
    append: &Append,
) -> Result<Option<Message>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages m JOIN users u ON u.uuid = m.sender WHERE m.id = ?"
    ))?
    .query_row([key], |row| message_row(row, &append.channel, &append.sender))
    .optional()
}

/// Reads a message; `user` is the one from whose side `channel` is seen.
fn message_row(row: &Row, channel: &Channel, user: &User) -> Result<Message> {
    let sender = user_row(row)?;
    let mut channel = channel.clone();
    if let Kind::Direct(recipient) = &mut channel.kind
        && sender != *user
    {
        *recipient = user.clone();
    }
    Ok(Message {
        channel,
        sender,
        seq: seq_in(row.get(2)?),
        uuid: MessageUuid(uuid_at(row, 3)?),
        text: row.get::<_, Arc<str>>(4)?,
        created_at: timestamp_at(row, 5)?,
    })
}
