//! One channel's changes in the order of their `Rev`, each state once. Messages and changes may come in any order.

use std::collections::HashMap;

use chinwag_protocol::outgoing::{Changes, Message, Recipient};

use crate::states::{later, rev_of};

/// A changed message. A `live` one doesn't say which reactions are the user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub message: Message,
    pub live: bool,
}

/// How far a channel's changes are taken.
#[derive(Default)]
pub struct ChangesInOrder {
    /// Up to which `rev` all changes are taken; `None` until an inbox or a page names one, and where the server is of 0.1.
    rev: Option<u64>,
    /// Whether those after `rev` were requested.
    pub asked: bool,
    /// The greatest `rev` known of.
    newest: u64,
    /// The changes of messages that are still to be delivered, by `Seq`.
    waiting: HashMap<u64, Change>,
    /// The `Rev` of messages that were delivered in a later state than that of `rev`, by `Seq`.
    ahead: HashMap<u64, u64>,
}

impl ChangesInOrder {
    /// Those after this `rev`.
    pub fn after(rev: Option<u64>) -> Self {
        Self { rev, ..Self::default() }
    }

    pub fn rev(&self) -> Option<u64> {
        self.rev
    }

    /// How far they are behind the greatest `rev` known of.
    pub fn missing(&self) -> u64 {
        self.rev.map_or(0, |rev| self.newest.saturating_sub(rev))
    }

    /// How many messages that are still to be delivered have changed.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Notes the channel's `rev`. Returns whether it is the first one, with which the changes begin.
    pub fn note(&mut self, rev: Option<u64>) -> bool {
        let begins = self.rev.is_none() && rev.is_some();
        self.rev = self.rev.or(rev);
        self.hear(rev.unwrap_or(0));
        begins
    }

    /// Notes that there are changes up to this `rev`.
    pub fn hear(&mut self, rev: u64) {
        self.newest = self.newest.max(rev);
    }

    /// Begins with a page: returns the changes of messages, up to `told`, that were delivered before it.
    pub fn begin(&mut self, rev: u64, messages: &[Message], told: u64) -> Vec<Change> {
        self.rev = Some(0);
        let changed = messages.iter().filter(|message| rev_of(message) > 0);
        let mut messages: Vec<_> = changed.cloned().collect();
        messages.sort_by_key(rev_of);
        self.take(Changes { channel: Recipient::default(), after: 0, rev, messages }, told, false)
    }

    /// Takes a frame; returns the changes to deliver, in order: none if earlier ones are missing. Up to `told`, a `Seq`,
    /// messages were delivered.
    pub fn take(&mut self, changes: Changes, told: u64, live: bool) -> Vec<Change> {
        self.hear(changes.rev);
        let Some(rev) = self.rev.filter(|rev| changes.after <= *rev) else { return Vec::new() };
        let mut next = Vec::new();
        for message in changes.messages {
            if rev_of(&message) <= rev {
                continue;
            }
            if message.seq > told {
                self.keep(message, live);
            } else if self.ahead.get(&message.seq).is_none_or(|ahead| rev_of(&message) > *ahead) {
                next.push(Change { message, live });
            }
        }
        self.move_to(rev.max(changes.rev));
        next
    }

    /// The present state of a message that is delivered now.
    pub fn present(&mut self, message: Message) -> Message {
        let present = match self.waiting.remove(&message.seq) {
            Some(change) => later(message, change.message, change.live),
            None => message,
        };
        if rev_of(&present) > self.rev.unwrap_or(0) {
            self.ahead.insert(present.seq, rev_of(&present));
        }
        present
    }

    /// Leaves out the changes that are missing.
    pub fn skip(&mut self) {
        self.move_to(self.newest);
    }

    /// Ends the gap: the server has no further changes.
    pub fn end(&mut self) {
        self.newest = self.rev.unwrap_or(0);
    }

    /// Keeps the states of messages that may still be delivered.
    pub fn keep_states(&mut self, messages: &[Message]) {
        for message in messages.iter().filter(|message| rev_of(message) > 0) {
            self.keep(message.clone(), false);
        }
    }

    /// Drops the states of messages up to this `Seq`: they are not to be delivered.
    pub fn drop_states(&mut self, told: u64) {
        self.waiting.retain(|seq, _| *seq > told);
    }

    fn keep(&mut self, message: Message, live: bool) {
        let seq = message.seq;
        let change = match self.waiting.remove(&seq) {
            Some(kept) => {
                Change { message: later(kept.message, message, live), live: kept.live && live }
            }
            None => Change { message, live },
        };
        self.waiting.insert(seq, change);
    }

    fn move_to(&mut self, rev: u64) {
        self.rev = Some(rev);
        self.ahead.retain(|_, ahead| *ahead > rev);
    }
}
