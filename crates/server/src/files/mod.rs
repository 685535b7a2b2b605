//! Files: their bytes and the HTTP for them, on threads of their own, which give way to the chat.

mod compare;
mod cookie;
mod download;
mod home;
pub mod http;
mod places;
mod serve;
mod sweep;
mod upload;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chinwag_files::{Error, Home};
use chinwag_protocol::incoming::NewMessage;
use chinwag_protocol::outgoing::FileLimits;
use chinwag_store::{Store, vital};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot::{self, Sender};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;

use crate::config::Config;

pub use home::open as open_home;
use places::Places;
pub use serve::{http_builder, is_path, is_wanted, note_moves};

/// How many bytes a piece has at most, so that every proxy takes it.
pub const PIECE: usize = 768 * 1024;

/// How often a transfer that takes longer looks whether it may go on.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How many threads wait for the disk or the bucket.
const THREADS: usize = 8;

/// How many sockets may be open for files.
const SOCKETS: usize = 1_024;

/// Takes and gives files.
pub struct Files {
    home: Arc<dyn Home>,
    store: Arc<dyn Store>,
    /// How many bytes a file, the files of a user and all files have at most.
    size: u64,
    quota: u64,
    space: Option<u64>,
    pieces: Places,
    sockets: Semaphore,
    /// A message waits for what the disk has to write before it: that is one piece at the most.
    writes: Semaphore,
    ended: Notify,
    threads: Handle,
    /// The threads end when it is dropped.
    _running: Sender<()>,
}

impl Files {
    /// Opens the home of files; `None` if files are off.
    ///
    /// # Errors
    /// When the home can't be used.
    pub async fn open(
        config: &Config,
        store: &Arc<dyn Store>,
    ) -> anyhow::Result<Option<Arc<Self>>> {
        let (Some(home), Some(size)) = (&config.files, config.file_size) else { return Ok(None) };
        let (threads, running) = start()?;
        let address = home.clone();
        let opened = threads.spawn_blocking(move || open_home(&address)).await??;
        home::refuse_served(home, config)?;
        let writes = if home::is_bucket(home) { THREADS } else { 1 };
        Ok(Some(Arc::new(Self {
            home: opened,
            store: Arc::clone(store),
            size,
            quota: config.file_quota.unwrap_or(u64::MAX >> 11),
            space: config.file_space,
            pieces: Places::default(),
            sockets: Semaphore::new(SOCKETS),
            writes: Semaphore::new(writes),
            ended: Notify::new(),
            threads,
            _running: running,
        })))
    }

    /// The limits that clients learn.
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

    /// Runs a task on the thread for the HTTP of files.
    pub fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.threads.spawn(task)
    }

    /// Writes to the home when it is its turn.
    async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&dyn Home) -> chinwag_files::Result<T> + Send + 'static,
    ) -> chinwag_files::Result<T> {
        let _turn = self.writes.acquire().await;
        self.at_home(write).await
    }

    /// Asks the home on a thread that may wait for it.
    async fn at_home<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn Home) -> chinwag_files::Result<T> + Send + 'static,
    ) -> chinwag_files::Result<T> {
        let home = Arc::clone(&self.home);
        let asked = self.threads.spawn_blocking(move || ask(&*home)).await;
        asked.unwrap_or_else(|error| Err(Error::Io(std::io::Error::other(error))))
    }
}

/// Starts the thread for HTTP, and those that wait for the home as they are needed. They end when the sender is dropped.
fn start() -> std::io::Result<(Handle, Sender<()>)> {
    let runtime = Builder::new_current_thread()
        .max_blocking_threads(THREADS)
        .thread_name("files-home")
        .on_thread_start(give_way)
        .enable_all()
        .build()?;
    let handle = runtime.handle().clone();
    let (running, ended) = oneshot::channel::<()>();
    vital::thread("files", move || {
        give_way();
        // An error is how it ends.
        let _ = runtime.block_on(ended);
        runtime.shutdown_background();
    })?;
    Ok((handle, running))
}

/// Lowers the priority of this thread, so that hundreds of uploads don't make the chat wait. Elsewhere than on Linux it
/// would be the whole process's.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(10) {
        tracing::debug!(%error, "the threads for files keep their priority");
    }
}
