//! The statements about members of channels, and how far each has read.

use chinwag_protocol::{ChannelUuid, UserUuid};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::messages::last_seq;
use super::recent::Recent;
use super::rows::{number_at, saturated};

/// Adds a member of General or of a direct channel, unless the user is one.
pub(super) fn insert(db: &Connection, user: UserUuid, channel: ChannelUuid) -> Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO members (user, channel) VALUES (?, ?)")?
        .execute(params![user.0.as_bytes(), channel.0.as_bytes()])?;
    Ok(())
}

pub(super) fn read_mark(
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
    db.prepare_cached("SELECT read_seq FROM members WHERE user = ? AND channel = ?")?
        .query_row(params![user.0.as_bytes(), channel.0.as_bytes()], |row| number_at(row, 0))
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

/// Moves a member's mark forward, never back.
pub(super) fn set_read_mark(
    db: &Connection,
    user: UserUuid,
    channel: ChannelUuid,
    seq: u64,
) -> Result<()> {
    db.prepare_cached(
        "UPDATE members SET read_seq = ?3 WHERE user = ?1 AND channel = ?2 AND read_seq < ?3",
    )?
    .execute(params![user.0.as_bytes(), channel.0.as_bytes(), saturated(seq)])?;
    Ok(())
}
