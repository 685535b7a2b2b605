//! Tries again while a server is away, as during its restart.

use std::io::{IsTerminal, Write, stderr};
use std::time::Duration;

use chinwag_client::Error;
use chinwag_client::protocol::ErrorCode;
use clap::Args;
use jiff::SignedDuration;
use tokio::time::{Instant, sleep};

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// How long to wait for a server.
#[derive(Args, Clone, Copy, Debug)]
pub struct Wait {
    /// How long to try again while the server can't be reached: 0, 30s, 5m, 1h
    #[arg(long = "wait", value_name = "TIME", default_value = "30s", value_parser = duration)]
    most: Duration,
}

impl Wait {
    /// Fails at the first attempt.
    pub const NOT: Self = Self { most: Duration::ZERO };

    /// Rides out a short absence of the server, for one call of an agent.
    pub const BRIEFLY: Self = Self { most: Duration::from_secs(10) };

    /// Repeats the attempt until it succeeds, fails for good, or the time is over.
    ///
    /// # Errors
    /// The last attempt's.
    pub async fn until_there<T>(
        self,
        mut attempt: impl AsyncFnMut() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (end, mut pause, mut told) = (Instant::now() + self.most, FIRST_PAUSE, false);
        loop {
            match attempt().await {
                Err(error) if is_away(&error) && Instant::now() + pause <= end => {
                    if !std::mem::replace(&mut told, true) {
                        self.tell(&error);
                    }
                }
                outcome => return outcome,
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// A person gets to know why nothing happens. A script that succeeds later stays silent.
    fn tell(self, error: &Error) {
        if stderr().is_terminal() {
            // Without a place for it, nobody misses it.
            let _ = writeln!(
                stderr(),
                "chinwag: {error}; trying again for {:?}, Ctrl+C ends",
                self.most
            );
        }
    }
}

/// Whether the same may succeed soon.
fn is_away(error: &Error) -> bool {
    let busy = [ErrorCode::StoreUnavailable, ErrorCode::TooManyRequests];
    match error {
        Error::Unreachable { reason, .. } => reason.may_pass(),
        Error::Disconnected => true,
        error => error.code().is_some_and(|code| busy.contains(&code)),
    }
}

/// Seconds, or a number with its unit.
fn duration(text: &str) -> Result<Duration, &'static str> {
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let duration: Option<SignedDuration> = text.parse().ok();
    duration
        .and_then(|duration| duration.try_into().ok())
        .ok_or("a time is a number with its unit, such as 30s, 5m or 1h")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit_or_is_in_seconds() {
        assert_eq!(duration("0"), Ok(Duration::ZERO));
        assert_eq!(duration("30"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("5m"), Ok(Duration::from_mins(5)));
        for wrong in ["", "-1s", "soon", "30 parsecs"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
