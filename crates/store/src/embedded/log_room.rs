//! Room ahead in the write-ahead log, so that a commit writes a page and not the file's length too.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// How many bytes of room are made at a time: for 63 commits of one page.
const ROOM: usize = 256 * 1024;

/// Makes room in the log. Only the writing thread has one.
pub(super) struct LogRoom {
    log: File,
    /// How long the log was when it was last looked at, with the room that was made then.
    length: u64,
}

impl LogRoom {
    /// For the log of a database that is open.
    pub(super) fn open(database: &Path) -> io::Result<Self> {
        let log = OsString::from_iter([database.as_os_str(), "-wal".as_ref()]);
        Ok(Self { log: File::options().write(true).open(log)?, length: 0 })
    }

    /// Puts zeros behind a log that `SQLite` has had to lengthen; to `SQLite` they are the end of
    /// what is to be read. To be called while a transaction keeps others from writing.
    pub(super) fn keep(&mut self) -> io::Result<()> {
        let length = self.log.metadata()?.len();
        let lengthened = length > self.length;
        self.length = length;
        if lengthened {
            self.log.write_all_at(&vec![0; ROOM], length)?;
            self.length += ROOM as u64;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::*;

    #[test]
    fn the_log_grows_now_and_then_and_is_read_up_to_its_end() {
        let dir = tempfile::TempDir::new().unwrap();
        let [database, copy] = ["chinwag.db", "copy.db"].map(|name| dir.path().join(name));
        let log = |of: &Path| of.with_extension("db-wal");
        let db = schema::open_writer(&database).unwrap();
        let mut room = LogRoom::open(&database).unwrap();
        let mut lengths = Vec::new();
        for count in 1..=200 {
            db.execute_batch("BEGIN IMMEDIATE").unwrap();
            room.keep().unwrap();
            db.execute("INSERT OR REPLACE INTO heartbeat VALUES (1, ?)", [count]).unwrap();
            db.execute_batch("COMMIT").unwrap();
            lengths.push(log(&database).metadata().unwrap().len());
        }
        lengths.dedup();
        assert!((2..=10).contains(&lengths.len()), "{lengths:?}");
        // As after a kill: the log is not folded into the database.
        std::fs::copy(&database, &copy).unwrap();
        std::fs::copy(log(&database), log(&copy)).unwrap();
        let db = schema::open_writer(&copy).unwrap();
        let beats = "SELECT beats FROM heartbeat";
        assert_eq!(db.query_row(beats, [], |row| row.get::<_, i64>(0)), Ok(200));
    }
}
