//! The search, for requests: asks the thread that has the index.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chinwag_search::{Found, Reader, Wanted};
use chinwag_store::{Message, Store, vital};
use tokio::runtime::{Builder, Handle};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::indexer::Indexer;

/// How many requests may wait for the index.
const JOBS: usize = 1_024;

/// How long a change waits until the index has it. A hit of its old text isn't shown in any case.
const PATIENCE: Duration = Duration::from_secs(2);

/// Searches, and keeps its index up to date.
pub struct Search {
    jobs: mpsc::Sender<Job>,
}

/// What the thread with the index is asked for.
pub(super) enum Job {
    Find(Box<Find>, oneshot::Sender<Answer>),
    Changed(Box<Message>, oneshot::Sender<()>),
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
    /// The fraction of all messages that it has; 1 once it has caught up.
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
        vital::thread("the search", move || {
            give_way();
            runtime.block_on(Indexer::open(store, path, reads).run(jobs));
        })?;
        Ok(Self { jobs: sender })
    }

    /// Finds messages; `None` when the server stops.
    pub async fn find(&self, find: Find) -> Option<Answer> {
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job::Find(Box::new(find), answer)).await.ok()?;
        answered.await.ok()
    }

    /// Takes over a message that was edited or deleted.
    pub async fn changed(&self, message: &Message) {
        let (done, is_done) = oneshot::channel();
        let change = async {
            if self.jobs.send(Job::Changed(Box::new(message.clone()), done)).await.is_ok() {
                // It fails when the server stops.
                let _ = is_done.await;
            }
        };
        if timeout(PATIENCE, change).await.is_err() {
            tracing::debug!("the search has not heard of a change in time");
        }
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
