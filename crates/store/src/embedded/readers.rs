//! The threads that read the database, so that no reader holds up a socket.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::schema;
use crate::{Result, Unavailable};

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// Two, since one long read must not hold up the short ones.
const THREADS: usize = 2;

/// How many reads may wait.
const QUEUE: usize = 16_384;

/// Hands reads to the reading threads, which end when this is dropped.
pub(super) struct Readers {
    jobs: SyncSender<Job>,
}

impl Readers {
    pub(super) fn start(path: &Path) -> rusqlite::Result<Self> {
        let (jobs, waiting) = sync_channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..THREADS {
            let connection = schema::open_reader(path)?;
            let waiting = Arc::clone(&waiting);
            thread::spawn(move || serve(&connection, &waiting));
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
        let job = Box::new(move |connection: &Connection| {
            // Whoever asked may have gone; then nobody wants the answer.
            let _ = answer.send(query(connection));
        });
        let overloaded = "too many reads wait";
        self.jobs
            .try_send(job)
            .map_err(|_| Unavailable { action, reason: overloaded.to_owned() })?;
        match answered.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(Unavailable { action, reason: error.to_string() }),
            Err(_) => Err(Unavailable { action, reason: "the read was given up".to_owned() }),
        }
    }
}

fn serve(connection: &Connection, waiting: &Mutex<Receiver<Job>>) {
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        job(connection);
    }
}
