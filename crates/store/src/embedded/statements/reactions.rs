//! The statements about reactions, each a function. A message is named by its key.

use std::sync::Arc;

use chinwag_protocol::UserUuid;
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::accounts::user_row;
use super::rows::{number_at, saturated, text_at, uuid_at};
use crate::{REACTION_USERS, Reaction, User};

/// The reactions to a message, for this user.
pub(in crate::embedded) fn of(
    db: &Connection,
    message: i64,
    user: UserUuid,
) -> Result<Vec<Reaction>> {
    let mut counts = db.prepare_cached(
        "SELECT emoji, count FROM reaction_counts WHERE message = ? ORDER BY first",
    )?;
    let counts = counts.query_map([message], |row| Ok((text_at(row, 0)?, number_at(row, 1)?)))?;
    let reactions = counts.map(|counted| {
        let (emoji, count) = counted?;
        let (users, mine) = (first(db, message, &emoji)?, is_there(db, message, &emoji, user)?);
        Ok(Reaction { emoji, count, users, mine })
    });
    reactions.collect()
}

fn first(db: &Connection, message: i64, emoji: &Arc<str>) -> Result<Vec<UserUuid>> {
    let mut users = db.prepare_cached(
        "SELECT user FROM reactions WHERE message = ? AND emoji = ? ORDER BY place LIMIT ?",
    )?;
    let key = params![message, emoji, saturated(REACTION_USERS)];
    users.query_map(key, |row| uuid_at(row, 0).map(UserUuid))?.collect()
}

/// Whether the user reacted so.
pub(in crate::embedded) fn is_there(
    db: &Connection,
    message: i64,
    emoji: &str,
    user: UserUuid,
) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM reactions WHERE message = ? AND emoji = ? AND user = ?")?
        .exists(params![message, emoji, user.0.as_bytes()])
}

/// How many emoji the message has besides this one.
pub(in crate::embedded) fn others(db: &Connection, message: i64, emoji: &str) -> Result<u64> {
    db.prepare_cached("SELECT count(*) FROM reaction_counts WHERE message = ? AND emoji <> ?")?
        .query_row(params![message, emoji], |row| number_at(row, 0))
}

/// Adds a reaction that isn't there.
pub(in crate::embedded) fn insert(
    db: &Connection,
    message: i64,
    emoji: &str,
    user: UserUuid,
) -> Result<()> {
    let place = db
        .prepare_cached("INSERT INTO reactions (message, emoji, user) VALUES (?, ?, ?)")?
        .insert(params![message, emoji, user.0.as_bytes()])?;
    db.prepare_cached(
        "INSERT INTO reaction_counts VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1",
    )?
    .execute(params![message, emoji, place])?;
    Ok(())
}

/// Removes a reaction that is there.
pub(in crate::embedded) fn delete(
    db: &Connection,
    message: i64,
    emoji: &str,
    user: UserUuid,
) -> Result<()> {
    db.prepare_cached("DELETE FROM reactions WHERE message = ? AND emoji = ? AND user = ?")?
        .execute(params![message, emoji, user.0.as_bytes()])?;
    db.prepare_cached(
        "UPDATE reaction_counts SET count = count - 1 WHERE message = ? AND emoji = ?",
    )?
    .execute(params![message, emoji])?;
    db.prepare_cached("DELETE FROM reaction_counts WHERE message = ? AND emoji = ? AND count = 0")?
        .execute(params![message, emoji])?;
    Ok(())
}

/// Removes all reactions to a message.
pub(in crate::embedded) fn delete_all(db: &Connection, message: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM reactions WHERE message = ?")?.execute([message])?;
    db.prepare_cached("DELETE FROM reaction_counts WHERE message = ?")?.execute([message])?;
    Ok(())
}

/// How many users reacted with this emoji, and a page of them in the order in which they did.
pub(in crate::embedded) fn page(
    db: &Connection,
    message: i64,
    emoji: &str,
    (offset, limit): (u64, u64),
) -> Result<(u64, Vec<User>)> {
    let total = db
        .prepare_cached("SELECT count FROM reaction_counts WHERE message = ? AND emoji = ?")?
        .query_row(params![message, emoji], |row| number_at(row, 0))
        .optional()?
        .unwrap_or_default();
    let mut users = db.prepare_cached(
        "SELECT u.uuid, u.name FROM reactions r JOIN users u ON u.uuid = r.user
         WHERE r.message = ? AND r.emoji = ? ORDER BY r.place LIMIT ? OFFSET ?",
    )?;
    let key = params![message, emoji, saturated(limit), saturated(offset)];
    let users = users.query_map(key, user_row)?.collect::<Result<Vec<_>>>()?;
    Ok((total, users))
}
