//! One consistent copy of a database that may be in use.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::data_dir::DATABASE;
use super::schema;
use crate::{Result, Unavailable};

/// Copies the store in the folder to a new file: all that was durable when this began. A server may
/// run on the folder meanwhile, and is not held up.
///
/// # Errors
/// When the folder has no store, the file is there already, or it can't be written. The file is
/// there whole or not at all.
pub fn backup(dir: &Path, file: &Path) -> Result<()> {
    let failed = |reason: String| Unavailable { action: "back the embedded store up", reason };
    let database = existing(dir).map_err(failed)?;
    if file.exists() {
        let reason = "is there already and is not overwritten";
        return Err(failed(format!("\"{}\" {reason}", file.display())));
    }
    let part = part_of(file);
    let copied = copy(&database, &part).and_then(|()| publish(&part, file));
    copied.map_err(|reason| {
        // There may be no part yet; what is left of it has no use.
        let _ = fs::remove_file(&part);
        failed(format!("\"{}\": {reason}", file.display()))
    })
}

/// The database of a server, which is made by that alone.
pub(super) fn existing(dir: &Path) -> std::result::Result<PathBuf, String> {
    let database = dir.join(DATABASE);
    if database.is_file() {
        return Ok(database);
    }
    let reason = "has no chinwag.db: set DATA_DIR to the server's";
    Err(format!("the folder \"{}\" {reason}", dir.display()))
}

/// Where the copy grows.
fn part_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn copy(database: &Path, part: &Path) -> std::result::Result<(), String> {
    let text = |error: rusqlite::Error| error.to_string();
    let from = schema::open_reader(database).map_err(text)?;
    let mut to = Connection::open(part).map_err(text)?;
    let backup = Backup::new(&from, &mut to).map_err(text)?;
    // All pages in one step are one snapshot, which no writer makes begin anew.
    match backup.step(-1).map_err(text)? {
        StepResult::Done => Ok(()),
        _ => Err("the database is locked; try again".to_owned()),
    }
}

/// Gives the whole and durable copy its name.
fn publish(part: &Path, file: &Path) -> std::result::Result<(), String> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(part)
        .and_then(|part| part.sync_all())
        // Unlike a rename, a link never takes the place of a file that came meanwhile.
        .and_then(|()| fs::hard_link(part, file))
        .and_then(|()| fs::remove_file(part))
        .and_then(|()| File::open(folder.unwrap_or(Path::new(".")))?.sync_all())
        .map_err(|error| error.to_string())
}
