//! The folder of an embedded store, claimed for one process.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::{Result, Unavailable};

/// The file of the database within the folder.
pub(super) const DATABASE: &str = "chinwag.db";

/// A claimed folder; the claim ends with the process, however that ends.
pub(super) struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    pub(super) fn claim(path: &Path) -> Result<Self> {
        let failed = |reason: String| Unavailable { action: "use the data folder", reason };
        let explain = |error: std::io::Error| {
            failed(format!(
                "DATA_DIR \"{}\" must be a folder that can be written: {error}",
                path.display()
            ))
        };
        std::fs::create_dir_all(path).map_err(explain)?;
        let lock = File::create(path.join("lock")).map_err(explain)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => failed(format!(
                "DATA_DIR \"{}\" is in use by another Chinwag; several nodes share a Redis, not a folder",
                path.display()
            )),
            TryLockError::Error(error) => explain(error),
        })?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    pub(super) fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }
}
