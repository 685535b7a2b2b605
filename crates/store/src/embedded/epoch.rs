//! The epoch: names one history of the store. A copy gets another one.

use std::sync::Arc;

use rusqlite::{Connection, Result};
use uuid::Uuid;

const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS epoch (id INTEGER PRIMARY KEY CHECK (id = 1), epoch TEXT NOT NULL)";

/// The epoch of this database, made if there is none.
pub(super) fn open(connection: &Connection) -> Result<Arc<str>> {
    connection.execute(TABLE, ())?;
    let fresh = Uuid::new_v4().to_string();
    connection.execute("INSERT OR IGNORE INTO epoch VALUES (1, ?)", [fresh])?;
    connection.query_row("SELECT epoch FROM epoch", (), |row| row.get(0))
}

/// Gives the database a new epoch.
pub(super) fn renew(connection: &Connection) -> Result<()> {
    connection.execute(TABLE, ())?;
    let fresh = Uuid::new_v4().to_string();
    connection.execute("INSERT OR REPLACE INTO epoch VALUES (1, ?)", [fresh])?;
    Ok(())
}
