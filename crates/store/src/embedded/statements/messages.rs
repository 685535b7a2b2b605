//! The statements about messages, each a function.

use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, MessageUuid};
use rusqlite::{Connection, OptionalExtension, Result, Row, params, params_from_iter};

use super::accounts::user_row;
use super::rows::{
    key, number_at, number_in, optional_timestamp_at, saturated, seq_in, timestamp_at, uuid_at,
};
use super::{channels, files, mentions, reactions};
use crate::embedded::recent::{Found, Recent};
use crate::{
    Channel, Filter, HistoryPage, Kind, Mentions, Message, MessageState, MessagesPage, Page,
    ReplyTo, User, excerpt,
};

/// What a message row holds besides its channel; `m` is the message, `u` its sender.
const COLUMNS: &str = "m.sender, u.name, m.id, m.uuid, m.text, m.created_at, m.reply_to, m.rev, m.edited_at, \
     m.deleted_at, m.pinned_at, m.replies, m.mentions, m.mention_all, m.files, m.written_as";

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
    let Some((number, rev)) = channels::number_and_rev(db, channel.uuid)? else {
        return Ok(MessagesPage { total: 0, rev: 0, messages: Vec::new() });
    };
    let below = first_recent.unwrap_or(u64::MAX);
    let (from, below, order) = match page.page {
        Page::Last => (0, below, "DESC"),
        Page::Before(seq) => (0, below.min(seq), "DESC"),
        Page::After(seq) => (seq, below, "ASC"),
    };
    let limit = page.limit - if order == "DESC" { found.messages.len() as u64 } else { 0 };
    let (which, of) = match page.filter {
        Filter::All => ("", 0),
        Filter::Thread(root) => ("AND m.id >> 40 = ?4 AND m.root = ?5", saturated(root)),
        Filter::Files => ("AND m.id >> 40 = ?4 AND m.files IS NOT NULL", 0),
        Filter::Pinned => ("AND m.id >> 40 = ?4 AND m.pinned_at IS NOT NULL", 0),
    };
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages m JOIN users u ON u.uuid = m.sender
         WHERE m.id > ?1 AND m.id < ?2 {which} ORDER BY m.id {order} LIMIT ?3"
    ))?;
    let range = [key(number, from), key(number, below), saturated(limit), number, of];
    // As many as the statement names.
    let range = params_from_iter(&range[..statement.parameter_count()]);
    let moved = statement.query_map(range, |row| message_row(db, row, channel, user))?;
    let mut moved = moved.collect::<Result<Vec<_>>>()?;
    if let Filter::Thread(root) = page.filter
        && moved.is_empty()
        && (from + 1..below).contains(&root)
    {
        // One that nobody has answered stands in no thread.
        moved.extend(by_key(db, key(number, root), channel, user)?);
    }
    let (mut messages, rest) =
        if order == "DESC" { (found.messages, moved) } else { (moved, found.messages) };
    messages.extend(rest);
    messages.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
    let total = last_recent.map_or_else(|| last_seq_of(db, number), Ok)?;
    Ok(MessagesPage { total, rev: found.rev.unwrap_or(rev), messages })
}

/// The message with this key. `user` is the one from whose side `channel` is seen.
pub(in crate::embedded) fn by_key(
    db: &Connection,
    key: i64,
    channel: &Channel,
    user: &User,
) -> Result<Option<Message>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages m JOIN users u ON u.uuid = m.sender WHERE m.id = ?"
    ))?
    .query_row([key], |row| message_row(db, row, channel, user))
    .optional()
}

/// How many messages of the channel of this number are pinned.
pub(in crate::embedded) fn pinned(db: &Connection, number: i64) -> Result<u64> {
    db.prepare_cached("SELECT count(*) FROM messages WHERE id >> 40 = ? AND pinned_at IS NOT NULL")?
        .query_row([number], |row| number_at(row, 0))
}

