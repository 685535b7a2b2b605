//! One order of the events of all participants.

use std::sync::atomic::{AtomicU64, Ordering};

/// Orders the events of all participants: what got its number before another event began happened before it.
#[derive(Default)]
pub struct Clock(AtomicU64);

impl Clock {
    /// The next moment.
    pub fn tick(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}
