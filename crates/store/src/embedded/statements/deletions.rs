//! The statements about deletions of all messages of a user.

use chinwag_protocol::UserUuid;
use jiff::Timestamp;
use rusqlite::{Connection, Result, params};

use super::rows::uuid_at;
use crate::Deletion;

/// Notes a deletion, with what was to be deleted before.
pub(in crate::embedded) fn add(db: &Connection, deletion: &Deletion) -> Result<()> {
    let Deletion { user, since, until } = deletion;
    db.prepare_cached(
        "INSERT INTO deletions VALUES (?, ?, ?) ON CONFLICT DO UPDATE
         SET since = min(since, excluded.since), until = max(until, excluded.until)",
    )?
    .execute(params![user.0.as_bytes(), since.as_second(), until.as_second()])?;
    Ok(())
}

pub(in crate::embedded) fn all(db: &Connection) -> Result<Vec<Deletion>> {
    let time = |seconds| Timestamp::from_second(seconds).unwrap_or_default();
    db.prepare_cached("SELECT user, since, until FROM deletions")?
        .query_map([], |row| {
            let (since, until) = (time(row.get(1)?), time(row.get(2)?));
            Ok(Deletion { user: UserUuid(uuid_at(row, 0)?), since, until })
        })?
        .collect()
}

/// Forgets a deletion that is still as it was.
pub(in crate::embedded) fn delete(db: &Connection, deletion: &Deletion) -> Result<()> {
    let Deletion { user, since, until } = deletion;
    db.prepare_cached("DELETE FROM deletions WHERE user = ? AND since = ? AND until = ?")?
        .execute(params![user.0.as_bytes(), since.as_second(), until.as_second()])?;
    Ok(())
}
