//! The tables, and how connections to them are opened.

use std::path::Path;
use std::time::Duration;

use chinwag_protocol::ChannelUuid;
use rusqlite::{Connection, OpenFlags};

use super::statements::channels::{self, Stored};
use super::{migration, mover};

/// The version of the tables.
pub(super) const VERSION: u32 = 15;

/// The tables about users as they were in version 4. UUIDs are BLOBs of 16 bytes.
const USERS: &str = "
    CREATE TABLE users (
        uuid BLOB PRIMARY KEY, name TEXT NOT NULL, folded_name TEXT NOT NULL UNIQUE,
        password_hash TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE looks (look TEXT PRIMARY KEY, user BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE access_keys (
        user BLOB NOT NULL, digest BLOB NOT NULL, used_at INTEGER NOT NULL,
        PRIMARY KEY (user, digest)
    ) WITHOUT ROWID;
    CREATE TABLE heartbeat (id INTEGER PRIMARY KEY CHECK (id = 1), beats INTEGER NOT NULL);
";

/// What the tables about users have more since version 4. A `role` is 0 for a member, 1 for an admin. A report holds
/// the message as it was, as JSON; its `at` is in seconds.
pub(super) const USERS_SINCE_4: &str = "
    ALTER TABLE users ADD COLUMN role INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE users ADD COLUMN deactivated_at INTEGER;
    ALTER TABLE access_keys ADD COLUMN device TEXT NOT NULL DEFAULT '';
    CREATE TABLE links (
        digest BLOB PRIMARY KEY, link TEXT NOT NULL, uses INTEGER NOT NULL, expires_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX standings ON users (uuid) WHERE role > 0 OR deactivated_at IS NOT NULL;
    CREATE TABLE blocks (user BLOB NOT NULL, blocked BLOB NOT NULL, PRIMARY KEY (user, blocked)) WITHOUT ROWID;
    CREATE TABLE reports (
        place INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE, user BLOB NOT NULL,
        channel BLOB NOT NULL, message TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL
    );
    CREATE TABLE deletions (
        user BLOB PRIMARY KEY, since INTEGER NOT NULL, until INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX reports_by_time ON reports (at);
";

/// The tables about channels and messages. Times are nanoseconds since 1970.
///
/// A channel's `kind` is 0 for General, 1 for direct, 2 for a group, 3 for a named channel. It gets its
/// `number` with its first message, and a message's `id` is `number << 40 | seq`. A direct channel's
/// two users stand in `directs` in ascending order, with the hour of their last message (`talked`), 0 if
/// there is none. `channel_names` holds the names of public channels as they are compared, `groups` the
/// UUIDs of a group's users in ascending order, `created` the `clientUUID`s of new channels. Members of
/// groups and named channels have their `folded_name`, by which they are listed.
///
/// A message that changed has the `rev` of its last change, a reply the `Seq` that it answers (`reply_to`),
/// and with the first message of its chain that one's `Seq` (`root`). `reactions` stand in the order in
/// which they came, counted in `reaction_counts`, where `first` is the place of an emoji's first one.
///
/// A message has the UUIDs of those whom it mentions by name (`mentions`), one behind the other, and whether it
/// mentions all members (`mention_all`). Mentions are counted by rows above the read mark: in `mentions_of_all` one
/// of a message that mentions all, in `mentions` those of any other that mentions or answers somebody, one for each
/// such user, who is a member. `activity` has the last 500 things that concern a user, see
/// [`super::statements::mentions`]. `notify` has what users have chosen for all notifications, as JSON.
///
/// `subscriptions` are those to web push, in the order in which they were registered, with the access key by whose end
/// they end. `hooks` have the digest of their secret and who made them, nobody for the command line; what one has written
/// has its name in `written_as`. `push_key` is the private key that names the server to push services.
///
/// A message has its files as JSON. A file's `state` is 0 while it is uploaded, 1 once it is complete, 2 in a message, whose
/// `id` is `message`, and 3 once it has ended; `at` is the second of its last change, `digest` that of the access key
/// with which its upload was begun. `file_keys` has the digests of the
/// secrets with which browsers read files, each with the access key by whose end it ends.
///
/// `recent_0` and `recent_1` hold messages on their way to `messages`, in the order in
/// which they were stored. `sent_0` and `sent_1` hold the `clientUUID`s of late, see [`super::sent`].
pub(super) const TABLES: &str = "
    CREATE TABLE channels (
        uuid BLOB PRIMARY KEY, number INTEGER UNIQUE, kind INTEGER NOT NULL,
        private INTEGER NOT NULL DEFAULT 0, name TEXT NOT NULL DEFAULT '', folded_name TEXT,
        topic TEXT NOT NULL DEFAULT '', owners_post INTEGER NOT NULL DEFAULT 0,
        archived INTEGER NOT NULL DEFAULT 0, users_total INTEGER NOT NULL DEFAULT 0,
        made_at INTEGER NOT NULL DEFAULT 0, rev INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX public_channels ON channels (archived, folded_name) WHERE kind = 3 AND NOT private;
    CREATE TABLE channel_names (name TEXT PRIMARY KEY, channel BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE groups (people BLOB PRIMARY KEY, channel BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE created (
        user BLOB NOT NULL, client_uuid TEXT NOT NULL, channel BLOB NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (user, client_uuid)
    ) WITHOUT ROWID;
    CREATE TABLE directs (
        low BLOB NOT NULL, high BLOB NOT NULL, channel BLOB NOT NULL,
        talked INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (low, high)
    ) WITHOUT ROWID;
    CREATE INDEX talks_by_low ON directs (low, talked);
    CREATE INDEX talks_by_high ON directs (high, talked);
    CREATE TABLE members (
        user BLOB NOT NULL, channel BLOB NOT NULL, read_seq INTEGER NOT NULL DEFAULT 0,
        owner INTEGER NOT NULL DEFAULT 0, since INTEGER NOT NULL DEFAULT 0, folded_name TEXT,
        level INTEGER NOT NULL, muted_until INTEGER, pinned INTEGER NOT NULL DEFAULT 0,
        section TEXT NOT NULL DEFAULT '',
        unread_from INTEGER, PRIMARY KEY (user, channel)
    ) WITHOUT ROWID;
    CREATE INDEX members_by_name ON members (channel, folded_name) WHERE folded_name IS NOT NULL;
    CREATE INDEX owners ON members (channel) WHERE owner;
    CREATE INDEX told_of_all ON members (channel) WHERE level = 0;
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY, uuid BLOB NOT NULL, sender BLOB NOT NULL, text TEXT NOT NULL,
        created_at INTEGER NOT NULL, client_uuid TEXT, reply_to INTEGER, root INTEGER, rev INTEGER,
        edited_at INTEGER, deleted_at INTEGER, pinned_at INTEGER, replies INTEGER,
        mentions BLOB, mention_all INTEGER, files TEXT, written_as TEXT
    );
    CREATE INDEX changed ON messages (id >> 40, rev) WHERE rev IS NOT NULL;
    CREATE INDEX threads ON messages (id >> 40, root) WHERE root IS NOT NULL;
    CREATE INDEX pinned ON messages (id >> 40) WHERE pinned_at IS NOT NULL;
    CREATE INDEX with_files ON messages (id >> 40) WHERE files IS NOT NULL;
    CREATE TABLE files (
        uuid BLOB PRIMARY KEY, state INTEGER NOT NULL, user BLOB NOT NULL, session BLOB NOT NULL,
        channel BLOB NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, received INTEGER NOT NULL,
        width INTEGER, height INTEGER, kind TEXT NOT NULL DEFAULT '', preview INTEGER NOT NULL DEFAULT 0,
        token BLOB NOT NULL, digest BLOB, client_uuid TEXT, at INTEGER NOT NULL, message INTEGER
    ) WITHOUT ROWID;
    CREATE INDEX files_by_user ON files (user, state, size);
    CREATE INDEX files_by_message ON files (message) WHERE message IS NOT NULL;
    CREATE INDEX files_to_end ON files (state, at) WHERE state <> 2;
    CREATE TABLE file_keys (
        user BLOB NOT NULL, digest BLOB NOT NULL, secret BLOB NOT NULL, PRIMARY KEY (user, digest)
    ) WITHOUT ROWID;
    CREATE TABLE reactions (
        place INTEGER PRIMARY KEY, message INTEGER NOT NULL, emoji TEXT NOT NULL, user BLOB NOT NULL,
        UNIQUE (message, emoji, user)
    );
    CREATE INDEX reactions_by_emoji ON reactions (message, emoji);
    CREATE TABLE reaction_counts (
        message INTEGER NOT NULL, emoji TEXT NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (message, emoji)
    ) WITHOUT ROWID;
    CREATE TABLE mentions (user BLOB NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (user, id)) WITHOUT ROWID;
    CREATE TABLE mentions_of_all (id INTEGER PRIMARY KEY);
    CREATE TABLE activity (
        user BLOB NOT NULL, place INTEGER NOT NULL, kind INTEGER NOT NULL, message INTEGER NOT NULL,
        emoji TEXT NOT NULL, who BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (user, place)
    ) WITHOUT ROWID;
    CREATE INDEX activity_by_message ON activity (message);
    CREATE TABLE notify (user BLOB PRIMARY KEY, settings TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE push_key (id INTEGER PRIMARY KEY CHECK (id = 1), private BLOB NOT NULL);
    CREATE TABLE subscriptions (
        place INTEGER PRIMARY KEY, endpoint TEXT NOT NULL UNIQUE, user BLOB NOT NULL, digest BLOB NOT NULL,
        p256dh BLOB NOT NULL, auth BLOB NOT NULL
    );
    CREATE INDEX subscriptions_by_user ON subscriptions (user, place);
    CREATE TRIGGER key_ended AFTER DELETE ON access_keys BEGIN
        DELETE FROM subscriptions WHERE user = old.user AND digest = old.digest;
        DELETE FROM file_keys WHERE user = old.user AND digest = old.digest;
    END;
    CREATE TABLE hooks (
        uuid BLOB PRIMARY KEY, secret BLOB NOT NULL, channel BLOB NOT NULL, name TEXT NOT NULL, bot BLOB NOT NULL,
        made_at INTEGER NOT NULL, made_by BLOB
    ) WITHOUT ROWID;
    CREATE INDEX hooks_by_channel ON hooks (channel);
    CREATE INDEX hooks_by_bot ON hooks (bot);
    CREATE TABLE recent_0 (
        place INTEGER PRIMARY KEY, id INTEGER NOT NULL, uuid BLOB NOT NULL, sender BLOB NOT NULL,
        text TEXT NOT NULL, created_at INTEGER NOT NULL, client_uuid TEXT, reply_to INTEGER, root INTEGER,
        mentions BLOB, mention_all INTEGER, files TEXT, written_as TEXT
    );
    CREATE TABLE recent_1 (
        place INTEGER PRIMARY KEY, id INTEGER NOT NULL, uuid BLOB NOT NULL, sender BLOB NOT NULL,
        text TEXT NOT NULL, created_at INTEGER NOT NULL, client_uuid TEXT, reply_to INTEGER, root INTEGER,
        mentions BLOB, mention_all INTEGER, files TEXT, written_as TEXT
    );
    CREATE TABLE sent_0 (
        number INTEGER NOT NULL, sender BLOB NOT NULL, client_uuid TEXT NOT NULL, id INTEGER NOT NULL,
        PRIMARY KEY (number, sender, client_uuid)
    ) WITHOUT ROWID;
    CREATE TABLE sent_1 (
        number INTEGER NOT NULL, sender BLOB NOT NULL, client_uuid TEXT NOT NULL, id INTEGER NOT NULL,
        PRIMARY KEY (number, sender, client_uuid)
    ) WITHOUT ROWID;
    CREATE TABLE sent_filling (
        id INTEGER PRIMARY KEY CHECK (id = 1), second INTEGER NOT NULL, since INTEGER NOT NULL
    );
    INSERT INTO sent_filling VALUES (1, 0, unixepoch());
    CREATE VIEW history AS
        SELECT CASE c.kind WHEN 0 THEN 'General' ELSE lower(hex(c.uuid)) END AS channel,
            m.id & 0xffffffffff AS seq, u.name AS sender, m.text AS text,
            strftime('%Y-%m-%dT%H:%M:%SZ', m.created_at / 1000000000, 'unixepoch') AS created_at
        FROM (SELECT id, sender, text, created_at FROM messages
              UNION ALL SELECT id, sender, text, created_at FROM recent_0
              UNION ALL SELECT id, sender, text, created_at FROM recent_1) m
            JOIN channels c ON c.number = m.id >> 40 JOIN users u ON u.uuid = m.sender;
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
    // What is deleted is overwritten, so that no file holds it.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match version {
        0 => create(&connection)?,
        migration::FROM => migration::run(&connection)?,
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
    open_read_only(path, VERSION)
}

/// A connection to copy a database, which may be one of 0.1.0.
pub(super) fn open_to_copy(path: &Path) -> rusqlite::Result<Connection> {
    open_read_only(path, migration::FROM)
}

fn open_read_only(path: &Path, oldest: u32) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(64);
    match connection.pragma_query_value(None, "user_version", |row| row.get(0))? {
        version if version == oldest || version == VERSION => Ok(connection),
        other => Err(other_version(other)),
    }
}

fn other_version(found: u32) -> rusqlite::Error {
    let advice = match found {
        migration::FROM => "start the server on it once, which brings it up to date",
        0..VERSION => "no released Chinwag wrote it",
        _ => "use the Chinwag that wrote it, or a newer one",
    };
    let reason =
        format!("its tables are of version {found} and this program takes {VERSION}: {advice}");
    rusqlite::Error::ToSqlConversionFailure(reason.into())
}

fn create(connection: &Connection) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(USERS)?;
    transaction.execute_batch(USERS_SINCE_4)?;
    transaction.execute_batch(TABLES)?;
    channels::insert(&transaction, ChannelUuid::GENERAL, Stored::General)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// Writes something, to see whether the disk takes it.
pub(super) fn touch(db: &Connection) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO heartbeat VALUES (1, 1) ON CONFLICT DO UPDATE SET beats = beats + 1",
    )?
    .execute([])?;
    Ok(())
}
