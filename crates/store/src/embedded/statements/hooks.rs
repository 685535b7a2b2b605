//! The statements about incoming hooks, each a function.

use chinwag_protocol::{ChannelUuid, HookUuid, UserUuid};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::accounts::user_row;
use super::rows::{nanoseconds, number_at, text_at, timestamp_at, uuid_at};
use crate::{Hook, KeyDigest, NewHook};

/// What a hook's row holds; `h` is the hook, `u` its bot.
const COLUMNS: &str = "u.uuid, u.name, h.uuid, h.name, h.channel, h.made_at";

pub(in crate::embedded) fn insert(db: &Connection, new: &NewHook) -> Result<()> {
    db.prepare_cached("INSERT INTO hooks VALUES (?, ?, ?, ?, ?, ?, ?)")?.execute(params![
        new.uuid.0.as_bytes(),
        new.secret.0,
        new.channel.0.as_bytes(),
        new.name,
        new.bot.0.as_bytes(),
        nanoseconds(new.created_at),
        new.asker.map(|asker| asker.0.into_bytes()),
    ])?;
    Ok(())
}

/// Ends the hook of a bot, and deactivates the bot.
pub(in crate::embedded) fn end(db: &Connection, bot: UserUuid) -> Result<()> {
    let ended =
        db.prepare_cached("DELETE FROM hooks WHERE bot = ?")?.execute([bot.0.as_bytes()])?;
    if ended > 0 {
        db.prepare_cached("UPDATE users SET deactivated_at = unixepoch() WHERE uuid = ?")?
            .execute([bot.0.as_bytes()])?;
    }
    Ok(())
}

/// The bots of a channel's hooks.
pub(in crate::embedded) fn bots(db: &Connection, channel: ChannelUuid) -> Result<Vec<UserUuid>> {
    db.prepare_cached("SELECT bot FROM hooks WHERE channel = ?")?
        .query_map([channel.0.as_bytes()], |row| Ok(UserUuid(uuid_at(row, 0)?)))?
        .collect()
}

/// The bots of the hooks that a user has made, or whose bot the user is.
pub(in crate::embedded) fn bots_of(db: &Connection, user: UserUuid) -> Result<Vec<UserUuid>> {
    db.prepare_cached("SELECT bot FROM hooks WHERE made_by = ?1 OR bot = ?1")?
        .query_map([user.0.as_bytes()], |row| Ok(UserUuid(uuid_at(row, 0)?)))?
        .collect()
}

pub(in crate::embedded) fn hook(db: &Connection, hook: HookUuid) -> Result<Option<Hook>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM hooks h JOIN users u ON u.uuid = h.bot WHERE h.uuid = ?"
    ))?
    .query_row([hook.0.as_bytes()], hook_row)
    .optional()
}

/// The hook, if this is its secret.
pub(in crate::embedded) fn with_secret(
    db: &Connection,
    hook: HookUuid,
    secret: KeyDigest,
) -> Result<Option<Hook>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM hooks h JOIN users u ON u.uuid = h.bot WHERE h.uuid = ? AND h.secret = ?"
    ))?
    .query_row(params![hook.0.as_bytes(), secret.0], hook_row)
    .optional()
}

/// All hooks, the oldest first.
pub(in crate::embedded) fn all(db: &Connection) -> Result<Vec<Hook>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM hooks h JOIN users u ON u.uuid = h.bot ORDER BY h.made_at, h.uuid"
    ))?
    .query_map([], hook_row)?
    .collect()
}

/// How many hooks a channel has.
pub(in crate::embedded) fn count(db: &Connection, channel: ChannelUuid) -> Result<u64> {
    db.prepare_cached("SELECT count(*) FROM hooks WHERE channel = ?")?
        .query_row([channel.0.as_bytes()], |row| number_at(row, 0))
}

/// Whether the user is the bot of a hook.
pub(in crate::embedded) fn is_of_hook(db: &Connection, user: UserUuid) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM hooks WHERE bot = ?")?.exists([user.0.as_bytes()])
}

/// Whether a name looks like that of a user who is no bot.
pub(in crate::embedded) fn looks_like_a_person(db: &Connection, looks: &[String]) -> Result<bool> {
    let mut find = db.prepare_cached("SELECT user FROM looks WHERE look = ?")?;
    for look in looks {
        let user = find.query_row([look], |row| uuid_at(row, 0)).optional()?;
        if user.is_some_and(|user| !UserUuid(user).is_bot()) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn hook_row(row: &Row) -> Result<Hook> {
    Ok(Hook {
        bot: user_row(row)?,
        uuid: HookUuid(uuid_at(row, 2)?),
        name: text_at(row, 3)?,
        channel: ChannelUuid(uuid_at(row, 4)?),
        created_at: timestamp_at(row, 5)?,
    })
}
