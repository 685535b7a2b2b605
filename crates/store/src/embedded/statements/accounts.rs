//! The statements about users, passwords and access keys, each a function.

use std::collections::HashMap;

use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::messages::last_seq;
use super::rows::uuid_at;
use super::{links, members};
use crate::embedded::ranked::Named;
use crate::embedded::recent::Recent;
use crate::look::looks;
use crate::{
    Account, Creation, KEY_LIFETIME, KEYS_LIMIT, KeyDigest, KnownUser, Link, LinkKind, NewAccount,
    Role, Standing, User,
};

/// What [`standing_at`] reads of the user `u`.
const STANDING: &str =
    "u.role, u.deactivated_at, EXISTS (SELECT 1 FROM hooks h WHERE h.bot = u.uuid)";

pub(in crate::embedded) fn account(db: &Connection, folded_name: &str) -> Result<Option<Account>> {
    db.prepare_cached(&format!(
        "SELECT u.uuid, u.name, u.password_hash, {STANDING} FROM users u WHERE u.folded_name = ?"
    ))?
    .query_row([folded_name], |row| {
        let standing = standing_at(row, 3)?;
        Ok(Account { user: user_row(row)?, password_hash: row.get(2)?, standing })
    })
    .optional()
}

pub(in crate::embedded) fn create_account(
    db: &Connection,
    recent: &Recent,
    account: &NewAccount,
) -> Result<Creation> {
    let NewAccount { user, folded_name, password_hash, link: by } = account;
    let name_taken =
        db.prepare_cached("SELECT 1 FROM users WHERE folded_name = ?")?.exists([folded_name])?;
    if name_taken {
        return Ok(Creation::NameTaken);
    }
    let mut look_taken = db.prepare_cached("SELECT 1 FROM looks WHERE look = ?")?;
    for look in looks(&user.name) {
        if look_taken.exists([look])? {
            return Ok(Creation::LooksTaken);
        }
    }
    let link = match by {
        Some((digest, at)) => links::find(db, *digest, *at)?,
        None => None,
    };
    let lets_in = |link: &Link| {
        link.kind == LinkKind::Invite || (link.kind == LinkKind::Claim && link.user.is_none())
    };
    if by.is_some() && !link.as_ref().is_some_and(lets_in) {
        return Ok(Creation::LinkEnded);
    }
    insert_user(db, user, folded_name, password_hash)?;
    if let (Some((digest, _)), Some(link)) = (by, &link) {
        links::count_use(db, *digest)?;
        if link.kind == LinkKind::Claim {
            set_role(db, user.uuid, Role::Admin)?;
        }
    }
    add_looks(db, user)?;
    let read = last_seq(db, recent, ChannelUuid::GENERAL)?;
    members::set_read_mark(db, user.uuid, ChannelUuid::GENERAL, read)?;
    Ok(Creation::Created)
}

/// Adds a user, who is a member of General.
pub(in crate::embedded) fn insert_user(
    db: &Connection,
    user: &User,
    folded_name: &str,
    password_hash: &str,
) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO users (uuid, name, folded_name, password_hash) VALUES (?, ?, ?, ?)",
    )?
    .execute(params![user.uuid.0.as_bytes(), user.name, folded_name, password_hash])?;
    members::insert(db, user.uuid, ChannelUuid::GENERAL)?;
    members::change_total(db, ChannelUuid::GENERAL, 1)
}

/// Whether the user is an active admin.
pub(in crate::embedded) fn is_admin(db: &Connection, user: UserUuid) -> Result<bool> {
    let Standing { role, deactivated, .. } = standing(db, user)?;
    Ok(role == Role::Admin && !deactivated)
}

/// Notes what the user's name looks like, where no other user's looks so.
pub(in crate::embedded) fn add_looks(db: &Connection, user: &User) -> Result<()> {
    let mut insert = db.prepare_cached("INSERT OR IGNORE INTO looks VALUES (?, ?)")?;
    for look in looks(&user.name) {
        insert.execute(params![look, user.uuid.0.as_bytes()])?;
    }
    Ok(())
}

pub(in crate::embedded) const USER: &str = "SELECT uuid, name FROM users WHERE uuid = ?";

pub(in crate::embedded) fn user(db: &Connection, user: UserUuid) -> Result<Option<User>> {
    db.prepare_cached(USER)?.query_row([user.0.as_bytes()], user_row).optional()
}

