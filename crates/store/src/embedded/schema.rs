//! The tables, and how connections to them are opened.

use std::path::Path;
use std::time::Duration;

use chinwag_protocol::ChannelUuid;
use rusqlite::{Connection, OpenFlags, params};

use super::mover;

/// The version of the tables.
const VERSION: u32 = 5;

/// The version of Chinwag 0.1.0, the first that was released. What is read of it has not changed since.
const FIRST: u32 = 4;

/// UUIDs are BLOBs of 16 bytes; a private channel's users are kept in ascending order. `talked` is the
/// hour in which a private channel last had a message, 0 if it has none. `recent_0` and `recent_1`
/// hold messages on their way to `messages`, in the order in which they were stored.
const TABLES: &str = "
    CREATE TABLE users (
        uuid BLOB PRIMARY KEY, name TEXT NOT NULL, folded_name TEXT NOT NULL UNIQUE,
        password_hash TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE looks (look TEXT PRIMARY KEY, user BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE access_keys (
        user BLOB NOT NULL, digest BLOB NOT NULL, used_at INTEGER NOT NULL,
        PRIMARY KEY (user, digest)
    ) WITHOUT ROWID;
    CREATE TABLE channels (
        uuid BLOB PRIMARY KEY, low BLOB, high BLOB, talked INTEGER NOT NULL DEFAULT 0,
        UNIQUE (low, high)
    ) WITHOUT ROWID;
    CREATE INDEX talks_by_low ON channels (low, talked);
    CREATE INDEX talks_by_high ON channels (high, talked);
    CREATE TABLE messages (
        channel BLOB NOT NULL, seq INTEGER NOT NULL, uuid BLOB NOT NULL, sender BLOB NOT NULL,
        text TEXT NOT NULL, created_at INTEGER NOT NULL, client_uuid TEXT,
        PRIMARY KEY (channel, seq)
    ) WITHOUT ROWID;
    CREATE TABLE recent_0 (
        id INTEGER PRIMARY KEY, channel BLOB NOT NULL, seq INTEGER NOT NULL, uuid BLOB NOT NULL,
        sender BLOB NOT NULL, text TEXT NOT NULL, created_at INTEGER NOT NULL, client_uuid TEXT
    );
    CREATE TABLE recent_1 (
        id INTEGER PRIMARY KEY, channel BLOB NOT NULL, seq INTEGER NOT NULL, uuid BLOB NOT NULL,
        sender BLOB NOT NULL, text TEXT NOT NULL, created_at INTEGER NOT NULL, client_uuid TEXT
    );
    CREATE TABLE read_marks (
        user BLOB NOT NULL, channel BLOB NOT NULL, seq INTEGER NOT NULL,
        PRIMARY KEY (user, channel)
    ) WITHOUT ROWID;
    CREATE TABLE heartbeat (id INTEGER PRIMARY KEY CHECK (id = 1), beats INTEGER NOT NULL);
";

/// Since version 5: the messages that were sent with a `clientUUID` of late, see [`super::sent`].
const SENT: &str = "
    CREATE TABLE sent_0 (
        channel BLOB NOT NULL, sender BLOB NOT NULL, client_uuid TEXT NOT NULL, seq INTEGER NOT NULL,
        PRIMARY KEY (channel, sender, client_uuid)
    ) WITHOUT ROWID;
    CREATE TABLE sent_1 (
        channel BLOB NOT NULL, sender BLOB NOT NULL, client_uuid TEXT NOT NULL, seq INTEGER NOT NULL,
        PRIMARY KEY (channel, sender, client_uuid)
    ) WITHOUT ROWID;
    CREATE TABLE sent_filling (
        id INTEGER PRIMARY KEY CHECK (id = 1), second INTEGER NOT NULL, since INTEGER NOT NULL
    );
    INSERT INTO sent_filling VALUES (1, 0, unixepoch());
";

/// From version 4: of its index of all `clientUUID`s ever, what is not older than a day.
const FROM_4: &str = "
    INSERT INTO sent_0
        SELECT channel, sender, client_uuid, seq FROM messages
        WHERE client_uuid IS NOT NULL
            AND created_at > (SELECT max(created_at) FROM messages) - 86400000000000;
    DROP INDEX messages_by_client_uuid;
";

/// Pages in the write-ahead log before it is folded into the database: 64 MiB.
const CHECKPOINT_PAGES: u32 = 16_384;

/// The one connection that writes. Makes the tables of a new database.
pub(super) fn open_writer(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    // On macOS fsync alone leaves what is written in the disk's cache.
    if cfg!(target_os = "macos") {
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    }
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "cache_size", -16_000)?;
    connection.set_prepared_statement_cache_capacity(64);
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match version {
        0 => create(&connection)?,
        FIRST => update(&connection)?,
        VERSION => {}
        other => return Err(other_version(other)),
    }
    // What the last process had not moved yet is moved before anybody reads.
    let transaction = connection.unchecked_transaction()?;
    mover::move_all(&transaction)?;
    transaction.commit()?;
    Ok(connection)
}

/// A connection that only reads, and is not held up by the one that writes.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(64);
    match connection.pragma_query_value(None, "user_version", |row| row.get(0))? {
        FIRST..=VERSION => Ok(connection),
        other => Err(other_version(other)),
    }
}

fn other_version(found: u32) -> rusqlite::Error {
    let reason = format!(
        "it is of version {found} and this program takes {FIRST} to {VERSION}: use the Chinwag that wrote it, or a newer one"
    );
    rusqlite::Error::ToSqlConversionFailure(reason.into())
}

fn update(connection: &Connection) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(SENT)?;
    transaction.execute_batch(FROM_4)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

fn create(connection: &Connection) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(TABLES)?;
    transaction.execute_batch(SENT)?;
    transaction.execute(
        "INSERT INTO channels (uuid) VALUES (?)",
        params![ChannelUuid::GENERAL.0.as_bytes()],
    )?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}
