//! General's newest messages, read once for all who ask while a read is under way.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::{MessagesPage, Result, Unavailable};

/// The last read, and how many had asked when it began.
pub(crate) struct Newest {
    asked: AtomicU64,
    last: Mutex<(u64, Result<MessagesPage>)>,
}

impl Default for Newest {
    fn default() -> Self {
        let nothing = MessagesPage { total: 0, rev: 0, messages: Vec::new() };
        Self { asked: AtomicU64::new(0), last: Mutex::new((0, Ok(nothing))) }
    }
}

impl Newest {
    /// What a read finds that began after this was called: one's own, or that of another who waited
    /// for the same. So nobody gets a page without what they may have missed in the feed.
    pub(crate) async fn page(
        &self,
        read: impl Future<Output = Result<MessagesPage>> + Send,
    ) -> Result<MessagesPage> {
        let place = self.asked.fetch_add(1, Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if last.0 <= place {
            let began = self.asked.load(Ordering::SeqCst);
            *last = (began, read.await);
        }
        match &last.1 {
            Ok(page) => Ok(page.clone()),
            Err(Unavailable { action, reason }) => {
                Err(Unavailable { action, reason: reason.clone() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn those_who_wait_share_one_read_that_began_after_they_asked() {
        let (newest, reads) = (Newest::default(), AtomicU64::new(0));
        let read = || async {
            let total = reads.fetch_add(1, Ordering::SeqCst) + 1;
            tokio::task::yield_now().await;
            Ok(MessagesPage { total, rev: 0, messages: Vec::new() })
        };
        let pages = join_all((0..100).map(|_| newest.page(read()))).await;
        let totals: Vec<_> = pages.into_iter().map(|page| page.unwrap().total).collect();
        // The first read began when only one had asked.
        assert_eq!((totals[0], &totals[1..]), (1, &[2; 99][..]));
        assert_eq!(newest.page(read()).await.unwrap().total, 3);
    }
}
