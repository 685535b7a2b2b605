//! The statements about links, each a function. A link stands there as JSON, beside how often it can be used.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::rows::{number_at, saturated};
use crate::{KeyDigest, Link};

/// Adds a link, and removes those that have expired.
pub(in crate::embedded) fn insert(db: &Connection, link: &Link, digest: KeyDigest) -> Result<()> {
    db.prepare_cached("DELETE FROM links WHERE expires_at <= ?")?.execute([link.at.as_second()])?;
    // Words, numbers and strings only: there is nothing that could fail.
    let json = serde_json::to_string(link).unwrap_or_default();
    db.prepare_cached("INSERT INTO links VALUES (?, ?, ?, ?)")?.execute(params![
        digest.0,
        json,
        saturated(link.uses),
        link.expires_at.as_second()
    ])?;
    Ok(())
}

pub(in crate::embedded) fn find(
    db: &Connection,
    digest: KeyDigest,
    at: Timestamp,
) -> Result<Option<Link>> {
    db.prepare_cached("SELECT link, uses FROM links WHERE digest = ? AND expires_at > ?")?
        .query_row(params![digest.0, at.as_second()], link_row)
        .optional()
}

/// All that can still be used, with their digests.
pub(in crate::embedded) fn all(db: &Connection, at: Timestamp) -> Result<Vec<(Link, KeyDigest)>> {
    db.prepare_cached("SELECT link, uses, digest FROM links WHERE expires_at > ?")?
        .query_map([at.as_second()], |row| Ok((link_row(row)?, KeyDigest(row.get(2)?))))?
        .collect()
}

/// Counts a use of a link that can be used.
pub(in crate::embedded) fn count_use(db: &Connection, digest: KeyDigest) -> Result<()> {
    db.prepare_cached("UPDATE links SET uses = uses - 1 WHERE digest = ?")?.execute([digest.0])?;
    db.prepare_cached("DELETE FROM links WHERE digest = ? AND uses <= 0")?.execute([digest.0])?;
    Ok(())
}

pub(in crate::embedded) fn delete(db: &Connection, digest: KeyDigest) -> Result<()> {
    db.prepare_cached("DELETE FROM links WHERE digest = ?")?.execute([digest.0])?;
    Ok(())
}

fn link_row(row: &Row) -> Result<Link> {
    let text: String = row.get(0)?;
    let link: Link = serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into()))?;
    Ok(Link { uses: number_at(row, 1)?, ..link })
}
