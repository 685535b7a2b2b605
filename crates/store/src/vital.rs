//! Threads and tasks without which the server is of no use: one that panics ends the process.
//!
//! A server that lost one would look alive and answer nobody. A supervisor starts it again, and what
//! was acknowledged is durable.

use std::io;
use std::process::abort;
use std::thread::{self, JoinHandle};

use tokio::task;

/// Ends the process when it is dropped by a panic.
struct Guard(String);

impl Drop for Guard {
    fn drop(&mut self) {
        if thread::panicking() {
            end(&self.0);
        }
    }
}

/// Starts a thread that may return when it is asked to, and must not panic.
///
/// # Errors
/// When the system has no thread left.
pub fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    let guard = Guard(name.to_owned());
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        let _guard = guard;
        work();
    })
}

/// Starts a task that may be aborted, or return when it is asked to, and must not panic.
pub fn task(name: &str, work: impl Future<Output = ()> + Send + 'static) -> task::JoinHandle<()> {
    let guard = Guard(name.to_owned());
    tokio::spawn(async move {
        let _guard = guard;
        work.await;
    })
}

/// Ends the process at once. Nothing else runs: what holds a lock may never give it back.
pub fn end(name: &str) -> ! {
    tracing::error!("{name} ended unasked, and the process with it: start it again");
    abort()
}
