//! The threads that read the database, so that no reader holds up a socket.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::{Result, Unavailable, vital};

enum Job {
    Read(Box<dyn FnOnce(&Connection) + Send>),
    /// Ends the thread that gets it, and answers when its connection is closed.
    Stop(oneshot::Sender<()>),
}

/// Two, since one long read must not hold up the short ones.
pub(super) const THREADS: usize = 2;

/// How many reads may wait.
const QUEUE: usize = 16_384;

/// Hands reads to the reading threads, which end when this is dropped.
pub(super) struct Readers {
    jobs: SyncSender<Job>,
}

impl Readers {
    /// A thread for each connection.
    pub(super) fn start(connections: [Connection; THREADS]) -> io::Result<Self> {
        let (jobs, waiting) = sync_channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        for connection in connections {
            let waiting = Arc::clone(&waiting);
            vital::thread("a reader", move || serve(connection, &waiting))?;
        }
        Ok(Self { jobs })
    }

    /// Runs a read on one of the threads.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        action: &'static str,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let job = Job::Read(Box::new(move |connection| {
            // The asker may have gone; then nobody wants the answer.
            let _ = answer.send(query(connection));
        }));
        self.jobs.try_send(job).map_err(|refused| {
            let reason = match refused {
                TrySendError::Full(_) => "too many reads wait",
                TrySendError::Disconnected(_) => "the store is closed",
            };
            Unavailable { action, reason: reason.to_owned() }
        })?;
        match answered.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(Unavailable { action, reason: error.to_string() }),
            Err(_) => Err(Unavailable { action, reason: "the read was given up".to_owned() }),
        }
    }

    /// Returns when all waiting reads are done and the connections are closed. Blocks for as long
    /// as the queue is full.
    pub(super) async fn stop(&self) {
        for _ in 0..THREADS {
            let (answer, stopped) = oneshot::channel();
            // Fails only after an earlier stop.
            if self.jobs.send(Job::Stop(answer)).is_ok() {
                let _ = stopped.await;
            }
        }
    }
}

fn serve(connection: Connection, waiting: &Mutex<Receiver<Job>>) {
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(Job::Read(read)) => read(&connection),
            Ok(Job::Stop(stopped)) => {
                drop(connection);
                // The asker may have gone.
                let _ = stopped.send(());
                return;
            }
            Err(_) => return,
        }
    }
}
