//! The database of an index, in its file or in memory.

use std::path::Path;

use rusqlite::{Connection, config::DbConfig};

use crate::Result;
use crate::file::IndexFile;
use crate::schema::{TABLES, VERSION};

/// The bytes of the log from which on it is moved into the file.
const LOG: u64 = 16 << 20;

/// The connection, and the file if there is one.
pub(crate) struct Database {
    pub(crate) connection: Connection,
    file: Option<IndexFile>,
}

impl Database {
    /// Opens the file. What isn't whole, or is of another version or epoch, is made anew.
    pub(crate) fn open(path: &Path, epoch: &str) -> Result<Self> {
        let mut file = IndexFile::claim(path)?;
        let resumed = file.whole()?.and_then(|sealed| resume(path, epoch, sealed).ok().flatten());
        let connection = if let Some(connection) = resumed {
            connection
        } else {
            file.make_anew()?;
            let connection = connect(file.path())?;
            create(&connection, epoch)?;
            connection
        };
        let mut database = Self { connection, file: Some(file) };
        database.seal()?;
        Ok(database)
    }

    /// An empty one in memory.
    pub(crate) fn in_memory(epoch: &str) -> Result<Self> {
        let connection = Connection::open_in_memory()?;
        create(&connection, epoch)?;
        Ok(Self { connection, file: None })
    }

    /// Seals the file if its log is long.
    pub(crate) fn written(&mut self) -> Result<()> {
        match &self.file {
            Some(file) if file.log_size() >= LOG => self.seal(),
            _ => Ok(()),
        }
    }

    /// Seals the file, and begins the log of the next generation. So a log is noticed that a power cut brings back.
    pub(crate) fn seal(&mut self) -> Result<()> {
        self.move_log()?;
        if self.file.is_some() {
            self.connection.execute("UPDATE state SET generation = generation + 1", [])?;
        }
        Ok(())
    }

    /// Moves the log into the file, and seals it.
    fn move_log(&mut self) -> Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let logged = file.logged()?;
        checkpoint(&self.connection, "PASSIVE")?;
        file.seal(&logged, generation(&self.connection)?)?;
        checkpoint(&self.connection, "TRUNCATE")
    }

    /// Seals the file and closes it.
    pub(crate) fn close(mut self) -> Result<()> {
        self.move_log()?;
        Ok(self.connection.close().map_err(|(_, error)| error)?)
    }
}

/// The connection to an index that is whole, if it is of this version and epoch.
fn resume(path: &Path, epoch: &str, sealed: u64) -> Result<Option<Connection>> {
    let connection = connect(path)?;
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != VERSION {
        return Ok(None);
    }
    let held: String = connection.query_row("SELECT epoch FROM state", [], |row| row.get(0))?;
    let generation = generation(&connection)?;
    let is_next = (sealed..=sealed.saturating_add(1)).contains(&generation);
    Ok((held == epoch && is_next).then_some(connection))
}

fn connect(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "locking_mode", "exclusive")?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    // The log is moved into the file only where that is sealed.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.pragma_update(None, "synchronous", "off")?;
    // What is removed is overwritten.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "cache_size", -8_000)?;
    Ok(connection)
}

fn create(connection: &Connection, epoch: &str) -> Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(TABLES)?;
    transaction.execute("INSERT INTO state VALUES (1, ?, 0, 0)", [epoch])?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}

fn generation(connection: &Connection) -> Result<u64> {
    let generation = "SELECT generation FROM state";
    Ok(connection.query_row(generation, [], |row| row.get(0).map(i64::cast_unsigned))?)
}

