//! The statements about what users have chosen for all notifications, each a function.

use chinwag_protocol::UserUuid;
use rusqlite::types::Type;
use rusqlite::{Connection, Error, OptionalExtension, Result, params};

use crate::NotifySettings;

/// What a user has chosen.
pub(in crate::embedded) fn settings(db: &Connection, user: UserUuid) -> Result<NotifySettings> {
    let settings = db
        .prepare_cached("SELECT settings FROM notify WHERE user = ?")?
        .query_row([user.0.as_bytes()], |row| row.get::<_, String>(0))
        .optional()?;
    let read = |json: String| {
        let unreadable = |error| Error::FromSqlConversionFailure(0, Type::Text, Box::new(error));
        serde_json::from_str(&json).map_err(unreadable)
    };
    settings.map_or_else(|| Ok(NotifySettings::default()), read)
}

/// Notes what a user has chosen; nothing where it is the default.
pub(in crate::embedded) fn set(
    db: &Connection,
    user: UserUuid,
    settings: &NotifySettings,
) -> Result<()> {
    let user = user.0.as_bytes();
    if settings.is_default() {
        db.prepare_cached("DELETE FROM notify WHERE user = ?")?.execute([user])?;
        return Ok(());
    }
    db.prepare_cached("INSERT OR REPLACE INTO notify VALUES (?, ?)")?
        .execute(params![user, settings.json()])?;
    Ok(())
}
