//! The statements about members of channels, and how far each has read.

use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::accounts::user_row;
use super::mentions;
use super::messages::last_seq;
use super::rows::{nanoseconds, number_at, saturated, timestamp_at, uuid_at};
use crate::embedded::recent::Recent;
use crate::{Level, Member, Membership, Preferences, User};

/// Adds a member of General or of a direct channel, unless the user is one.
pub(in crate::embedded) fn insert(
    db: &Connection,
    user: UserUuid,
    channel: ChannelUuid,
) -> Result<()> {
    let level = if channel.is_general() { Level::Mentions } else { Level::All };
    db.prepare_cached("INSERT OR IGNORE INTO members (user, channel, level) VALUES (?, ?, ?)")?
        .execute(params![user.0.as_bytes(), channel.0.as_bytes(), level as i64])?;
    Ok(())
}

pub(in crate::embedded) fn read_mark(
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
pub(in crate::embedded) fn noted_mark(
    db: &Connection,
    user: UserUuid,
    channel: ChannelUuid,
) -> Result<u64> {
    db.prepare_cached("SELECT read_seq FROM members WHERE user = ? AND channel = ?")?
        .query_row(params![user.0.as_bytes(), channel.0.as_bytes()], |row| number_at(row, 0))
        .optional()
        .map(Option::unwrap_or_default)
}

/// Moves the mark forward, up to the channel's end, and returns where it is.
pub(in crate::embedded) fn mark_read(
    db: &Connection,
    recent: &Recent,
    user: UserUuid,
    channel: ChannelUuid,
    seq: u64,
) -> Result<u64> {
    let seq = seq.min(last_seq(db, recent, channel)?);
    set_read_mark(db, user, channel, seq)?;
    mentions::forget_read(db, user, channel, seq)?;
    read_mark(db, recent, user, channel)
}

/// Moves a member's mark forward, never back.
pub(in crate::embedded) fn set_read_mark(
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

/// What the user is in the channel, and has chosen for it.
pub(in crate::embedded) fn membership(
    db: &Connection,
    user: UserUuid,
    channel: ChannelUuid,
) -> Result<Option<Membership>> {
    db.prepare_cached(
        "SELECT owner, level, muted_until, pinned, section, unread_from
         FROM members WHERE user = ? AND channel = ?",
    )?
    .query_row(params![user.0.as_bytes(), channel.0.as_bytes()], |row| {
        let muted_until = row.get::<_, Option<i64>>(2)?.map(|_| timestamp_at(row, 2));
        let preferences = Preferences {
            level: level_of(row.get(1)?),
            muted_until: muted_until.transpose()?,
            pinned: row.get(3)?,
            section: row.get(4)?,
            unread_from: row.get::<_, Option<i64>>(5)?.map(i64::cast_unsigned),
        };
        Ok(Membership { owner: row.get(0)?, preferences })
    })
    .optional()
}

/// Puts a member's preferences in the place of the former ones.
pub(in crate::embedded) fn set_preferences(
    db: &Connection,
    user: UserUuid,
    channel: ChannelUuid,
    preferences: &Preferences,
) -> Result<()> {
    db.prepare_cached(
        "UPDATE members SET level = ?3, muted_until = ?4, pinned = ?5, section = ?6, unread_from = ?7
         WHERE user = ?1 AND channel = ?2",
    )?
    .execute(params![
        user.0.as_bytes(),
        channel.0.as_bytes(),
        preferences.level as i64,
        preferences.muted_until.map(nanoseconds),
        preferences.pinned,
        preferences.section,
        preferences.unread_from.map(saturated),
    ])?;
    Ok(())
}

/// From the number in the column `level`.
fn level_of(number: i64) -> Level {
    [Level::All, Level::Mentions, Level::None]
        .into_iter()
        .find(|level| *level as i64 == number)
        .unwrap_or(Level::None)
}

/// The users of a group, by name.
pub(in crate::embedded) fn of_group(db: &Connection, channel: ChannelUuid) -> Result<Vec<User>> {
    db.prepare_cached(
        "SELECT u.uuid, u.name FROM members m JOIN users u ON u.uuid = m.user
         WHERE m.channel = ? AND m.folded_name IS NOT NULL ORDER BY m.folded_name",
    )?
    .query_map([channel.0.as_bytes()], user_row)?
    .collect()
}

/// Adds a member of a group or a named channel, to whom all of it counts as read. The user must not be one.
pub(in crate::embedded) fn add(
    db: &Connection,
    recent: &Recent,
    user: UserUuid,
    channel: ChannelUuid,
    owner: bool,
    at: Timestamp,
) -> Result<()> {
    insert_named(db, user, channel, owner, at)?;
    set_read_mark(db, user, channel, last_seq(db, recent, channel)?)
}

/// Adds a member of a group or a named channel, who has read nothing. The user must not be one.
pub(in crate::embedded) fn insert_named(
    db: &Connection,
    user: UserUuid,
    channel: ChannelUuid,
    owner: bool,
    since: Timestamp,
) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO members (user, channel, owner, since, level, folded_name)
         VALUES (?1, ?2, ?3, ?4, (SELECT kind = 3 FROM channels WHERE uuid = ?2),
             (SELECT folded_name FROM users WHERE uuid = ?1))",
    )?
    .execute(params![user.0.as_bytes(), channel.0.as_bytes(), owner, nanoseconds(since)])?;
    change_total(db, channel, 1)
}

