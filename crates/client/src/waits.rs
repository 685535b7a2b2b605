//! Delays before the next attempt to connect.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// The next delay: it doubles each time, with random jitter, so that not all clients return to a
/// restarted server at once.
pub fn next(attempts: u32) -> Duration {
    let longest = FIRST.saturating_mul(2_u32.saturating_pow(attempts)).min(LONGEST);
    longest / 2 + longest.mul_f64(random() / 2.0)
}

/// From 0 to 1; 0.5 if the system has no random numbers.
fn random() -> f64 {
    getrandom::u32().map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX))
}

/// The delay that a close reason asks for: `retry=<milliseconds>`.
pub fn asked(reason: &str) -> Option<Duration> {
    let (_, asked) = reason.split_once("retry=")?;
    let digits = asked.find(|c: char| !c.is_ascii_digit()).unwrap_or(asked.len());
    let asked = asked.get(..digits).filter(|asked| asked.len() <= 6)?;
    asked.parse().ok().map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound_and_are_scattered() {
        for attempts in [0, 1, 5, 40, u32::MAX] {
            let longest = FIRST.saturating_mul(2_u32.saturating_pow(attempts)).min(LONGEST);
            let wait = next(attempts);
            assert!(longest / 2 <= wait && wait <= longest, "{attempts}: {wait:?}");
        }
        let some: std::collections::HashSet<_> = (0..20).map(|_| next(3)).collect();
        assert!(some.len() > 1);
    }

    #[test]
    fn the_servers_word_is_read_from_the_close_reason() {
        assert_eq!(asked("going away; retry=250"), Some(Duration::from_millis(250)));
        assert_eq!(asked("retry=7; more"), Some(Duration::from_millis(7)));
        for other in ["", "going away", "retry=", "retry=soon", "retry=1234567"] {
            assert_eq!(asked(other), None, "{other}");
        }
    }
}
