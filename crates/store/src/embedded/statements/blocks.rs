//! The statements about blocks.

use chinwag_protocol::UserUuid;
use rusqlite::{Connection, Result, params};

use super::accounts;
use crate::User;

pub(in crate::embedded) fn insert(
    db: &Connection,
    user: UserUuid,
    blocked: UserUuid,
) -> Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO blocks VALUES (?, ?)")?
        .execute(params![user.0.as_bytes(), blocked.0.as_bytes()])?;
    Ok(())
}

pub(in crate::embedded) fn delete(
    db: &Connection,
    user: UserUuid,
    blocked: UserUuid,
) -> Result<()> {
    db.prepare_cached("DELETE FROM blocks WHERE user = ? AND blocked = ?")?
        .execute(params![user.0.as_bytes(), blocked.0.as_bytes()])?;
    Ok(())
}

/// Whether a user has blocked another one.
pub(in crate::embedded) fn has(db: &Connection, user: UserUuid, blocked: UserUuid) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM blocks WHERE user = ? AND blocked = ?")?
        .exists(params![user.0.as_bytes(), blocked.0.as_bytes()])
}

/// Whether one of the two is deactivated, or has blocked the other.
pub(in crate::embedded) fn separate(
    db: &Connection,
    user: UserUuid,
    other: UserUuid,
) -> Result<bool> {
    Ok(accounts::standing(db, other)?.deactivated
        || accounts::standing(db, user)?.deactivated
        || has(db, user, other)?
        || has(db, other, user)?)
}

/// Those whom the user has blocked.
pub(in crate::embedded) fn of(db: &Connection, user: UserUuid) -> Result<Vec<User>> {
    db.prepare_cached(
        "SELECT u.uuid, u.name FROM blocks b JOIN users u ON u.uuid = b.blocked WHERE b.user = ?",
    )?
    .query_map([user.0.as_bytes()], accounts::user_row)?
    .collect()
}

pub(in crate::embedded) fn count(db: &Connection, user: UserUuid) -> Result<u64> {
    db.prepare_cached("SELECT count(*) FROM blocks WHERE user = ?")?
        .query_row([user.0.as_bytes()], |row| super::rows::number_at(row, 0))
}
