//! A thread with a runtime beside the cores, for work that must not hold up the chat.

use std::future::Future;
use std::io;

use chinwag_store::vital;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Runs tasks on its thread, as long as it is kept.
pub struct Side {
    handle: Handle,
    _end: oneshot::Sender<()>,
}

impl Side {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel();
        vital::thread("side", move || {
            // Nothing is sent: the other end is dropped.
            let _ = runtime.block_on(ended);
        })?;
        Ok(Self { handle, _end: end })
    }

    /// Runs a task there.
    pub fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.handle.spawn(task)
    }
}
