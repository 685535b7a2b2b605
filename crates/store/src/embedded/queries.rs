//! The statements about channels and messages, each a function, and how values are stored.

use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, MessageUuid, UserUuid};
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use uuid::Uuid;

use super::accounts::{user, user_row};
use super::recent::{Found, Recent};
use crate::{
    Append, Channel, HistoryPage, INBOX_LIMIT, InboxEntry, Kind, Message, MessagesPage, Page, User,
};

/// What a message row holds besides its channel; `m` is the message, `u` its sender.
const MESSAGE_COLUMNS: &str = "m.sender, u.name, m.seq, m.uuid, m.text, m.created_at";

pub(super) fn channel_of(db: &Connection, a: UserUuid, b: UserUuid) -> Result<Option<ChannelUuid>> {
    let (low, high) = (a.min(b), a.max(b));
    db.prepare_cached("SELECT uuid FROM channels WHERE low = ? AND high = ?")?
        .query_row(params![low.0.as_bytes(), high.0.as_bytes()], |row| uuid_at(row, 0))
        .optional()
        .map(|found| found.map(ChannelUuid))
}

/// The channel of the two, made unless somebody was quicker.
pub(super) fn create_channel(db: &Connection, a: UserUuid, b: UserUuid) -> Result<ChannelUuid> {
    if let Some(channel) = channel_of(db, a, b)? {
        return Ok(channel);
    }
    let channel = ChannelUuid::random();
    insert_channel(db, channel, a.min(b), a.max(b))?;
    Ok(channel)
}

pub(super) fn insert_channel(
    db: &Connection,
    channel: ChannelUuid,
    low: UserUuid,
    high: UserUuid,
) -> Result<()> {
    db.prepare_cached("INSERT INTO channels (uuid, low, high) VALUES (?, ?, ?)")?
        .execute(params![channel.0.as_bytes(), low.0.as_bytes(), high.0.as_bytes()])?;
    Ok(())
}

/// The hour of a private channel's last message. It finds the newest talks, and seldom changes.
pub(super) fn hour(time: Timestamp) -> i64 {
    time.as_second() / HOUR
}

/// In seconds.
const HOUR: i64 = 3_600;

/// Notes that there was a talk in a private channel.
pub(super) fn note_talk(db: &Connection, channel: ChannelUuid, at: Timestamp) -> Result<()> {
    db.prepare_cached("UPDATE channels SET talked = ?2 WHERE uuid = ?1 AND talked < ?2")?
        .execute(params![channel.0.as_bytes(), hour(at)])?;
    Ok(())
}

/// The latest hour in which there was a talk, by the clock of that time.
pub(super) fn latest_talk(db: &Connection) -> Result<i64> {
    db.query_row("SELECT max(talked) FROM channels", [], |row| row.get(0))
}

/// Notes this hour for talks that were noted in a later one, by a clock that was wrong.
pub(super) fn bring_talks_back(db: &Connection, hour: i64) -> Result<()> {
    db.execute("UPDATE channels SET talked = ?1 WHERE talked > ?1", [hour.max(1)])?;
    Ok(())
}

pub(super) fn last_seq(db: &Connection, recent: &Recent, channel: ChannelUuid) -> Result<u64> {
    recent.last_seq(channel).map_or_else(|| last_moved_seq(db, channel), Ok)
}

/// Without what is recent.
pub(super) fn last_moved_seq(db: &Connection, channel: ChannelUuid) -> Result<u64> {
    db.prepare_cached("SELECT ifnull(max(seq), 0) FROM messages WHERE channel = ?")?
        .query_row([channel.0.as_bytes()], |row| seq_at(row, 0))
}

/// A page of history, and the channel's last `Seq` at the same moment.
pub(super) fn messages(
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
    moved_messages(&*db.unchecked_transaction()?, found, channel, user, page)
}

