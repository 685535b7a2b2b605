//! Bounds the requests and control frames of a connection that no user's budget pays for.

use std::cell::Cell;

/// How many at once.
const BURST: u32 = 256;

/// How many a second come on top.
const RATE: u32 = 20;

/// Counts requests where nobody is signed in, those beyond a user's budget, and pings and pongs.
pub struct Patience {
    left: Cell<u32>,
    /// When some last came on top, in seconds of the core's clock.
    filled_at: Cell<u32>,
}

impl Patience {
    /// All of it.
    pub fn new(now: u32) -> Self {
        Self { left: Cell::new(BURST), filled_at: Cell::new(now) }
    }

    /// Takes one off. `false` when there have been too many.
    pub fn take(&self, now: u32) -> bool {
        let seconds = now.saturating_sub(self.filled_at.replace(now));
        let left = BURST.min(self.left.get().saturating_add(seconds.saturating_mul(RATE)));
        self.left.set(left.saturating_sub(1));
        left > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polite_pace_is_borne_for_ever_and_a_flood_is_not() {
        let patience = Patience::new(7);
        for second in 0..1_000 {
            for _ in 0..RATE {
                assert!(patience.take(7 + second));
            }
        }
        let flood = (0..1_000).take_while(|_| patience.take(1_007)).count();
        assert_eq!(flood, BURST as usize);
        assert!(patience.take(1_008), "a second later it is answered again");
    }
}
