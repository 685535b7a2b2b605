//! One consistent copy of a database that may be in use.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::data_dir::existing;
use super::{epoch, log, schema};
use crate::transfer::Part;
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
    let of_file = |reason: String| failed(format!("\"{}\": {reason}", file.display()));
    let part = Part::of(file).map_err(|error| of_file(error.to_string()))?;
    copy(&database, part.path()).map_err(of_file)?;
    part.finish().map_err(|error| of_file(error.to_string()))
}

fn copy(database: &Path, part: &Path) -> std::result::Result<(), String> {
    let text = |error: rusqlite::Error| error.to_string();
    let from = schema::open_to_copy(database).map_err(text)?;
    let mut to = Connection::open(part).map_err(text)?;
    let backup = Backup::new(&from, &mut to).map_err(text)?;
    // All pages in one step are one snapshot, which no writer makes begin anew.
    if !matches!(backup.step(-1).map_err(text)?, StepResult::Done) {
        return Err("the database is locked; try again".to_owned());
    }
    drop(backup);
    // The log of the original is none of the copy's.
    log::stamp(&to).map_err(text)?;
    // Readers of later messages have to know that the copy lacks them.
    epoch::renew(&to).map_err(text)?;
    to.close().map_err(|(_, error)| error.to_string())
}
