//! A large store of 0.1.0 is brought up to date, however often that is cut off.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use chinwag_store::embedded::EmbeddedStore;
use rusqlite::Connection;
use tempfile::TempDir;

/// The variables that name the folder, for the process that opens it, and another number of messages.
const DIR: &str = "UPGRADE_DIR";
const MESSAGES: &str = "UPGRADE_MESSAGES";

/// How many messages General has: enough for `SQLite` to write them to its log before the end.
const ENOUGH: u64 = 300_000;

/// Fills General of a store that 0.1.0 left.
fn large_store(dir: &Path, messages: u64) {
    let db = Connection::open(dir.join("chinwag.db")).unwrap();
    db.pragma_update(None, "journal_mode", "wal").unwrap();
    db.execute_batch(include_str!("released/chinwag-0.1.0.sql")).unwrap();
    db.execute_batch("DELETE FROM recent_0; DELETE FROM recent_1;").unwrap();
    db.execute(
        "INSERT INTO messages
             WITH RECURSIVE n (seq) AS (SELECT 2 UNION ALL SELECT seq + 1 FROM n WHERE seq < ?)
             SELECT x'00000000000000000000000000000000', seq, randomblob(16),
                 x'aaaaaaaa000040008000000000000001', 'this is message number ' || seq || ', as long as most',
                 1782000000000000000 + seq * 1000000000, 'client-' || seq FROM n",
        [messages.cast_signed()],
    )
    .unwrap();
}

/// What the messages are, whichever tables they stand in.
fn fingerprint(database: &Path) -> (u32, u64, String) {
    let db = Connection::open(database).unwrap();
    let version = version_of(&db);
    let (seq, general) = match version {
        4 => ("seq", "channel = x'00000000000000000000000000000000'"),
        _ => ("(id & 0xffffffffff)", "id >> 40 = (SELECT number FROM channels WHERE kind = 0)"),
    };
    let query = format!(
        "SELECT count(*), hex(sum({seq} * length(text) + {seq})) || group_concat(hex(substr(uuid, 1, 1)), '')
         FROM (SELECT * FROM messages WHERE {general} ORDER BY {seq})"
    );
    let row = |row: &rusqlite::Row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?));
    let (count, sum) = db.query_row(&query, [], row).unwrap();
    (version, count, sum)
}

fn version_of(db: &Connection) -> u32 {
    db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

fn opening(dir: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "upgrade::opens_the_store", "--ignored"]).env(DIR, dir);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn a_large_store_survives_an_upgrade_that_is_cut_off() {
    let dir = TempDir::new().unwrap();
    let messages = std::env::var(MESSAGES).ok().and_then(|number| number.parse().ok());
    let messages = messages.unwrap_or(ENOUGH);
    large_store(dir.path(), messages);
    let database = dir.path().join("chinwag.db");
    let (_, count, before) = fingerprint(&database);
    assert_eq!(count, messages);
    let log: PathBuf = dir.path().join("chinwag.db-wal");
    // Killed when it has written so much: between the first messages and the last.
    for written in [100_000, 2_000_000] {
        let mut upgrade = opening(dir.path());
        let length = || fs::metadata(&log).map_or(0, |log| log.len());
        while length() < written {
            assert!(upgrade.try_wait().unwrap().is_none(), "it ended before {written}");
        }
        upgrade.kill().unwrap();
        upgrade.wait().unwrap();
        let (version, count, after) = fingerprint(&database);
        assert_eq!((version, count), (4, messages));
        assert!(after == before);
    }
    assert!(opening(dir.path()).wait().unwrap().success());
    let (version, count, after) = fingerprint(&database);
    let new = TempDir::new().unwrap();
    assert!(opening(new.path()).wait().unwrap().success());
    let newest = version_of(&Connection::open(new.path().join("chinwag.db")).unwrap());
    assert_eq!((version, count), (newest, messages));
    assert!(after == before);
}

#[tokio::test]
#[ignore = "it is run by the other, in a process of its own"]
async fn opens_the_store() {
    use chinwag_store::Store;

    let dir = PathBuf::from(std::env::var_os(DIR).unwrap());
    EmbeddedStore::open(&dir, Box::new(|_| ())).unwrap().close().await;
}
