//! Puts messages into the tables of the index.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::expression::{EVERYBODY, channel_word, direct_word, sender_word};
use crate::index::Known;
use crate::schema::{COUNT_BITS, SEQ_BITS};
use crate::words::words;
use crate::{Audience, Entry, Has, Result};

/// Puts a message in place of what was there. Whether something was removed.
pub(crate) fn put(db: &Connection, known: &Known, entry: &Entry) -> Result<bool> {
    let place = place(known.number, entry.seq);
    let before: Option<i64> = db
        .prepare_cached("SELECT id FROM entries WHERE place = ?")?
        .query_row([place], |row| row.get(0))
        .optional()?;
    if let Some(id) = before {
        db.prepare_cached("DELETE FROM messages WHERE rowid = ?")?.execute([id])?;
    }
    match (before, entry.text) {
        (Some(id), None) => {
            db.prepare_cached("DELETE FROM entries WHERE id = ?")?.execute([id])?;
        }
        (Some(id), Some(text)) => insert(db, id, known, entry, text)?,
        (None, Some(text)) => {
            let id = free_id(db, entry.created_at)?;
            db.prepare_cached("INSERT INTO entries VALUES (?, ?)")?.execute([id, place])?;
            insert(db, id, known, entry, text)?;
        }
        (None, None) => {}
    }
    Ok(before.is_some())
}

fn insert(db: &Connection, id: i64, known: &Known, entry: &Entry, text: &str) -> Result<()> {
    let mut marks = vec![channel_word(known.number), sender_word(entry.sender)];
    match known.audience {
        Audience::Everybody => marks.push(EVERYBODY.to_owned()),
        Audience::Users(users) => marks.extend(users.map(direct_word)),
        Audience::Members => {}
    }
    let has = [Has::Link, Has::File, Has::Image].into_iter().filter(|has| has.is_in(entry));
    marks.extend(has.map(|has| has.word().to_owned()));
    db.prepare_cached("INSERT INTO messages (rowid, text, marks) VALUES (?, ?, ?)")?
        .execute(params![id, words(text).join(" "), marks.join(" ")])?;
    Ok(())
}

/// An `id` of this time that no message has. Where the millisecond is full, it is one of the second, and so on.
fn free_id(db: &Connection, time: Timestamp) -> Result<i64> {
    let first = first_id(time);
    let mut width = 1 << COUNT_BITS;
    loop {
        let end = first.saturating_add(width);
        let last: Option<i64> = db
            .prepare_cached("SELECT max(id) FROM entries WHERE id >= ? AND id < ?")?
            .query_row([first, end], |row| row.get(0))?;
        match last {
            None => return Ok(first),
            Some(last) if last + 1 < end => return Ok(last + 1),
            Some(_) => width = width.saturating_mul(1 << COUNT_BITS),
        }
    }
}

/// The first `id` of this time.
pub(crate) fn first_id(time: Timestamp) -> i64 {
    // Timestamps are within the years -9999 to 9999, whose milliseconds take 49 bits.
    let milliseconds = time.as_nanosecond().div_euclid(1_000_000);
    i64::try_from(milliseconds << COUNT_BITS).unwrap_or(i64::MAX)
}

pub(crate) fn place(number: i64, seq: u64) -> i64 {
    number << SEQ_BITS | seq.cast_signed()
}

/// Notes whether words of removed messages may stand in the index.
pub(crate) fn note_removed(db: &Connection, has_removed: bool) -> Result<()> {
    if has_removed {
        db.prepare_cached("UPDATE state SET removed = 1 WHERE NOT removed")?.execute([])?;
    }
    Ok(())
}
