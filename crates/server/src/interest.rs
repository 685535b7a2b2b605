//! Which users and channels a core may have to hear of, for those who would wake it.

use std::sync::atomic::{AtomicU32, Ordering};

use uuid::Uuid;

/// How many counters there are. Two UUIDs share one by chance only, and then a core is woken for nothing.
const COUNTERS: usize = 1 << 16;

/// Counts the users who are signed in on a core and the channels that are heard there.
///
/// The core adds before it asks the store about a user or a channel. So an event that is not in the answer
/// finds it added.
pub struct Interest(Box<[AtomicU32]>);

impl Default for Interest {
    fn default() -> Self {
        Self((0..COUNTERS).map(|_| AtomicU32::new(0)).collect())
    }
}

impl Interest {
    /// Counts one.
    pub fn add(&self, uuid: Uuid) {
        self.counter(uuid).fetch_add(1, Ordering::SeqCst);
    }

    /// Counts one less.
    pub fn remove(&self, uuid: Uuid) {
        self.counter(uuid).fetch_sub(1, Ordering::SeqCst);
    }

    /// `false` if the core need not hear of it.
    pub fn may_have(&self, uuid: Uuid) -> bool {
        self.counter(uuid).load(Ordering::SeqCst) > 0
    }

    fn counter(&self, uuid: Uuid) -> &AtomicU32 {
        // The last bytes of a UUID of version 4 are random.
        let [.., one, other] = *uuid.as_bytes();
        &self.0[usize::from(u16::from_be_bytes([one, other]))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_there_until_it_is_removed() {
        let (interest, uuid) = (Interest::default(), Uuid::new_v4());
        assert!(!interest.may_have(uuid));
        interest.add(uuid);
        interest.add(uuid);
        interest.remove(uuid);
        assert!(interest.may_have(uuid));
        interest.remove(uuid);
        assert!(!interest.may_have(uuid));
    }
}
