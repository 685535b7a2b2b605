//! The statements about channels, each a function, and what an inbox shows of them.

use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::accounts::user;
use super::recent::Recent;
use super::rows::{MAX_NUMBER, nanoseconds, uuid_at};
use super::{members, messages};
use crate::{Channel, HistoryPage, INBOX_LIMIT, InboxEntry, MessagesPage, Page, User};

/// A channel to be inserted.
#[derive(Clone, Copy)]
pub(super) enum Stored {
    General,
    /// The direct channel of these two.
    Direct([UserUuid; 2]),
}

/// What stands in the column `kind`.
pub(super) const GENERAL: i64 = 0;
pub(super) const DIRECT: i64 = 1;

pub(super) fn direct(
    db: &Connection,
    one: UserUuid,
    other: UserUuid,
) -> Result<Option<ChannelUuid>> {
    let (low, high) = (one.min(other), one.max(other));
    db.prepare_cached("SELECT channel FROM directs WHERE low = ? AND high = ?")?
        .query_row(params![low.0.as_bytes(), high.0.as_bytes()], |row| uuid_at(row, 0))
        .optional()
        .map(|found| found.map(ChannelUuid))
}

/// The channel of the two, made unless somebody was quicker.
pub(super) fn create_direct(
    db: &Connection,
    one: UserUuid,
    other: UserUuid,
) -> Result<ChannelUuid> {
    if let Some(channel) = direct(db, one, other)? {
        return Ok(channel);
    }
    let channel = ChannelUuid::random();
    insert(db, channel, Stored::Direct([one, other]))?;
    Ok(channel)
}

/// Adds a channel without messages. The users of a direct channel are its members.
pub(super) fn insert(db: &Connection, channel: ChannelUuid, stored: Stored) -> Result<()> {
    let kind = match stored {
        Stored::General => GENERAL,
        Stored::Direct(_) => DIRECT,
    };
    db.prepare_cached("INSERT INTO channels (uuid, kind) VALUES (?, ?)")?
        .execute(params![channel.0.as_bytes(), kind])?;
    let Stored::Direct([one, other]) = stored else { return Ok(()) };
    let (low, high) = (one.min(other), one.max(other));
    db.prepare_cached("INSERT INTO directs (low, high, channel) VALUES (?, ?, ?)")?
        .execute(params![low.0.as_bytes(), high.0.as_bytes(), channel.0.as_bytes()])?;
    members::insert(db, low, channel)?;
    if high == low { Ok(()) } else { members::insert(db, high, channel) }
}

/// The channel's number, if it has messages.
pub(super) fn number(db: &Connection, channel: ChannelUuid) -> Result<Option<i64>> {
    let found = db
        .prepare_cached("SELECT number FROM channels WHERE uuid = ?")?
        .query_row([channel.0.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

/// The channel's number, given to it now if this is its first message.
pub(super) fn numbered(db: &Connection, channel: ChannelUuid) -> Result<i64> {
    if let Some(number) = number(db, channel)? {
        return Ok(number);
    }
    let next = "SELECT ifnull(max(number), 0) + 1 FROM channels";
    let number = db.prepare_cached(next)?.query_row([], |row| row.get(0))?;
    if number > MAX_NUMBER {
        return Err(rusqlite::Error::IntegralValueOutOfRange(0, number));
    }
    db.prepare_cached("UPDATE channels SET number = ?2 WHERE uuid = ?1")?
        .execute(params![channel.0.as_bytes(), number])?;
    Ok(number)
}

/// The hour of a direct channel's last message. It finds the newest talks, and seldom changes.
pub(super) fn hour(time: Timestamp) -> i64 {
    time.as_second() / HOUR
}

/// In seconds.
const HOUR: i64 = 3_600;

/// Notes that the two had a talk.
pub(super) fn note_talk(db: &Connection, [one, other]: [UserUuid; 2], at: Timestamp) -> Result<()> {
    let (low, high) = (one.min(other), one.max(other));
    db.prepare_cached(
        "UPDATE directs SET talked = ?3 WHERE low = ?1 AND high = ?2 AND talked < ?3",
    )?
    .execute(params![low.0.as_bytes(), high.0.as_bytes(), hour(at)])?;
    Ok(())
}

/// The latest hour in which there was a talk, by the clock of that time.
pub(super) fn latest_talk(db: &Connection) -> Result<i64> {
    db.query_row("SELECT ifnull(max(talked), 0) FROM directs", [], |row| row.get(0))
}

/// Notes this hour for talks that were noted in a later one, by a clock that was wrong.
pub(super) fn bring_talks_back(db: &Connection, hour: i64) -> Result<()> {
    db.execute("UPDATE directs SET talked = ?1 WHERE talked > ?1", [hour.max(1)])?;
    Ok(())
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

/// The user's direct channels of the newest hours with these, as many as an inbox takes or a few more: none
/// of the last hour is left out, since only its messages tell which of its talks is newer.
fn newest_talks(db: &Connection, of: &User) -> Result<Vec<(Channel, i64)>> {
    // Both halves come sorted by their index, so that no more is read than is taken.
    let mut statement = db.prepare_cached(
        "SELECT high AS other, channel, talked FROM directs WHERE low = ?1 AND talked > 0
         UNION ALL
         SELECT low, channel, talked FROM directs WHERE high = ?1 AND talked > 0 AND low <> ?1
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
    let MessagesPage { total, mut messages } = messages::page(db, recent, &channel, user, newest)?;
    let read = members::read_mark(db, recent, user.uuid, channel.uuid)?;
    let unread = total.saturating_sub(read);
    Ok(InboxEntry { channel, total, unread, last_message: messages.pop() })
}
