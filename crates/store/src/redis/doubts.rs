//! Signs that Redis may hold less than before, for the feed to look into.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Signs that Redis may hold less than before.
#[derive(Default)]
pub(super) struct Doubts {
    raised: Notify,
    lost: AtomicBool,
}

impl Doubts {
    /// Lets the feed compare what it has told with what Redis holds. With `lost` something is known to be gone.
    pub(super) fn raise(&self, lost: bool) {
        self.lost.fetch_or(lost, Ordering::SeqCst);
        self.raised.notify_one();
    }

    /// Waits for a sign.
    pub(super) async fn raised(&self) {
        self.raised.notified().await;
    }

    /// Whether something is known to be gone, once.
    pub(super) fn take_lost(&self) -> bool {
        self.lost.swap(false, Ordering::SeqCst)
    }
}
