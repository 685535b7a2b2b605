//! What reaches a core from outside: new sockets and batches of events.

use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use chinwag_store::User;
use tokio::sync::{Notify, oneshot};

use crate::batch::Batch;
use crate::interest::Interest;
use crate::limits::admission::Place;

/// How many items may wait. Senders of more wait for the core.
const CAPACITY: usize = 1_024;

/// The way to one core.
#[derive(Default)]
pub struct Mailbox {
    waiting: Mutex<Vec<Work>>,
    filled: Notify,
    emptied: Condvar,
    connections: AtomicUsize,
    /// What the core may have to hear of.
    pub interest: Interest,
}

/// Something for a core to do.
pub enum Work {
    /// Serve a new client.
    Socket(TcpStream, SocketAddr, Place),
    /// Deliver events.
    Batch(Arc<Batch>),
    /// Send a frame to every signed-in session that keeps up.
    Everybody(Bytes),
    /// List the sessions.
    Sessions(oneshot::Sender<Vec<SignedIn>>),
    /// End this connection: its user has too many.
    Leave(u64),
    /// Close all connections and end.
    Stop,
    /// The last socket is closed: see whether it is time to end.
    Look,
}

impl Work {
    /// The events to deliver, if it is that.
    pub fn batch(&self) -> Option<&Batch> {
        match self {
            Self::Batch(batch) => Some(batch),
            _ => None,
        }
    }
}

/// A session of a core.
pub struct SignedIn {
    /// Whose it is.
    pub user: User,
    /// The client's address.
    pub address: IpAddr,
    /// When it began, in seconds of the node's clock.
    pub since: u32,
}

impl Mailbox {
    /// Hands work over; blocks while the core has too much of it.
    pub fn put(&self, work: Work) {
        if matches!(work, Work::Socket(..)) {
            self.connections.fetch_add(1, Ordering::Relaxed);
        }
        let mut waiting = self
            .emptied
            .wait_while(self.lock(), |waiting| waiting.len() >= CAPACITY)
            .unwrap_or_else(PoisonError::into_inner);
        waiting.push(work);
        self.notify(waiting);
    }

    fn notify(&self, waiting: MutexGuard<'_, Vec<Work>>) {
        let first = waiting.len() == 1;
        drop(waiting);
        if first {
            self.filled.notify_one();
        }
    }

    /// Waits for work and takes all of it.
    pub async fn take(&self) -> Vec<Work> {
        loop {
            let work = std::mem::take(&mut *self.lock());
            if !work.is_empty() {
                if work.len() >= CAPACITY {
                    self.emptied.notify_all();
                }
                return work;
            }
            self.filled.notified().await;
        }
    }

    /// Asks for the end of a connection. Called by cores, which must not wait for each other; each
    /// sign-in beyond a user's bound brings one at most.
    pub fn leave(&self, connection: u64) {
        let mut waiting = self.lock();
        waiting.push(Work::Leave(connection));
        self.notify(waiting);
    }

    /// How many sockets the core serves.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Notes that a socket is closed.
    pub fn connection_ended(&self) {
        if self.connections.fetch_sub(1, Ordering::Relaxed) == 1 {
            // The core itself may be calling, so this must not wait for it.
            let mut waiting = self.lock();
            waiting.push(Work::Look);
            self.notify(waiting);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Work>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
