//! The statements about mentions and what concerns users, each a function. A message is named by its key.

use chinwag_protocol::{ChannelUuid, UserUuid};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::rows::{key, number_at, number_in, saturated, seq_in, uuid_at};
use super::{accounts, channels};
use crate::{ACTIVITY_LIMIT, ActivityKind, Channel, Kind, MENTION_ALL_LIMIT, Mentions, User};

/// Of whom a message would mention, those whom it may: members, and all of them where that is allowed.
pub(in crate::embedded) fn permitted(
    db: &Connection,
    (channel, sender): (&Channel, &User),
    mut wanted: Mentions,
) -> Result<Mentions> {
    wanted.all = wanted.all && may_mention_all(db, channel, sender.uuid)?;
    let mut users = Vec::with_capacity(wanted.users.len());
    for user in wanted.users {
        if is_member(db, (channel, sender), user.uuid)?
            && !accounts::standing(db, user.uuid)?.deactivated
        {
            users.push(user);
        }
    }
    Ok(Mentions { users, ..wanted })
}

/// Whether a user is a member of a channel, which is seen from the side of `viewer`.
pub(in crate::embedded) fn is_member(
    db: &Connection,
    (channel, viewer): (&Channel, &User),
    user: UserUuid,
) -> Result<bool> {
    match &channel.kind {
        Kind::General => Ok(true),
        Kind::Direct(other) => Ok(user == viewer.uuid || user == other.uuid),
        Kind::Members => has_row(db, user, channel.uuid),
    }
}

fn has_row(db: &Connection, user: UserUuid, channel: ChannelUuid) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM members WHERE user = ? AND channel = ?")?
        .exists(params![user.0.as_bytes(), channel.0.as_bytes()])
}

fn may_mention_all(db: &Connection, channel: &Channel, sender: UserUuid) -> Result<bool> {
    if channel.recipient().is_some() {
        return Ok(false);
    }
    let total = db
        .prepare_cached("SELECT users_total FROM channels WHERE uuid = ?")?
        .query_row([channel.uuid.0.as_bytes()], |row| number_at(row, 0))
        .optional()?;
    if total.unwrap_or_default() <= MENTION_ALL_LIMIT {
        return Ok(true);
    }
    db.prepare_cached("SELECT 1 FROM members WHERE user = ? AND channel = ? AND owner")?
        .exists(params![sender.0.as_bytes(), channel.uuid.0.as_bytes()])
}

/// Counts a message as mentioning these users.
pub(in crate::embedded) fn count(db: &Connection, message: i64, users: &[UserUuid]) -> Result<()> {
    let mut insert = db.prepare_cached("INSERT OR IGNORE INTO mentions VALUES (?, ?)")?;
    users.iter().try_for_each(|user| {
        insert.execute(params![user.0.as_bytes(), message])?;
        Ok(())
    })
}

/// The same for all members.
pub(in crate::embedded) fn count_for_all(db: &Connection, message: i64) -> Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO mentions_of_all VALUES (?)")?.execute([message])?;
    Ok(())
}

/// Counts a message for none of these users any more, nor for all.
pub(in crate::embedded) fn count_no_more(
    db: &Connection,
    message: i64,
    users: &[UserUuid],
) -> Result<()> {
    db.prepare_cached("DELETE FROM mentions_of_all WHERE id = ?")?.execute([message])?;
    let mut delete = db.prepare_cached("DELETE FROM mentions WHERE user = ? AND id = ?")?;
    users.iter().try_for_each(|user| {
        delete.execute(params![user.0.as_bytes(), message])?;
        Ok(())
    })
}

/// How many messages of the channel of this number, behind a read mark and up to a `Seq`, mention the user,
/// and the `Seq` of the first.
pub(in crate::embedded) fn unread(
    db: &Connection,
    user: UserUuid,
    number: i64,
    (read, last): (u64, u64),
) -> Result<(u64, Option<u64>)> {
    db.prepare_cached(
        "SELECT sum(count), min(first) FROM (
             SELECT count(*) AS count, min(id) AS first FROM mentions
             WHERE user = ?1 AND id > ?2 AND id <= ?3
             UNION ALL
             SELECT count(*), min(id) FROM mentions_of_all WHERE id > ?2 AND id <= ?3)",
    )?
    .query_row(params![user.0.as_bytes(), key(number, read), key(number, last)], |row| {
        Ok((number_at(row, 0)?, row.get::<_, Option<i64>>(1)?.map(seq_in)))
    })
}

/// Forgets what is counted for a user up to a `Seq`: it never counts again.
pub(in crate::embedded) fn forget_read(
    db: &Connection,
    user: UserUuid,
    channel: ChannelUuid,
    read: u64,
) -> Result<()> {
    let Some(number) = channels::number(db, channel)? else { return Ok(()) };
    db.prepare_cached("DELETE FROM mentions WHERE user = ? AND id > ? AND id <= ?")?
        .execute(params![user.0.as_bytes(), key(number, 0), key(number, read)])?;
    Ok(())
}

