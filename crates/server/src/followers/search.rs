//! The search, for requests: asks the thread that has the index.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chinwag_search::{Found, Reader, Wanted};
use chinwag_store::{Message, Store, vital};
use tokio::runtime::{Builder, Handle};
use tokio::sync::{mpsc, oneshot};

use super::indexer::Indexer;

/// How many searches and changes wait for the thread at the most.
pub(super) const JOBS: usize = 1_024;

/// Searches, and keeps its index up to date.
pub struct Search {
    jobs: mpsc::Sender<Job>,
    /// Whether the index is open, which takes a while where it is large.
    is_open: Arc<AtomicBool>,
}

/// What the thread with the index is asked for.
pub(super) enum Job {
    Find(Box<Find>, oneshot::Sender<Answer>),
    Changed(Box<Message>),
    Stop(oneshot::Sender<()>),
}

/// What to find.
pub struct Find {
    /// What is looked for.
    pub wanted: Wanted,
    /// Who searches.
    pub reader: Reader,
    /// Only hits older than the one with this `id`.
    pub before: Option<i64>,
    /// How many hits at the most.
    pub limit: usize,
}

/// What the index says.
pub struct Answer {
    /// What was found.
    pub found: Found,
    /// The fraction of all messages that it has; 1 where it is at most a second behind.
    pub ready: f64,
}

impl Search {
    /// Starts the thread. The index is the file `search.db` in the folder, or in memory without one.
    /// The store is read on this runtime.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub fn start(store: Arc<dyn Store>, folder: Option<&Path>) -> io::Result<Self> {
        let (sender, jobs) = mpsc::channel(JOBS);
        let path = folder.map(|folder| folder.join("search.db"));
        let (reads, runtime) =
            (Handle::current(), Builder::new_current_thread().enable_time().build()?);
        let is_open = Arc::<AtomicBool>::default();
        let opened = Arc::clone(&is_open);
        vital::thread("the search", move || {
            give_way();
            let indexer = Indexer::open(store, path, reads);
            opened.store(true, Ordering::Relaxed);
            runtime.block_on(indexer.run(jobs));
        })?;
        Ok(Self { jobs: sender, is_open })
    }

    /// Finds messages; `None` when the server stops.
    pub async fn find(&self, find: Find) -> Option<Answer> {
        if !self.is_open.load(Ordering::Relaxed) {
            return Some(Answer { found: Found::default(), ready: 0.0 });
        }
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job::Find(Box::new(find), answer)).await.ok()?;
        answered.await.ok()
    }

    /// Takes over a message that was edited or deleted. It waits for nothing: later searches stand behind it.
    pub fn changed(&self, message: &Message) {
        // Where there is no room, or the server stops, it is read from the store like changes of other nodes.
        let _ = self.jobs.try_send(Job::Changed(Box::new(message.clone())));
    }

    /// Closes the index.
    pub async fn stop(&self) {
        let (done, is_done) = oneshot::channel();
        if self.jobs.send(Job::Stop(done)).await.is_ok() {
            // The thread answers as its last deed.
            let _ = is_done.await;
        }
    }
}

/// Lets all other threads of the machine go first.
fn give_way() {
    // Elsewhere a priority is a process's.
    #[cfg(target_os = "linux")]
    if let Err(error) =
        rustix::process::setpriority_process(Some(rustix::thread::gettid()), PRIORITY)
    {
        tracing::debug!(%error, "failed to lower the priority of the search");
    }
}

/// Of -20 to 19, where 0 is what other threads have: it gets a tenth of a core that another one wants, too.
#[cfg(target_os = "linux")]
const PRIORITY: i32 = 10;
