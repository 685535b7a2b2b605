//! General's newest messages, read once for all who ask until they change, or while a read is under way.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::{MessagesPage, Result, Unavailable};

/// The last read.
#[derive(Default)]
pub(crate) struct Newest {
    /// How many have asked.
    asked: AtomicU64,
    /// How often General has changed.
    changed: AtomicU64,
    last: Mutex<Option<Read>>,
}

struct Read {
    /// How many had asked when it began.
    asked: u64,
    /// How often General had changed when it began.
    changed: u64,
    found: Result<MessagesPage>,
}

impl Newest {
    /// Marks the last read as out of date. Call it after a commit to General and before the feed tells of it.
    pub(crate) fn outdate(&self) {
        self.changed.fetch_add(1, Ordering::SeqCst);
    }

    /// The page of a read that began after the last change, or after this call; callers share a read. So a page
    /// has every message that the feed told before.
    pub(crate) async fn page(
        &self,
        read: impl Future<Output = Result<MessagesPage>> + Send,
    ) -> Result<MessagesPage> {
        let place = self.asked.fetch_add(1, Ordering::SeqCst);
        let mut last = self.last.lock().await;
        let changed = self.changed.load(Ordering::SeqCst);
        if let Some(last) = &*last
            && (last.asked > place || (last.changed == changed && last.found.is_ok()))
        {
            return last.found();
        }
        let asked = self.asked.load(Ordering::SeqCst);
        last.insert(Read { asked, changed, found: read.await }).found()
    }
}

impl Read {
    fn found(&self) -> Result<MessagesPage> {
        match &self.found {
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

    fn page(total: u64) -> MessagesPage {
        MessagesPage { total, rev: 0, messages: Vec::new() }
    }

    #[tokio::test]
    async fn those_who_wait_share_one_read_that_began_after_they_asked() {
        let (newest, reads) = (Newest::default(), AtomicU64::new(0));
        let read = || async {
            newest.outdate();
            let total = reads.fetch_add(1, Ordering::SeqCst) + 1;
            tokio::task::yield_now().await;
            Ok(page(total))
        };
        let pages = join_all((0..100).map(|_| newest.page(read()))).await;
        let totals: Vec<_> = pages.into_iter().map(|page| page.unwrap().total).collect();
        // The first read began when only one had asked.
        assert_eq!((totals[0], &totals[1..]), (1, &[2; 99][..]));
        assert_eq!(newest.page(read()).await.unwrap().total, 3);
    }

    #[tokio::test]
    async fn nothing_is_read_again_that_has_not_changed() {
        let newest = Newest::default();
        let total = async |read| newest.page(async { read }).await.map(|page| page.total).ok();
        let failed = || Err(Unavailable { action: "read", reason: "no disk".to_owned() });
        assert_eq!(total(Ok(page(1))).await, Some(1));
        assert_eq!(total(Ok(page(2))).await, Some(1));
        newest.outdate();
        assert_eq!(total(failed()).await, None);
        assert_eq!(total(Ok(page(3))).await, Some(3));
    }
}
