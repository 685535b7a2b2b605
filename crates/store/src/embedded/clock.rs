//! Whether the machine's clock can be believed where that can't be undone.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// How far the clock may go off on its own while the process runs.
const STEADY: Duration = Duration::from_hours(1);

/// The wall clock and the one that can't be set, as they stood when the store was opened.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    wall: Timestamp,
    monotonic: Instant,
}

impl Default for Clock {
    fn default() -> Self {
        Self { wall: Timestamp::now(), monotonic: Instant::now() }
    }
}

impl Clock {
    /// Whether the wall clock has not been set since the store was opened, or only a little.
    pub(super) fn is_steady(&self) -> bool {
        is_near(self.wall, Timestamp::now(), self.monotonic.elapsed())
    }
}

fn is_near(then: Timestamp, now: Timestamp, elapsed: Duration) -> bool {
    let expected = then.saturating_add(elapsed);
    expected.is_ok_and(|expected| now.duration_since(expected).unsigned_abs() < STEADY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_is_not_believed() {
        let then = Timestamp::UNIX_EPOCH;
        let hours = |hours| Duration::from_hours(hours);
        let after = |number| then.checked_add(hours(number)).unwrap();
        assert!(is_near(then, after(100), hours(100)));
        assert!(is_near(then, after(100), hours(100) + Duration::from_mins(59)));
        assert!(!is_near(then, after(960), hours(0)));
        assert!(!is_near(after(960), then, hours(0)));
    }
}