/// Forgets everything about a user's mentions and activity in a channel.
pub(in crate::embedded) fn forget_member(
    db: &Connection,
    user: UserUuid,
    channel: ChannelUuid,
) -> Result<()> {
    let Some(number) = channels::number(db, channel)? else { return Ok(()) };
    for statement in [
        "DELETE FROM mentions WHERE user = ? AND id > ? AND id < ?",
        "DELETE FROM activity WHERE user = ? AND message > ? AND message < ?",
    ] {
        db.prepare_cached(statement)?.execute(params![
            user.0.as_bytes(),
            key(number, 0),
            key(number + 1, 0)
        ])?;
    }
    Ok(())
}

/// Something that concerns a user, as it stands in the table.
#[derive(Clone, Copy)]
pub(in crate::embedded) struct Item<'a> {
    pub user: UserUuid,
    pub kind: ActivityKind,
    pub message: i64,
    pub emoji: &'a str,
    pub by: UserUuid,
    /// In nanoseconds since 1970.
    pub at: i64,
}

/// Notes something that concerns a user, and forgets what is too old then.
pub(in crate::embedded) fn note(db: &Connection, item: Item) -> Result<()> {
    let user = item.user.0.as_bytes();
    let place: i64 = db
        .prepare_cached("SELECT ifnull(max(place), 0) + 1 FROM activity WHERE user = ?")?
        .query_row([user], |row| row.get(0))?;
    db.prepare_cached("INSERT INTO activity VALUES (?, ?, ?, ?, ?, ?, ?)")?.execute(params![
        user,
        place,
        item.kind as i64,
        item.message,
        item.emoji,
        item.by.0.as_bytes(),
        item.at
    ])?;
    db.prepare_cached("DELETE FROM activity WHERE user = ? AND place <= ?")?
        .execute(params![user, place - saturated(ACTIVITY_LIMIT)])?;
    Ok(())
}

/// Takes back that a message mentions or answers a user.
pub(in crate::embedded) fn take_back(
    db: &Connection,
    message: i64,
    (user, kind): (UserUuid, ActivityKind),
) -> Result<()> {
    db.prepare_cached("DELETE FROM activity WHERE message = ? AND user = ? AND kind = ?")?
        .execute(params![message, user.0.as_bytes(), kind as i64])?;
    Ok(())
}

/// Takes back a reaction.
pub(in crate::embedded) fn take_back_reaction(
    db: &Connection,
    message: i64,
    emoji: &str,
    by: UserUuid,
) -> Result<()> {
    db.prepare_cached(
        "DELETE FROM activity WHERE message = ? AND kind = ? AND emoji = ? AND who = ?",
    )?
    .execute(params![message, ActivityKind::Reaction as i64, emoji, by.0.as_bytes()])?;
    Ok(())
}

/// Takes back everything about a message.
pub(in crate::embedded) fn take_back_all(db: &Connection, message: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM activity WHERE message = ?")?.execute([message])?;
    Ok(())
}

/// The channel of a message, as this user sees it who can read it; `None` for others. Of a direct channel `by`
/// is the other one.
pub(in crate::embedded) fn readable_channel(
    db: &Connection,
    message: i64,
    user: UserUuid,
    by: &User,
) -> Result<Option<Channel>> {
    let found = db
        .prepare_cached("SELECT uuid, kind FROM channels WHERE number = ?")?
        .query_row([number_in(message)], |row| {
            Ok((ChannelUuid(uuid_at(row, 0)?), row.get::<_, i64>(1)?))
        })
        .optional()?;
    let Some((uuid, kind)) = found else { return Ok(None) };
    Ok(match kind {
        channels::GENERAL => Some(Channel::GENERAL),
        channels::DIRECT => has_row(db, user, uuid)?.then(|| Channel::direct(uuid, by.clone())),
        _ => {
            let rights = channels::rights(db, user, uuid)?;
            let is_readable = rights.is_some_and(channels::Rights::may_read);
            is_readable.then(|| Channel::of_members(uuid))
        }
    })
}

/// Users as they stand in the column `mentions`: their UUIDs, one behind the other.
pub(in crate::embedded) fn column(users: impl Iterator<Item = UserUuid>) -> Option<Vec<u8>> {
    let bytes: Vec<u8> = users.flat_map(|user| user.0.into_bytes()).collect();
    (!bytes.is_empty()).then_some(bytes)
}

/// The users in the column `mentions`.
pub(in crate::embedded) fn in_column(bytes: &[u8]) -> impl Iterator<Item = UserUuid> {
    let (uuids, _) = bytes.as_chunks::<16>();
    uuids.iter().map(|uuid| UserUuid(uuid::Uuid::from_bytes(*uuid)))
}

/// The same, with their names.
pub(in crate::embedded) fn named(db: &Connection, bytes: &[u8]) -> Result<Vec<User>> {
    let users = in_column(bytes).map(|user| accounts::user(db, user));
    users.filter_map(Result::transpose).collect()
}
