//! Refused sign-ins: a count, and a line in the log with the address, for fail2ban.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};

use chinwag_protocol::ErrorCode;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use metrics::Counter;

/// Lines per second, so that a flood of guesses does not fill the disk.
const MOST_LINES: NonZeroU32 = NonZeroU32::new(50).unwrap();

/// Counts refused sign-ins and logs them.
pub struct Refusals {
    counters: Reasons<Counter>,
    lines: DefaultDirectRateLimiter,
    /// Refusals without a line since the last line.
    left_out: AtomicU64,
}

/// Something for each reason to refuse a sign-in.
pub struct Reasons<T> {
    /// The name or the password is wrong.
    pub password: T,
    /// The access key is unknown or has lapsed.
    pub access_key: T,
    /// There were too many attempts.
    pub too_many: T,
}

impl Refusals {
    /// None yet.
    pub fn new(counters: Reasons<Counter>) -> Self {
        let lines = RateLimiter::direct(Quota::per_second(MOST_LINES));
        Self { counters, lines, left_out: AtomicU64::new(0) }
    }

    /// Notes that a sign-in from the address was refused with this error. Only errors that somebody who
    /// guesses gets count, and no outage of the store.
    pub fn note(&self, address: IpAddr, by_password: bool, code: ErrorCode) {
        let (counter, reason) = match code {
            ErrorCode::SignInRefused | ErrorCode::UnknownUser if by_password => {
                (&self.counters.password, "password")
            }
            ErrorCode::SignInRefused => (&self.counters.access_key, "access_key"),
            ErrorCode::TooManyRequests => (&self.counters.too_many, "too_many"),
            _ => return,
        };
        counter.increment(1);
        let Some(left_out) = self.may_log() else { return };
        tracing::info!(%address, reason, "refused a sign-in");
        if left_out > 0 {
            tracing::info!(left_out, "refused more sign-ins than are logged");
        }
    }

    /// How many refusals had no line since the last line; `None` if this one gets none either.
    fn may_log(&self) -> Option<u64> {
        if self.lines.check().is_ok() {
            return Some(self.left_out.swap(0, Ordering::Relaxed));
        }
        self.left_out.fetch_add(1, Ordering::Relaxed);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_refusals_gets_few_lines() {
        let none = Counter::noop;
        let counters = Reasons { password: none(), access_key: none(), too_many: none() };
        let hourly = Quota::per_hour(NonZeroU32::new(2).unwrap());
        let refusals = Refusals { lines: RateLimiter::direct(hourly), ..Refusals::new(counters) };
        let lines: Vec<_> = (0..100).map(|_| refusals.may_log()).collect();
        assert_eq!(lines[..3], [Some(0), Some(0), None]);
        assert_eq!(refusals.left_out.load(Ordering::Relaxed), 98);
    }
}