/// The messages of the channel of this number that have a `Rev` greater than `after`, in its order.
pub(in crate::embedded) fn changed(
    db: &Connection,
    number: i64,
    (channel, user): (&Channel, &User),
    after: u64,
    limit: u64,
) -> Result<Vec<Message>> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages m JOIN users u ON u.uuid = m.sender
         WHERE m.id >> 40 = ? AND m.rev > ? ORDER BY m.rev LIMIT ?"
    ))?;
    let range = params![number, saturated(after), saturated(limit)];
    statement.query_map(range, |row| message_row(db, row, channel, user))?.collect()
}

/// The message of this key as another one shows it that answers it.
pub(in crate::embedded) fn answered(db: &Connection, key: i64) -> Result<Option<ReplyTo>> {
    db.prepare_cached(
        "SELECT u.uuid, u.name, substr(CAST(m.text AS BLOB), 1, 404), m.deleted_at, ifnull(m.root, m.id & 0xffffffffff),
             m.files, m.written_as
         FROM messages m JOIN users u ON u.uuid = m.sender WHERE m.id = ?",
    )?
    .query_row([key], |row| {
        let is_deleted = row.get::<_, Option<i64>>(3)?.is_some();
        let file = files::at(row, 5)?.into_iter().next();
        // One character more than an excerpt has, of 4 bytes each. Of a text substr stops at a zero byte.
        let text = String::from_utf8_lossy(row.get_ref(2)?.as_bytes_or_null()?.unwrap_or_default());
        Ok(ReplyTo {
            seq: seq_in(key),
            root: number_at(row, 4)?,
            sender: user_row(row)?,
            written_as: row.get(6)?,
            excerpt: (!is_deleted).then(|| match file {
                Some(file) if text.is_empty() => excerpt(&file.name),
                _ => excerpt(&text),
            }),
        })
    })
    .optional()
}

/// Reads a message; `user` is the one from whose side `channel` is seen.
fn message_row(db: &Connection, row: &Row, channel: &Channel, user: &User) -> Result<Message> {
    let sender = user_row(row)?;
    let mut channel = channel.clone();
    if let Kind::Direct(recipient) = &mut channel.kind
        && sender != *user
    {
        *recipient = user.clone();
    }
    let id: i64 = row.get(2)?;
    let reply_to = match row.get::<_, Option<i64>>(6)? {
        Some(seq) => answered(db, key(number_in(id), seq.cast_unsigned()))?.map(Box::new),
        None => None,
    };
    Ok(Message {
        channel,
        sender,
        written_as: row.get(15)?,
        seq: seq_in(id),
        uuid: MessageUuid(uuid_at(row, 3)?),
        text: row.get::<_, Arc<str>>(4)?,
        created_at: timestamp_at(row, 5)?,
        reply_to,
        mentions: mentions_at(db, row)?,
        files: files::at(row, 14)?,
        state: state(db, row, id, user)?.map(Box::new),
    })
}

/// Whom a message mentions.
fn mentions_at(db: &Connection, row: &Row) -> Result<Option<Box<Mentions>>> {
    let users = match row.get_ref(12)?.as_blob_or_null()? {
        Some(bytes) => mentions::named(db, bytes)?,
        None => Vec::new(),
    };
    Ok(Mentions { users, all: row.get::<_, Option<bool>>(13)? == Some(true) }.some())
}

/// What has changed of a message, for this user.
fn state(db: &Connection, row: &Row, id: i64, user: &User) -> Result<Option<MessageState>> {
    let Some(rev) = row.get::<_, Option<i64>>(7)? else { return Ok(None) };
    Ok(Some(MessageState {
        rev: rev.cast_unsigned(),
        edited_at: optional_timestamp_at(row, 8)?,
        deleted_at: optional_timestamp_at(row, 9)?,
        pinned_at: optional_timestamp_at(row, 10)?,
        reactions: reactions::of(db, id, user.uuid)?,
        replies: row.get::<_, Option<i64>>(11)?.map_or(0, i64::cast_unsigned),
    }))
}
