//! The folder of an embedded store, claimed for one process and readable for its owner alone.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rustix::fs::statvfs;

use super::{epoch, log, schema};
use crate::{Result, Space, Unavailable};

/// The file of the database within the folder.
const DATABASE: &str = "chinwag.db";

/// The file whose lock claims the folder. It holds the id that [`log`] checks.
const LOCK: &str = "lock";

/// A claimed folder; the claim ends with the process, however that ends.
pub(super) struct DataDir {
    path: PathBuf,
    lock: File,
}

impl DataDir {
    pub(super) fn claim(path: &Path) -> Result<Self> {
        let failed = |reason: String| Unavailable { action: "use the data folder", reason };
        let explain = |error: io::Error| {
            failed(format!(
                "DATA_DIR \"{}\" must be a folder that can be written: {error}",
                path.display()
            ))
        };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(explain)?;
        let lock = private_file(&path.join(LOCK)).map_err(explain)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => failed(format!(
                "DATA_DIR \"{}\" is in use by another Chinwag; several nodes share a Redis, not a folder",
                path.display()
            )),
            TryLockError::Error(error) => explain(error),
        })?;
        Ok(Self { path: path.to_owned(), lock })
    }

    /// Opens the database for writing, made if there is none, and brought to the present schema.
    pub(super) fn open_writer(&mut self, action: &'static str) -> Result<Connection> {
        let database = self.database();
        let failed = |reason: String| Unavailable {
            action,
            reason: format!("{}: {reason}", database.display()),
        };
        // Made here, since SQLite gives a new file the umask's mode. Its log gets the file's own.
        let file = private_file(&database).map_err(|error| failed(error.to_string()))?;
        warn_if_readable(&database, &file);
        drop(file);
        log::check(&database, &mut self.lock).map_err(failed)?;
        let text = |error: rusqlite::Error| failed(error.to_string());
        let is_tied = log::is_tied(&database, &mut self.lock);
        let connection = schema::open_writer(&database).map_err(text)?;
        // Another file than before may lack what clients have seen.
        let renewed = if is_tied { Ok(()) } else { epoch::renew(&connection) };
        if let Err(error) = renewed.and_then(|()| log::tie(&connection, &mut self.lock)) {
            // A full disk is no reason not to show what is there.
            tracing::warn!(%error, "failed to tie the log to its database");
        }
        Ok(connection)
    }

    /// The space of the disk with the database, which may be a link to another disk.
    pub(super) fn space(&self) -> Result<Space> {
        let disk = statvfs(self.database()).map_err(|error| Unavailable {
            action: "read how much of the disk is free",
            reason: error.to_string(),
        })?;
        let (free, size) = (disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize);
        Ok(Space::Disk { free, size })
    }

    pub(super) fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }
}

/// The database in the folder of a server, which alone makes it. Not to be asked by the server itself,
/// since closing a file ends all locks that the process has on it.
pub(super) fn existing(dir: &Path) -> std::result::Result<PathBuf, String> {
    let database = dir.join(DATABASE);
    if !database.is_file() {
        let reason = "has no chinwag.db: set DATA_DIR to the server's";
        return Err(format!("the folder \"{}\" {reason}", dir.display()));
    }
    if let Ok(mut lock) = File::open(dir.join(LOCK)) {
        log::check(&database, &mut lock)?;
    }
    Ok(database)
}

/// Opens a file for reading and writing; a new one can be used by its owner alone.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// A file of an earlier version may be readable for everybody. Its owner may want that.
fn warn_if_readable(path: &Path, file: &File) {
    if file.metadata().is_ok_and(|file| file.mode() & 0o007 != 0) {
        tracing::warn!(
            "every user of this machine can read {}: run chmod o= on it",
            path.display()
        );
    }
}