pub(in crate::embedded) fn user_named(db: &Connection, folded_name: &str) -> Result<Option<User>> {
    db.prepare_cached("SELECT uuid, name FROM users WHERE folded_name = ?")?
        .query_row([folded_name], user_row)
        .optional()
}

/// Hands over all users, by their folded names.
pub(in crate::embedded) fn each_name(db: &Connection, mut take: impl FnMut(Named)) -> Result<()> {
    let mut users = db.prepare("SELECT folded_name, uuid FROM users ORDER BY folded_name")?;
    let mut rows = users.query([])?;
    while let Some(row) = rows.next()? {
        take(Named { folded_name: row.get(0)?, user: UserUuid(uuid_at(row, 1)?) });
    }
    Ok(())
}

pub(in crate::embedded) fn folded_name(db: &Connection, user: UserUuid) -> Result<String> {
    db.prepare_cached("SELECT folded_name FROM users WHERE uuid = ?")?
        .query_row([user.0.as_bytes()], |row| row.get(0))
}

/// What [`STANDING`] selects, from this column on.
fn standing_at(row: &Row, column: usize) -> Result<Standing> {
    Ok(Standing {
        role: role_at(row, column)?,
        deactivated: row.get::<_, Option<i64>>(column + 1)?.is_some(),
        hook: row.get(column + 2)?,
    })
}

fn role_at(row: &Row, column: usize) -> Result<Role> {
    Ok(if row.get::<_, i64>(column)? == 1 { Role::Admin } else { Role::Member })
}

/// What a user is on the server; that of a member if there is no such user.
pub(in crate::embedded) fn standing(db: &Connection, user: UserUuid) -> Result<Standing> {
    db.prepare_cached(&format!("SELECT {STANDING} FROM users u WHERE u.uuid = ?"))?
        .query_row([user.0.as_bytes()], |row| standing_at(row, 0))
        .optional()
        .map(Option::unwrap_or_default)
}

/// The active admins.
pub(in crate::embedded) fn admins(db: &Connection) -> Result<Vec<UserUuid>> {
    db.prepare_cached("SELECT uuid FROM users WHERE role = 1 AND deactivated_at IS NULL")?
        .query_map([], |row| Ok(UserUuid(uuid_at(row, 0)?)))?
        .collect()
}

/// All users, by their folded names.
pub(in crate::embedded) fn known(db: &Connection) -> Result<Vec<KnownUser>> {
    db.prepare(&format!(
        "SELECT u.uuid, u.name, u.folded_name, {STANDING} FROM users u ORDER BY u.folded_name"
    ))?
    .query_map([], |row| {
        let (user, folded_name) = (user_row(row)?, row.get(2)?);
        Ok(KnownUser { user, folded_name, standing: standing_at(row, 3)? })
    })?
    .collect()
}

/// All users who aren't active members, or are bots of hooks.
pub(in crate::embedded) fn standings(db: &Connection) -> Result<HashMap<UserUuid, Standing>> {
    db.prepare(&format!(
        "SELECT u.uuid, {STANDING} FROM users u WHERE u.role > 0 OR u.deactivated_at IS NOT NULL
         UNION SELECT u.uuid, {STANDING} FROM hooks o JOIN users u ON u.uuid = o.bot"
    ))?
    .query_map([], |row| Ok((UserUuid(uuid_at(row, 0)?), standing_at(row, 1)?)))?
    .collect()
}

pub(in crate::embedded) fn user_row(row: &Row) -> Result<User> {
    Ok(User { uuid: UserUuid(uuid_at(row, 0)?), name: row.get(1)? })
}

/// Whose key it is, the role, and when it was last used. A deactivated user has none.
pub(in crate::embedded) fn access_key(
    db: &Connection,
    user: UserUuid,
    digest: KeyDigest,
) -> Result<Option<(User, Role, i64)>> {
    db.prepare_cached(
        "SELECT u.uuid, u.name, k.used_at, u.role
         FROM access_keys k JOIN users u ON u.uuid = k.user
         WHERE k.user = ? AND k.digest = ? AND u.deactivated_at IS NULL",
    )?
    .query_row(params![user.0.as_bytes(), digest.0], |row| {
        Ok((user_row(row)?, role_at(row, 3)?, row.get(2)?))
    })
    .optional()
}

