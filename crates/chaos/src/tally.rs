//! What the crowd counts while it runs.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// After this those who are waited for count as dead.
const DEAD: Duration = Duration::from_mins(1);

/// How often the tally is looked at.
const LOOK: Duration = Duration::from_millis(2);

/// How long a client waits before it tries again.
pub const RETRY: Duration = Duration::from_millis(20);

/// Shared by the crowd's threads and by who watches them.
#[derive(Default)]
pub struct Tally {
    /// Turns true when the crowd is to end.
    pub stop: AtomicBool,
    /// Errors 30.
    pub refused: AtomicU64,
    /// Requests that got nothing.
    pub silences: AtomicU64,
    /// Connections made anew.
    pub reconnects: AtomicU64,
    /// Acknowledged sends of each writer.
    pub acknowledged: Vec<AtomicU64>,
    /// The highest `Seq` of General that was acknowledged.
    pub newest: AtomicU64,
    /// Up to which `Seq` each reader has seen General.
    pub read: Vec<AtomicU64>,
    /// Whether the readers are to end.
    pub close: AtomicBool,
    surprises: Mutex<Vec<String>>,
}

impl Tally {
    /// For so many.
    pub fn new(writers: usize, readers: usize) -> Self {
        let zeros = |count| (0..count).map(|_| AtomicU64::new(0)).collect();
        Self { acknowledged: zeros(writers), read: zeros(readers), ..Self::default() }
    }

    /// Counts an error by its code: 30 is what the protocol says, all else is a surprise.
    pub fn error(&self, code: u64) {
        if code == 30 {
            one_more(&self.refused);
        } else {
            self.surprise(format!("error {code}"));
        }
    }

    /// Waits until the tally says so.
    pub fn wait(&self, whom: &str, ready: impl Fn(&Self) -> bool) -> Result<()> {
        let since = Instant::now();
        while !ready(self) {
            if since.elapsed() > DEAD {
                bail!("{whom} did not come back within {DEAD:?}");
            }
            thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Waits until each has been acknowledged something that was sent since.
    pub fn wait_for_all(&self, whom: &str) -> Result<()> {
        let before: Vec<_> = self.acknowledged.iter().map(count).collect();
        // The first one may have been sent before.
        self.wait(whom, |tally| {
            tally.acknowledged.iter().zip(&before).all(|(now, before)| count(now) >= before + 2)
        })
    }

    /// Notes what must not happen.
    pub fn surprise(&self, what: String) {
        self.surprises.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    /// What must not have happened.
    pub fn surprises(&self) -> Vec<String> {
        self.surprises.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the writers are to end.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Counts one more.
pub fn one_more(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// What it has counted.
pub fn count(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}