/// Reads what the table `messages` has of the page, within the caller's transaction.
fn moved_messages(
    db: &Connection,
    found: Found,
    channel: &Channel,
    user: &User,
    page: HistoryPage,
) -> Result<MessagesPage> {
    let (first_recent, last_recent) = found.range.unzip();
    let below = first_recent.map_or(i64::MAX, saturated);
    let (from, below, order) = match page.page {
        Page::Last => (0, below, "DESC"),
        Page::Before(seq) => (0, below.min(saturated(seq)), "DESC"),
        Page::After(seq) => (saturated(seq), below, "ASC"),
    };
    let limit = page.limit - if order == "DESC" { found.messages.len() as u64 } else { 0 };
    let mut statement = db.prepare_cached(&format!(
        "SELECT {MESSAGE_COLUMNS} FROM messages m JOIN users u ON u.uuid = m.sender
         WHERE m.channel = ? AND m.seq > ? AND m.seq < ? ORDER BY m.seq {order} LIMIT ?"
    ))?;
    let key = params![channel.uuid.0.as_bytes(), from, below, saturated(limit)];
    let moved = statement.query_map(key, |row| message_row(row, channel, user))?;
    let moved = moved.collect::<Result<Vec<_>>>()?;
    let (mut messages, rest) =
        if order == "DESC" { (found.messages, moved) } else { (moved, found.messages) };
    messages.extend(rest);
    messages.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
    let total = last_recent.map_or_else(|| last_moved_seq(db, channel.uuid), Ok)?;
    Ok(MessagesPage { total, messages })
}

/// The message of the channel (`?1`) for which the condition holds, by its sender (`?2`) and
/// `clientUUID` (`?3`).
pub(super) fn message_where(
    db: &Connection,
    condition: &str,
    append: &Append,
) -> Result<Option<Message>> {
    db.prepare_cached(&format!(
        "SELECT {MESSAGE_COLUMNS} FROM messages m JOIN users u ON u.uuid = m.sender
         WHERE m.channel = ?1 AND {condition}"
    ))?
    .query_row(
        params![
            append.channel.uuid.0.as_bytes(),
            append.sender.uuid.0.as_bytes(),
            append.client_uuid
        ],
        |row| message_row(row, &append.channel, &append.sender),
    )
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
        seq: seq_at(row, 2)?,
        uuid: MessageUuid(uuid_at(row, 3)?),
        text: row.get::<_, Arc<str>>(4)?,
        created_at: timestamp_at(row, 5)?,
    })
}

pub(super) fn inbox(db: &Connection, recent: &Recent, user: &User) -> Result<Vec<InboxEntry>> {
    let entry = |channel| inbox_entry(db, recent, user, channel);
    let mut talks = newest_talks(db, user)?
        .into_iter()
        .map(|(channel, hour)| {
            let entry = entry(channel)?;
            let last = entry.last_message.as_ref().map_or(0, |last| nanoseconds(last.created_at));
            Ok((moment_in(hour, last), last, entry))
        })
        .collect::<Result<Vec<_>>>()?;
    talks.sort_by_key(|(moment, last, _)| std::cmp::Reverse((*moment, *last)));
    let talks = talks.into_iter().map(|(_, _, entry)| entry).take(INBOX_LIMIT - 1);
    Ok(std::iter::once(entry(Channel::GENERAL)?).chain(talks).collect())
}

/// A message's time, or the nearest one within the hour that is noted, in nanoseconds: a clock may have
/// been wrong when the message was taken, and the hour was put right since.
fn moment_in(hour: i64, created_at: i64) -> i64 {
    const LENGTH: i64 = HOUR * 1_000_000_000;
    let start = hour.saturating_mul(LENGTH);
    created_at.clamp(start, start.saturating_add(LENGTH - 1))
}

