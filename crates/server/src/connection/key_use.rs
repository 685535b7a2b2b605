//! When the use of a session's access key was last noted.

use std::cell::Cell;

use jiff::Timestamp;

/// How often a use is noted, in seconds: a day.
const PERIOD: u64 = 24 * 60 * 60;

/// When a key's use was last noted, in seconds since 1970 by this node's clock.
pub struct KeyUse(Cell<i64>);

impl KeyUse {
    /// It was used just now, to sign in.
    pub fn now() -> Self {
        Self(Cell::new(Timestamp::now().as_second()))
    }

    /// Whether it has to be noted. After a clock was put right, a time to come is as wrong as one
    /// long past.
    pub fn is_due(&self, now: i64) -> bool {
        now.abs_diff(self.0.get()) >= PERIOD
    }

    /// Notes a use, and returns when the one before was noted.
    pub fn replace(&self, at: i64) -> i64 {
        self.0.replace(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_after_a_day_and_after_a_clock_was_put_right() {
        let (noted, day) = (1_000_000_000, 86_400);
        let key_use = KeyUse(Cell::new(noted));
        let due = |at| key_use.is_due(at);
        assert!(!due(noted) && !due(noted + day - 1) && !due(noted - day + 1));
        assert!(due(noted + day) && due(noted - day) && due(noted - 40 * day));
    }
}