/// Moves the log into the file.
fn checkpoint(connection: &Connection, mode: &str) -> Result<()> {
    let checkpoint = format!("PRAGMA wal_checkpoint({mode})");
    Ok(connection.query_row(&checkpoint, [], |_| Ok(()))?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::file::beside;

    /// The file, its log and its seal, as a process leaves them that is killed.
    type Files = [Vec<u8>; 3];

    const ENDS: [&str; 3] = ["", "-wal", "-seal"];

    fn files(path: &Path) -> Files {
        ENDS.map(|end| fs::read(beside(path, end)).unwrap())
    }

    /// The rows of a table, which stand on some dozens of pages.
    const ROWS: i64 = 900;

    /// Opens these files and returns the time at which the rows are, unless they were made anew. At a time, one third
    /// of them is written.
    fn time(files: &Files) -> Option<i64> {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("search.db");
        for (end, bytes) in ENDS.iter().zip(files) {
            fs::write(beside(&path, end), bytes).unwrap();
        }
        let connection = Database::open(&path, "one").unwrap().connection;
        let mut rows = connection.prepare("SELECT seq FROM channels ORDER BY number").unwrap();
        let rows = rows.query_map([], |row| row.get::<_, i64>(0)).unwrap();
        let rows: Vec<_> = rows.collect::<rusqlite::Result<_>>().unwrap();
        let time = rows.iter().max().copied()?;
        let third =
            |row: i64| (0..=time).rev().find(|time| time % 3 == row * 3 / ROWS).unwrap_or(0);
        assert_eq!(rows, (0..ROWS).map(third).collect::<Vec<_>>());
        Some(time)
    }

    fn write(database: &Database, time: i64) {
        let first = time % 3 * ROWS / 3;
        let update = "UPDATE channels SET seq = ? WHERE number > ? AND number <= ?";
        database.connection.execute(update, [time, first, first + ROWS / 3]).unwrap();
    }

    fn database(path: &Path) -> Database {
        let mut database = Database::open(path, "one").unwrap();
        let insert = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT ?)
            INSERT INTO channels (uuid, everybody, seq, rev) SELECT randomblob(16), 1, 0, 0 FROM n";
        database.connection.execute(insert, [ROWS]).unwrap();
        database.seal().unwrap();
        database
    }

    #[test]
    fn a_process_that_is_killed_while_it_seals_leaves_a_whole_file() {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("search.db");
        let mut database = database(&path);
        write(&database, 1);
        let before = files(&path);
        assert_eq!(time(&before), Some(1));
        let Database { connection, file: Some(file) } = &mut database else { panic!("has a file") };
        let (logged, generation) = (file.logged().unwrap(), generation(connection).unwrap());
        checkpoint(connection, "PASSIVE").unwrap();
        let moved = files(&path);
        for written in (0..=moved[0].len()).step_by(4_096) {
            let mut part = moved.clone();
            part[0][written..].copy_from_slice(&before[0][written..]);
            assert_eq!(time(&part), Some(1));
            // If its log is damaged, too, it may be of no time.
            let place = written % part[1].len();
            part[1][place] ^= 1;
            time(&part);
        }
        file.seal(&logged, generation).unwrap();
        let sealed = files(&path);
        for written in (0..=sealed[2].len()).step_by(8) {
            let mut part = sealed.clone();
            part[2][written..].copy_from_slice(&before[2][written..]);
            assert_eq!(time(&part), Some(1));
        }
        checkpoint(connection, "TRUNCATE").unwrap();
        assert_eq!(time(&files(&path)), Some(1));
    }

    /// Nothing is synced, so that a power cut can leave any of them.
    #[test]
    fn files_of_different_times_are_made_anew_unless_they_fit() {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("search.db");
        let (mut database, mut times) = (database(&path), Vec::new());
        for time in 1..=4 {
            write(&database, time);
            times.push(files(&path));
            database.seal().unwrap();
            times.push(files(&path));
        }
        let mut noticed = 0;
        for [file, ..] in &times {
            for [_, log, _] in &times {
                for [_, _, seal] in &times {
                    noticed += usize::from(time(&[file, log, seal].map(Clone::clone)).is_none());
                }
            }
        }
        assert!(noticed > 0 && noticed < 8 * 8 * 8 - 8, "{noticed}");
    }
}
