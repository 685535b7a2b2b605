//! A queue that refuses beginnings beyond a bound, and never an end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc;

use crate::{Result, Unavailable};

/// How many entries may wait before nothing begins any more.
const MOST: usize = 16_384;

/// The end that puts in.
pub(super) struct Queue<T> {
    entries: mpsc::UnboundedSender<T>,
    waiting: Arc<AtomicUsize>,
}

/// The end that takes out.
pub(super) struct Taker<T> {
    entries: mpsc::UnboundedReceiver<T>,
    waiting: Arc<AtomicUsize>,
}

/// Both ends of an empty queue.
pub(super) fn queue<T>() -> (Queue<T>, Taker<T>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let waiting = Arc::<AtomicUsize>::default();
    (Queue { entries: sender, waiting: Arc::clone(&waiting) }, Taker { entries: receiver, waiting })
}

impl<T> Queue<T> {
    /// Asked before something begins that will need an entry now and another when it ends. So the
    /// queue holds twice the bound and an end of each session at the most.
    ///
    /// # Errors
    /// When too many wait.
    pub(super) fn room(&self, action: &'static str) -> Result<()> {
        if self.waiting.load(Ordering::Relaxed) < MOST {
            return Ok(());
        }
        Err(Unavailable { action, reason: "too many changes wait for Redis".to_owned() })
    }

    /// Puts an entry last. `false` if nobody takes out any more.
    pub(super) fn push(&self, entry: T) -> bool {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.entries.send(entry).is_ok()
    }
}

impl<T> Taker<T> {
    /// Waits for an entry; `None` when nobody puts in any more.
    pub(super) async fn take(&mut self) -> Option<T> {
        let entry = self.entries.recv().await?;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        Some(entry)
    }

    /// An entry, if there is one now.
    pub(super) fn take_now(&mut self) -> Option<T> {
        let entry = self.entries.try_recv().ok()?;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        Some(entry)
    }

    /// Waits for entries, and adds some to `batch`; returns how many.
    pub(super) async fn take_many(&mut self, batch: &mut Vec<T>, most: usize) -> usize {
        let taken = self.entries.recv_many(batch, most).await;
        self.waiting.fetch_sub(taken, Ordering::Relaxed);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_begins_while_too_many_wait_but_all_may_end() {
        let (queue, mut taker) = queue();
        for entry in 0..MOST {
            queue.room("begin").unwrap();
            assert!(queue.push(entry));
        }
        assert_eq!(queue.room("begin").unwrap_err().action, "begin");
        assert!(queue.push(MOST));
        assert_eq!((taker.take().await, taker.take_now()), (Some(0), Some(1)));
        queue.room("begin").unwrap();
        let mut batch = Vec::new();
        assert_eq!(taker.take_many(&mut batch, MOST).await, MOST - 1);
        drop(queue);
        assert_eq!(taker.take_many(&mut batch, MOST).await, 0);
    }
}
