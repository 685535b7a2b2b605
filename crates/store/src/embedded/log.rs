//! Ties the write-ahead log to its database file, so that it is never played over another one.
//!
//! Each time the database is opened for writing, its header gets a new random id, which the lock
//! file keeps, too. A log that is left over belongs to the id in the lock file.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use rusqlite::Connection;
use uuid::Uuid;

/// Where `SQLite` keeps the `application_id`, four bytes in big-endian order.
const ID_OFFSET: u64 = 68;

/// Refuses a log that was written for another file than the one at `database`.
pub(super) fn check(database: &Path, lock: &mut File) -> Result<(), String> {
    let failed = |error: io::Error| error.to_string();
    if !has_log(database).map_err(failed)? {
        return Ok(());
    }
    // A store of 0.1.0 keeps no id, nor does one whose start was cut off.
    let Some(kept) = kept(lock).map_err(failed)? else { return Ok(()) };
    if id_in(database).map_err(failed)? == kept {
        return Ok(());
    }
    Err("the log beside it, which ends in -wal, belongs to another database file. To start from this \
         file, as after a restore, remove the files that end in -wal and -shm"
        .to_owned())
}

/// Whether the file is the one that was written here last, and not a copy that was put in its place.
pub(super) fn is_tied(database: &Path, lock: &mut File) -> bool {
    let ids = kept(lock).and_then(|kept| Ok((kept, id_in(database)?)));
    ids.is_ok_and(|(kept, id)| kept == Some(id))
}

fn kept(lock: &mut File) -> io::Result<Option<i32>> {
    let mut kept = String::new();
    lock.rewind().and_then(|()| lock.read_to_string(&mut kept))?;
    Ok(kept.trim().parse().ok())
}

/// Gives the database a new id, and empties the log, so that the file itself has the id.
pub(super) fn tie(db: &Connection, lock: &mut File) -> rusqlite::Result<()> {
    let failed = |error: io::Error| rusqlite::Error::ToSqlConversionFailure(error.into());
    // Until the file has its id there is nothing to compare with.
    lock.set_len(0).and_then(|()| lock.sync_all()).map_err(failed)?;
    let id = stamp(db)?;
    if empty(db)? {
        let kept = lock.rewind().and_then(|()| write!(lock, "{id}"));
        kept.and_then(|()| lock.sync_all()).map_err(failed)?;
    }
    Ok(())
}

/// Gives the database a new id, and returns it.
pub(super) fn stamp(db: &Connection) -> rusqlite::Result<i32> {
    let [a, b, c, d, ..] = Uuid::new_v4().into_bytes();
    let id = i32::from_be_bytes([a, b, c, d]);
    db.pragma_update(None, "application_id", id)?;
    Ok(id)
}

/// Folds the log into the database and cuts it to nothing; `false` if a reader still needs it.
pub(super) fn empty(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(row.get::<_, i32>(0)? == 0))
}

/// `SQLite` puts the log beside the file that a link leads to.
fn has_log(database: &Path) -> io::Result<bool> {
    let Ok(database) = database.canonicalize() else { return Ok(false) };
    let log = OsString::from_iter([database.as_os_str(), "-wal".as_ref()]);
    match Path::new(&log).metadata() {
        Ok(log) => Ok(log.len() > 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn id_in(database: &Path) -> io::Result<i32> {
    let mut id = [0; 4];
    match File::open(database)?.read_exact_at(&mut id, ID_OFFSET) {
        // A database without a single page has no id.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
        read => read.map(|()| i32::from_be_bytes(id)),
    }
}
