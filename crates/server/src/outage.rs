//! Logs that requests are refused because of the store: when it begins, and then every 10 s.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use chinwag_store::Unavailable;

/// Milliseconds between two lines.
const PAUSE: u64 = 10_000;

/// Refusals because of the store. A line for each would fill the disk that may be what is full.
pub struct Outage {
    started: Instant,
    /// The moment before which there is no further line.
    next: AtomicU64,
    /// Refusals since the last line.
    unsaid: AtomicU64,
}

impl Outage {
    /// No outage yet.
    pub fn new(started: Instant) -> Self {
        Self { started, next: AtomicU64::new(0), unsaid: AtomicU64::new(0) }
    }

    /// Counts a refusal, and logs it if its turn has come.
    pub fn note(&self, error: &Unavailable) {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        if self.is_due(now) {
            let refused = self.unsaid.swap(0, Ordering::Relaxed) + 1;
            tracing::warn!(%error, refused, "requests are refused because of the store");
        } else {
            self.unsaid.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn is_due(&self, now: u64) -> bool {
        let next = self.next.load(Ordering::Relaxed);
        let take =
            || self.next.compare_exchange(next, now + PAUSE, Ordering::Relaxed, Ordering::Relaxed);
        now >= next && take().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_at_once_and_then_every_ten_seconds() {
        let outage = Outage::new(Instant::now());
        let due: Vec<_> = (0..25_000).filter(|&now| outage.is_due(now)).collect();
        assert_eq!(due, [0, 10_000, 20_000]);
    }
}