/// The user's private channels of the newest hours with these, as many as an inbox takes or a few more: none of
/// the last hour is left out, since only its messages tell which of its talks is newer.
fn newest_talks(db: &Connection, of: &User) -> Result<Vec<(Channel, i64)>> {
    // Both halves come sorted by their index, so that no more is read than is taken.
    let mut statement = db.prepare_cached(
        "SELECT high AS other, uuid, talked FROM channels WHERE low = ?1 AND talked > 0
         UNION ALL
         SELECT low, uuid, talked FROM channels WHERE high = ?1 AND talked > 0 AND low <> ?1
         ORDER BY talked DESC",
    )?;
    let mut rows = statement.query([of.uuid.0.as_bytes()])?;
    let (mut talks, mut last_hour) = (Vec::new(), i64::MIN);
    while let Some(row) = rows.next()? {
        let hour = row.get(2)?;
        if talks.len() >= INBOX_LIMIT && hour < last_hour {
            break;
        }
        last_hour = hour;
        let Some(recipient) = user(db, UserUuid(uuid_at(row, 0)?))? else { continue };
        talks.push((Channel::direct(ChannelUuid(uuid_at(row, 1)?), recipient), hour));
    }
    Ok(talks)
}

fn inbox_entry(
    db: &Connection,
    recent: &Recent,
    user: &User,
    channel: Channel,
) -> Result<InboxEntry> {
    let newest = HistoryPage { page: Page::Last, limit: 1 };
    let MessagesPage { total, mut messages } = messages(db, recent, &channel, user, newest)?;
    let read = read_mark(db, recent, user.uuid, channel.uuid)?;
    let unread = total.saturating_sub(read);
    Ok(InboxEntry { channel, total, unread, last_message: messages.pop() })
}

fn read_mark(
    db: &Connection,
    recent: &Recent,
    user: UserUuid,
    channel: ChannelUuid,
) -> Result<u64> {
    // Looked up first: what is moved meanwhile is noted then.
    let by_writing = recent.read_mark(user, channel);
    Ok(noted_mark(db, user, channel)?.max(by_writing))
}

/// Without what is recent.
pub(super) fn noted_mark(db: &Connection, user: UserUuid, channel: ChannelUuid) -> Result<u64> {
    db.prepare_cached("SELECT seq FROM read_marks WHERE user = ? AND channel = ?")?
        .query_row(params![user.0.as_bytes(), channel.0.as_bytes()], |row| seq_at(row, 0))
        .optional()
        .map(Option::unwrap_or_default)
}

/// Moves the mark forward, up to the channel's end, and returns where it is.
pub(super) fn mark_read(
    db: &Connection,
    recent: &Recent,
    user: UserUuid,
    channel: ChannelUuid,
    seq: u64,
) -> Result<u64> {
    let seq = seq.min(last_seq(db, recent, channel)?);
    set_read_mark(db, user, channel, seq)?;
    read_mark(db, recent, user, channel)
}

/// Moves the mark forward, never back.
pub(super) fn set_read_mark(
    db: &Connection,
    user: UserUuid,
    channel: ChannelUuid,
    seq: u64,
) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO read_marks VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)",
    )?
    .execute(params![user.0.as_bytes(), channel.0.as_bytes(), saturated(seq)])?;
    Ok(())
}

/// Writes something, to see whether the disk takes it.
pub(super) fn touch(db: &Connection) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO heartbeat VALUES (1, 1) ON CONFLICT DO UPDATE SET beats = beats + 1",
    )?
    .execute([])?;
    Ok(())
}

/// Nanoseconds since 1970, as they are stored: good until the year 2262.
pub(super) fn nanoseconds(time: Timestamp) -> i64 {
    i64::try_from(time.as_nanosecond()).unwrap_or(i64::MAX)
}

fn saturated(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn seq_at(row: &Row, column: usize) -> Result<u64> {
    row.get::<_, i64>(column).map(i64::cast_unsigned)
}

pub(super) fn uuid_at(row: &Row, column: usize) -> Result<Uuid> {
    row.get::<_, [u8; 16]>(column).map(Uuid::from_bytes)
}

pub(super) fn text_at(row: &Row, column: usize) -> Result<Arc<str>> {
    row.get(column)
}

pub(super) fn timestamp_at(row: &Row, column: usize) -> Result<Timestamp> {
    Timestamp::from_nanosecond(i128::from(row.get::<_, i64>(column)?))
        .map_err(|error| invalid(column, error))
}

fn invalid(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, Box::new(error))
}
