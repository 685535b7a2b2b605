//! Whether the store can store messages, probed at most once per second.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

/// How long the result of a probe is valid.
const PERIOD: Duration = Duration::from_secs(1);

/// The last probe, shared by all requests within a second of its start.
pub struct Readiness {
    period: Duration,
    last: Mutex<Option<Probe>>,
}

struct Probe {
    began: Instant,
    /// Why the store is not ready; `None` if it is.
    failure: Option<String>,
}

impl Default for Readiness {
    fn default() -> Self {
        Self::every(PERIOD)
    }
}

impl Readiness {
    fn every(period: Duration) -> Self {
        Self { period, last: Mutex::default() }
    }

    /// Why the store is not ready, `None` if it is: from the last probe, or from this one, which writes.
    pub async fn failure<E: ToString>(
        &self,
        probe: impl Future<Output = Result<(), E>>,
    ) -> Option<String> {
        let mut last = self.last.lock().await;
        let failure = match &*last {
            Some(last) if last.began.elapsed() < self.period => return last.failure.clone(),
            Some(last) => last.failure.clone(),
            None => Some("the probe was not finished".to_owned()),
        };
        // If this request is dropped before the answer, the result before it is valid for this second.
        *last = Some(Probe { began: Instant::now(), failure });
        let failure = probe.await.err().map(|error| error.to_string());
        if let Some(last) = &mut *last {
            last.failure.clone_from(&failure);
        }
        failure
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn requests_at_the_same_time_share_one_probe() {
        let (readiness, probes) = (Readiness::every(Duration::MAX), Cell::new(0));
        let probe = || async {
            probes.set(probes.get() + 1);
            tokio::task::yield_now().await;
            Err("full")
        };
        let (first, second) = tokio::join!(readiness.failure(probe()), readiness.failure(probe()));
        assert_eq!((first.as_deref(), second.as_deref()), (Some("full"), Some("full")));
        readiness.failure(probe()).await;
        assert_eq!(probes.get(), 1);
    }

    #[tokio::test]
    async fn later_requests_probe_again() {
        let readiness = Readiness::every(Duration::ZERO);
        assert_eq!(readiness.failure(ready(Err("full"))).await.as_deref(), Some("full"));
        assert_eq!(readiness.failure(ready(Ok::<_, String>(()))).await, None);
    }

    #[tokio::test]
    async fn a_dropped_request_causes_no_further_probe() {
        let readiness = Readiness::every(Duration::MAX);
        {
            let mut left = Box::pin(readiness.failure(pending::<Result<(), String>>()));
            assert!(futures_util::poll!(&mut left).is_pending());
        }
        assert!(readiness.failure(ready(Ok::<_, String>(()))).await.is_some());
    }
}
