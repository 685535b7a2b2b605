//! The statements of a follower, each a function.

use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, UserUuid};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use uuid::Uuid;

use super::channels::number;
use super::files;
use super::messages::last_seq;
use super::rows::{key, number_at, saturated, seq_in, timestamp_at, uuid_at};
use crate::embedded::recent::Recent;
use crate::{ChannelReaders, FollowedChannel, FollowedMessage};

/// What a message's row holds.
const COLUMNS: &str =
    "id, ifnull(rev, 0), sender, created_at, iif(deleted_at IS NULL, text, NULL), files";

/// A channel. Of a direct one its readers have to be known.
pub(in crate::embedded) fn channel(
    db: &Connection,
    recent: &Recent,
    uuid: ChannelUuid,
    readers: Option<ChannelReaders>,
) -> Result<FollowedChannel> {
    let found = db
        .prepare_cached("SELECT private, rev FROM channels WHERE uuid = ?")?
        .query_row([uuid.0.as_bytes()], |row| Ok((row.get::<_, bool>(0)?, number_at(row, 1)?)))
        .optional()?;
    let Some((private, rev)) = found else {
        return Ok(FollowedChannel { uuid, readers: ChannelReaders::Members, total: 0, rev: 0 });
    };
    let of_members = if private { ChannelReaders::Members } else { ChannelReaders::Everybody };
    let total = last_seq(db, recent, uuid)?;
    Ok(FollowedChannel { uuid, readers: readers.unwrap_or(of_members), total, rev })
}

/// All channels that hold messages.
pub(in crate::embedded) fn channels(
    db: &Connection,
    recent: &Recent,
) -> Result<Vec<FollowedChannel>> {
    let mut found = db.prepare(
        "SELECT d.channel, d.low, d.high FROM directs d JOIN channels c ON c.uuid = d.channel
         WHERE c.number IS NOT NULL
         UNION ALL SELECT uuid, NULL, NULL FROM channels WHERE kind <> 1 AND number IS NOT NULL",
    )?;
    let found = found.query_map([], |row| {
        let users: (Option<[u8; 16]>, Option<[u8; 16]>) = (row.get(1)?, row.get(2)?);
        let users = users.0.zip(users.1);
        let users =
            users.map(|(low, high)| [low, high].map(|user| UserUuid(Uuid::from_bytes(user))));
        Ok((ChannelUuid(uuid_at(row, 0)?), users.map(ChannelReaders::Users)))
    })?;
    let of = |(uuid, readers)| channel(db, recent, uuid, readers);
    found.map(|found| found.and_then(of)).collect()
}

/// The messages of the table `messages` between these two, in the order of `Seq`.
pub(in crate::embedded) fn messages(
    db: &Connection,
    channel: ChannelUuid,
    (after, before): (u64, u64),
    limit: u64,
) -> Result<Vec<FollowedMessage>> {
    let Some(number) = number(db, channel)? else { return Ok(Vec::new()) };
    let mut found = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages WHERE id > ? AND id < ? ORDER BY id LIMIT ?"
    ))?;
    let range = params![key(number, after), key(number, before), saturated(limit)];
    found.query_map(range, message)?.collect()
}

/// The messages that have a `Rev` greater than `after`, in its order.
pub(in crate::embedded) fn changes(
    db: &Connection,
    channel: ChannelUuid,
    after: u64,
    limit: u64,
) -> Result<Vec<FollowedMessage>> {
    let Some(number) = number(db, channel)? else { return Ok(Vec::new()) };
    let mut found = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages WHERE id >> 40 = ? AND rev > ? ORDER BY rev LIMIT ?"
    ))?;
    found.query_map(params![number, saturated(after), saturated(limit)], message)?.collect()
}

fn message(row: &Row) -> Result<FollowedMessage> {
    Ok(FollowedMessage {
        seq: seq_in(row.get(0)?),
        rev: number_at(row, 1)?,
        sender: UserUuid(uuid_at(row, 2)?),
        created_at: timestamp_at(row, 3)?,
        text: row.get::<_, Option<Arc<str>>>(4)?,
        files: files::at(row, 5)?,
    })
}