/// The name of the device of an access key, if there is the key.
pub(in crate::embedded) fn device(
    db: &Connection,
    user: UserUuid,
    digest: KeyDigest,
) -> Result<Option<String>> {
    db.prepare_cached("SELECT device FROM access_keys WHERE user = ? AND digest = ?")?
        .query_row(params![user.0.as_bytes(), digest.0], |row| row.get(0))
        .optional()
}

/// Whether an active user has this password.
pub(in crate::embedded) fn has_password(
    db: &Connection,
    user: UserUuid,
    password_hash: &str,
) -> Result<bool> {
    db.prepare_cached(
        "SELECT 1 FROM users WHERE uuid = ? AND password_hash = ? AND deactivated_at IS NULL",
    )?
    .exists(params![user.0.as_bytes(), password_hash])
}

/// Notes a use of a key, unless it has ended meanwhile.
pub(in crate::embedded) fn touch_access_key(
    db: &Connection,
    user: UserUuid,
    digest: KeyDigest,
    now: i64,
) -> Result<()> {
    db.prepare_cached("UPDATE access_keys SET used_at = ? WHERE user = ? AND digest = ?")?
        .execute(params![now, user.0.as_bytes(), digest.0])?;
    Ok(())
}

pub(in crate::embedded) fn set_access_key(
    db: &Connection,
    user: UserUuid,
    digest: KeyDigest,
    now: i64,
    device: &str,
) -> Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO access_keys VALUES (?, ?, ?, ?)")?
        .execute(params![user.0.as_bytes(), digest.0, now, device])?;
    Ok(())
}

/// Deletes the user's keys that have lapsed.
pub(in crate::embedded) fn delete_lapsed_access_keys(
    db: &Connection,
    user: UserUuid,
    now: i64,
) -> Result<()> {
    db.prepare_cached("DELETE FROM access_keys WHERE user = ? AND used_at <= ?")?
        .execute(params![user.0.as_bytes(), now - KEY_LIFETIME])?;
    Ok(())
}

/// Deletes the user's keys beyond the bound, those whose last use is longest ago, and never `newest`.
pub(in crate::embedded) fn bound_access_keys(
    db: &Connection,
    user: UserUuid,
    newest: KeyDigest,
) -> Result<()> {
    db.prepare_cached(
        "DELETE FROM access_keys WHERE user = ?1 AND digest IN (
             SELECT digest FROM access_keys WHERE user = ?1
             ORDER BY digest = ?2 DESC, used_at DESC LIMIT -1 OFFSET ?3)",
    )?
    .execute(params![user.0.as_bytes(), newest.0, KEYS_LIMIT])?;
    Ok(())
}

pub(in crate::embedded) fn delete_access_key(
    db: &Connection,
    user: UserUuid,
    digest: KeyDigest,
) -> Result<()> {
    db.prepare_cached("DELETE FROM access_keys WHERE user = ? AND digest = ?")?
        .execute(params![user.0.as_bytes(), digest.0])?;
    Ok(())
}

pub(in crate::embedded) fn delete_access_keys(db: &Connection, user: UserUuid) -> Result<()> {
    db.prepare_cached("DELETE FROM access_keys WHERE user = ?")?.execute([user.0.as_bytes()])?;
    Ok(())
}

pub(in crate::embedded) fn set_password(
    db: &Connection,
    user: UserUuid,
    password_hash: &str,
) -> Result<()> {
    db.prepare_cached("UPDATE users SET password_hash = ? WHERE uuid = ?")?
        .execute(params![password_hash, user.0.as_bytes()])?;
    Ok(())
}

pub(in crate::embedded) fn set_role(db: &Connection, user: UserUuid, role: Role) -> Result<()> {
    db.prepare_cached("UPDATE users SET role = ? WHERE uuid = ?")?
        .execute(params![i64::from(role == Role::Admin), user.0.as_bytes()])?;
    Ok(())
}

/// Notes since when the user is deactivated; `None` brings the user back.
pub(in crate::embedded) fn deactivate(
    db: &Connection,
    user: UserUuid,
    at: Option<Timestamp>,
) -> Result<()> {
    db.prepare_cached("UPDATE users SET deactivated_at = ? WHERE uuid = ?")?
        .execute(params![at.map(Timestamp::as_second), user.0.as_bytes()])?;
    Ok(())
}