/// Removes a member, with everything that was chosen.
pub(in crate::embedded) fn remove(
    db: &Connection,
    user: UserUuid,
    channel: ChannelUuid,
) -> Result<()> {
    db.prepare_cached("DELETE FROM members WHERE user = ? AND channel = ?")?
        .execute(params![user.0.as_bytes(), channel.0.as_bytes()])?;
    mentions::forget_member(db, user, channel)?;
    change_total(db, channel, -1)
}

/// Changes how many members the channel has.
pub(in crate::embedded) fn change_total(
    db: &Connection,
    channel: ChannelUuid,
    by: i64,
) -> Result<()> {
    db.prepare_cached("UPDATE channels SET users_total = users_total + ?2 WHERE uuid = ?1")?
        .execute(params![channel.0.as_bytes(), by])?;
    Ok(())
}

pub(in crate::embedded) fn set_owner(
    db: &Connection,
    user: UserUuid,
    channel: ChannelUuid,
    owner: bool,
) -> Result<()> {
    db.prepare_cached("UPDATE members SET owner = ?3 WHERE user = ?1 AND channel = ?2")?
        .execute(params![user.0.as_bytes(), channel.0.as_bytes(), owner])?;
    Ok(())
}

/// How many owners the channel has.
pub(in crate::embedded) fn owners(db: &Connection, channel: ChannelUuid) -> Result<u64> {
    db.prepare_cached("SELECT count(*) FROM members WHERE channel = ? AND owner")?
        .query_row([channel.0.as_bytes()], |row| number_at(row, 0))
}

/// The groups and named channels of which the user is a member.
pub(in crate::embedded) fn of_user(db: &Connection, user: UserUuid) -> Result<Vec<ChannelUuid>> {
    db.prepare_cached("SELECT channel FROM members WHERE user = ? AND folded_name IS NOT NULL")?
        .query_map([user.0.as_bytes()], |row| Ok(ChannelUuid(uuid_at(row, 0)?)))?
        .collect()
}

/// Of how many groups and named channels the user is a member.
pub(in crate::embedded) fn channels_of(db: &Connection, user: UserUuid) -> Result<u64> {
    db.prepare_cached("SELECT count(*) FROM members WHERE user = ? AND folded_name IS NOT NULL")?
        .query_row([user.0.as_bytes()], |row| number_at(row, 0))
}

/// The members whose folded names begin so, by name.
pub(in crate::embedded) fn starting_with(
    db: &Connection,
    channel: ChannelUuid,
    folded_prefix: &str,
) -> Result<Vec<Member>> {
    db.prepare_cached(
        "SELECT u.uuid, u.name, m.owner FROM members m JOIN users u ON u.uuid = m.user
         WHERE m.channel = ?1 AND m.folded_name >= ?2 AND substr(m.folded_name, 1, length(?2)) = ?2
         ORDER BY m.folded_name",
    )?
    .query_map(params![channel.0.as_bytes(), folded_prefix], |row| {
        Ok(Member { user: user_row(row)?, owner: row.get(2)? })
    })?
    .collect()
}
