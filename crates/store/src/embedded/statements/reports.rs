//! The statements about reports.

use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;
use rusqlite::{Connection, Result, Row, params};
use uuid::Uuid;

use super::rows::{number_at, saturated, uuid_at};
use crate::{REPORT_LIFETIME, Report};

/// Adds a report, unless it is there. Returns whether it wasn't.
pub(in crate::embedded) fn insert(db: &Connection, report: &Report) -> Result<bool> {
    let added = db
        .prepare_cached(
            "INSERT OR IGNORE INTO reports (uuid, user, channel, message, reason, at)
             VALUES (?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            report.uuid.as_bytes(),
            report.by.0.as_bytes(),
            report.channel.0.as_bytes(),
            report.message,
            report.reason,
            report.at.as_second()
        ])?;
    Ok(added > 0)
}

/// Those before this place, newest first, with their places.
pub(in crate::embedded) fn page(
    db: &Connection,
    before: u64,
    limit: u64,
    now: Timestamp,
) -> Result<Vec<(u64, Report)>> {
    db.prepare_cached(
        "SELECT place, uuid, user, channel, message, reason, at FROM reports
         WHERE place < ? AND at > ? ORDER BY place DESC LIMIT ?",
    )?
    .query_map(params![saturated(before), earliest(now), saturated(limit)], report_row)?
    .collect()
}

/// Returns whether there was such a report.
pub(in crate::embedded) fn delete(db: &Connection, report: Uuid) -> Result<bool> {
    let deleted =
        db.prepare_cached("DELETE FROM reports WHERE uuid = ?")?.execute([report.as_bytes()])?;
    Ok(deleted > 0)
}

/// Deletes those that were kept long enough.
pub(in crate::embedded) fn delete_old(db: &Connection, now: Timestamp) -> Result<()> {
    db.prepare_cached("DELETE FROM reports WHERE at <= ?")?.execute([earliest(now)])?;
    Ok(())
}

fn earliest(now: Timestamp) -> i64 {
    now.as_second() - REPORT_LIFETIME
}

fn report_row(row: &Row) -> Result<(u64, Report)> {
    let report = Report {
        uuid: uuid_at(row, 1)?,
        by: UserUuid(uuid_at(row, 2)?),
        channel: ChannelUuid(uuid_at(row, 3)?),
        message: row.get(4)?,
        reason: row.get(5)?,
        at: Timestamp::from_second(row.get(6)?).unwrap_or_default(),
    };
    Ok((number_at(row, 0)?, report))
}
