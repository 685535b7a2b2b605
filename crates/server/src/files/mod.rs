//! Files: their bytes, on threads of their own, and HTTP to upload and read them.

mod cookie;
mod download;
pub mod http;
mod sweep;
mod upload;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use chinwag_files::{Error, Folder, Home};
use chinwag_protocol::incoming::NewMessage;
use chinwag_protocol::outgoing::FileLimits;
use chinwag_store::Store;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Notify, Semaphore};

use crate::config::Config;

/// How many bytes a piece has at most, so that every proxy takes it.
pub const PIECE: usize = 768 * 1024;

/// How many threads wait for the disk.
const THREADS: usize = 8;

/// How many pieces may be on their way in at once.
const PIECES: usize = 128;

/// Takes and gives files.
pub struct Files {
    home: Arc<dyn Home>,
    store: Arc<dyn Store>,
    /// How many bytes a file, the files of a user and all files have at most.
    size: u64,
    quota: u64,
    space: Option<u64>,
    pieces: Semaphore,
    ended: Notify,
    /// `None` only while it is dropped.
    threads: Option<Runtime>,
}

impl Files {
    /// Opens the home of files; `None` if files are off.
    ///
    /// # Errors
    /// When the folder can't be used.
    pub fn open(config: &Config, store: &Arc<dyn Store>) -> anyhow::Result<Option<Arc<Self>>> {
        let (Some(folder), Some(size)) = (&config.files, config.file_size) else { return Ok(None) };
        let home = open_folder(folder)?;
        let threads = Builder::new_current_thread()
            .max_blocking_threads(THREADS)
            .thread_name("files")
            .build()?;
        Ok(Some(Arc::new(Self {
            home,
            store: Arc::clone(store),
            size,
            quota: config.file_quota.unwrap_or(u64::MAX >> 11),
            space: config.file_space,
            pieces: Semaphore::new(PIECES),
            ended: Notify::new(),
            threads: Some(threads),
        })))
    }

    /// What clients are told of it.
    pub fn limits(&self) -> FileLimits {
        FileLimits {
            size: self.size,
            piece: PIECE as u64,
            per_message: NewMessage::MAX_FILES as u64,
        }
    }

    /// How many bytes the files of a user have at most.
    pub fn quota(&self) -> u64 {
        self.quota
    }

    /// How many bytes all files have at most.
    pub fn space(&self) -> Option<u64> {
        self.space
    }

    /// Whether the disk takes so many bytes more and keeps a tenth of it free.
    pub async fn has_room(&self, size: u64) -> bool {
        let space = self.at_home(|home| home.space()).await;
        let fits =
            |space: chinwag_files::Space| space.free.saturating_sub(size) >= space.total / 10;
        space.is_ok_and(|space| space.is_none_or(fits))
    }

    /// Deletes the bytes of files that have ended, soon.
    pub fn wake(&self) {
        self.ended.notify_one();
    }

    /// Asks the home on a thread that may wait for it.
    async fn at_home<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn Home) -> chinwag_files::Result<T> + Send + 'static,
    ) -> chinwag_files::Result<T> {
        let home = Arc::clone(&self.home);
        let Some(threads) = &self.threads else { return Err(Error::NotFound) };
        let asked = threads.spawn_blocking(move || ask(&*home)).await;
        asked.unwrap_or_else(|error| Err(Error::Io(std::io::Error::other(error))))
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

fn open_folder(folder: &Path) -> anyhow::Result<Arc<dyn Home>> {
    let home = Folder::open(folder);
    let home = home.with_context(|| {
        format!("failed to open the folder {} for files (FILES)", folder.display())
    });
    Ok(Arc::new(home?))
}
