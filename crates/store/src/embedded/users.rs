//! The list of all users: online first, then by name, a page at a time.

use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::{Connection, params};

use super::presence::Presence;
use super::queries;
use crate::{UserStatus, UsersPage, UsersQuery};

/// How many users there are, counted once at the start.
pub(super) struct Users(AtomicU64);

impl Users {
    pub(super) fn count(db: &Connection) -> rusqlite::Result<Self> {
        let users = db.query_row("SELECT count(*) FROM users", [], |row| row.get::<_, i64>(0))?;
        Ok(Self(AtomicU64::new(users.cast_unsigned())))
    }

    pub(super) fn one_more(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn total(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

pub(super) fn page(
    db: &Connection,
    presence: &Presence,
    all: u64,
    query: &UsersQuery,
) -> rusqlite::Result<UsersPage> {
    let prefix = query.folded_prefix.as_str();
    let offset = usize::try_from(query.offset).unwrap_or(usize::MAX);
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let (online, users) = presence.page(prefix, offset, limit);
    let mut users: Vec<_> =
        users.into_iter().map(|user| UserStatus { user, online: true }).collect();
    let (skip, take) = (offset.saturating_sub(online), limit - users.len());
    if take > 0 {
        users.extend(offline(db, presence, prefix, skip, take)?);
    }
    let total = if prefix.is_empty() { all } else { count(db, prefix)? };
    Ok(UsersPage { total, users })
}

fn offline(
    db: &Connection,
    presence: &Presence,
    prefix: &str,
    skip: usize,
    take: usize,
) -> rusqlite::Result<Vec<UserStatus>> {
    let mut statement = db.prepare_cached(
        "SELECT uuid, name FROM users WHERE folded_name >= ?1 AND folded_name < ?2
         ORDER BY folded_name",
    )?;
    let rows = statement.query_map(params![prefix, after(prefix)], queries::user_row)?;
    rows.filter(|row| row.as_ref().map_or(true, |user| !presence.is_online(user.uuid)))
        .skip(skip)
        .take(take)
        .map(|row| row.map(|user| UserStatus { user, online: false }))
        .collect()
}

fn count(db: &Connection, prefix: &str) -> rusqlite::Result<u64> {
    db.prepare_cached("SELECT count(*) FROM users WHERE folded_name >= ?1 AND folded_name < ?2")?
        .query_row(params![prefix, after(prefix)], |row| row.get::<_, i64>(0))
        .map(i64::cast_unsigned)
}

/// A text that sorts behind all that start with the prefix.
fn after(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}
