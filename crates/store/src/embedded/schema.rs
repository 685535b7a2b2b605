//! The tables, and how connections to them are opened.

use std::path::Path;
use std::time::Duration;

use chinwag_protocol::ChannelUuid;
use rusqlite::{Connection, OpenFlags, params};

use super::{accounts, mover};

/// UUIDs are BLOBs of 16 bytes; a private channel's users are kept in ascending order.
const TABLES: &str = "
    CREATE TABLE users (
        uuid BLOB PRIMARY KEY, name TEXT NOT NULL, folded_name TEXT NOT NULL UNIQUE,
        password_hash TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE access_keys (
        user BLOB NOT NULL, digest BLOB NOT NULL, used_at INTEGER NOT NULL,
        PRIMARY KEY (user, digest)
    ) WITHOUT ROWID;
    CREATE TABLE channels (
        uuid BLOB PRIMARY KEY, low BLOB, high BLOB, UNIQUE (low, high)
    ) WITHOUT ROWID;
    CREATE INDEX channels_by_high ON channels (high);
    CREATE TABLE messages (
        channel BLOB NOT NULL, seq INTEGER NOT NULL, uuid BLOB NOT NULL, sender BLOB NOT NULL,
        text TEXT NOT NULL, created_at INTEGER NOT NULL, client_uuid TEXT,
        PRIMARY KEY (channel, seq)
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX messages_by_client_uuid ON messages (channel, sender, client_uuid)
        WHERE client_uuid IS NOT NULL;
    CREATE TABLE read_marks (
        user BLOB NOT NULL, channel BLOB NOT NULL, seq INTEGER NOT NULL,
        PRIMARY KEY (user, channel)
    ) WITHOUT ROWID;
    CREATE TABLE heartbeat (id INTEGER PRIMARY KEY CHECK (id = 1), beats INTEGER NOT NULL);
";

/// Pages in the write-ahead log before it is folded into the database: 64 MiB.
const CHECKPOINT_PAGES: u32 = 16_384;

/// The one connection that writes. Makes the tables of a new database.
pub(super) fn open_writer(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "cache_size", -16_000)?;
    connection.set_prepared_statement_cache_capacity(64);
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        create(&connection)?;
    }
    if version < 2 {
        add_looks(&connection)?;
    }
    if version < 3 {
        add_recent(&connection)?;
    }
    // What the last process had not moved yet is moved before anybody reads.
    let transaction = connection.unchecked_transaction()?;
    mover::move_all(&transaction)?;
    transaction.commit()?;
    if version < 4 {
        add_talks(&connection)?;
    }
    Ok(connection)
}

/// A connection that only reads, and is not held up by the one that writes.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Version 2: what each name looks like. Of users whose names look alike already, one has the look.
fn add_looks(connection: &Connection) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(
        "CREATE TABLE looks (look TEXT PRIMARY KEY, user BLOB NOT NULL) WITHOUT ROWID",
    )?;
    let mut users = transaction.prepare("SELECT uuid, name FROM users")?;
    for user in users.query_map([], accounts::user_row)? {
        accounts::add_looks(&transaction, &user?)?;
    }
    drop(users);
    transaction.pragma_update(None, "user_version", 2)?;
    transaction.commit()
}

/// Version 3: messages on their way to the table `messages`, in the order in which they were stored.
fn add_recent(connection: &Connection) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    for table in ["recent_0", "recent_1"] {
        transaction.execute_batch(&format!(
            "CREATE TABLE {table} (
                id INTEGER PRIMARY KEY, channel BLOB NOT NULL, seq INTEGER NOT NULL,
                uuid BLOB NOT NULL, sender BLOB NOT NULL, text TEXT NOT NULL,
                created_at INTEGER NOT NULL, client_uuid TEXT
            )"
        ))?;
    }
    transaction.pragma_update(None, "user_version", 3)?;
    transaction.commit()
}

/// Version 4: in which hour a private channel last had a message, 0 if it has none.
fn add_talks(connection: &Connection) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(
        "ALTER TABLE channels ADD COLUMN talked INTEGER NOT NULL DEFAULT 0;
         UPDATE channels SET talked = ifnull((
             SELECT created_at / 3600000000000 FROM messages m WHERE m.channel = channels.uuid
             ORDER BY seq DESC LIMIT 1), 0) WHERE low IS NOT NULL;
         DROP INDEX channels_by_high;
         CREATE INDEX talks_by_low ON channels (low, talked);
         CREATE INDEX talks_by_high ON channels (high, talked);",
    )?;
    transaction.pragma_update(None, "user_version", 4)?;
    transaction.commit()
}

fn create(connection: &Connection) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(TABLES)?;
    transaction.execute(
        "INSERT INTO channels (uuid) VALUES (?)",
        params![ChannelUuid::GENERAL.0.as_bytes()],
    )?;
    transaction.pragma_update(None, "user_version", 1)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use chinwag_protocol::UserUuid;

    use super::*;
    use crate::embedded::recent::Recent;
    use crate::{Creation, NewAccount, User};

    #[test]
    fn users_of_an_older_database_have_their_looks() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("chinwag.db");
        let old = Connection::open(&path).unwrap();
        create(&old).unwrap();
        let insert = "INSERT INTO users VALUES (?, ?, ?, '')";
        for (name, folded) in [("Alice", "alice"), ("AIice", "aiice")] {
            old.execute(insert, params![UserUuid::random().0.as_bytes(), name, folded]).unwrap();
        }
        drop(old);
        for _ in 0..2 {
            let db = open_writer(&path).unwrap();
            assert_eq!(&*accounts::account(&db, "aiice").unwrap().unwrap().user.name, "AIice");
            let user = User { uuid: UserUuid::random(), name: "A1ice".into() };
            let folded_name = "a1ice".to_owned();
            let new = NewAccount { user, folded_name, password_hash: String::new() };
            assert_eq!(
                accounts::create_account(&db, &Recent::default(), &new).unwrap(),
                Creation::LooksTaken
            );
        }
    }
}
