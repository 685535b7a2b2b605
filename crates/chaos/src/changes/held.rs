//! What a reader holds of a channel, by the rules of docs/protocol.md.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::client::PAGE;

/// What a reader holds of a channel.
#[derive(Default)]
pub struct Held {
    /// Up to which `Rev` it knows the changes; `None` before the first page.
    pub rev: Option<u64>,
    /// The messages by `Seq`.
    pub messages: BTreeMap<u64, Value>,
    /// Up to which `Seq` it holds every message.
    pub last: u64,
    /// The greatest `Seq` of which it has heard.
    total: u64,
    /// The greatest `rev` that a live frame told before the first page.
    heard: u64,
    /// Whether it lacks changes.
    is_behind: bool,
}

/// What a reader asks for next.
#[derive(Clone, Copy, Debug)]
pub enum Lack {
    /// The messages after this `Seq`.
    Messages(u64),
    /// The changes after this `Rev`.
    Changes(u64),
}

impl Held {
    /// What is missing.
    pub fn lack(&self) -> Option<Lack> {
        match self.rev {
            None => Some(Lack::Messages(0)),
            Some(_) if self.last < self.total => Some(Lack::Messages(self.last)),
            Some(rev) => self.is_behind.then_some(Lack::Changes(rev)),
        }
    }

    /// The changes are asked for: a live frame that can't be applied meanwhile asks once more.
    pub fn ask(&mut self) {
        self.is_behind = false;
    }

    /// Takes an entry of the inbox.
    pub fn take_entry(&mut self, entry: &Value) {
        self.total = self.total.max(whole(&entry["total"]));
        self.is_behind |= self.rev.is_some_and(|rev| rev < whole(&entry["rev"]));
    }

    /// Takes a new message.
    pub fn take_message(&mut self, message: &Value) {
        self.total = self.total.max(whole(&message["Seq"]));
        self.keep(message, true);
    }

    /// Takes the reply to a message or a change of its own.
    pub fn take_own(&mut self, message: &Value, is_new: bool) {
        if is_new {
            self.take_message(message);
        } else {
            self.keep(message, false);
        }
    }

    /// Takes a page that was asked for when this was the reader's `Rev`.
    pub fn take_page(&mut self, page: &Value, known: Option<u64>) {
        let rev = whole(&page["rev"]);
        for message in messages(page) {
            self.keep(message, true);
        }
        match known {
            None => {
                self.rev = Some(rev);
                self.is_behind |= rev < self.heard;
            }
            Some(known) if rev < known => {
                self.rev = Some(rev);
                self.is_behind = true;
            }
            Some(_) => {}
        }
    }

    /// Takes a live frame of changes.
    pub fn take_changes(&mut self, changes: &Value) {
        let (after, to) = (whole(&changes["after"]), whole(&changes["rev"]));
        match self.rev {
            None => self.heard = self.heard.max(to),
            Some(rev) if rev < after => self.is_behind = true,
            Some(rev) => {
                for message in messages(changes) {
                    self.keep(message, false);
                }
                self.rev = Some(rev.max(to));
            }
        }
    }

    /// Takes the changes that it asked for.
    pub fn take_answer(&mut self, changes: &Value) {
        self.is_behind |= messages(changes).len() == PAGE;
        self.take_changes(changes);
    }

    /// Keeps the newer one of two states.
    fn keep(&mut self, message: &Value, is_new: bool) {
        let seq = whole(&message["Seq"]);
        match self.messages.get(&seq) {
            Some(held) if whole(&held["Rev"]) >= whole(&message["Rev"]) => {}
            None if !is_new => {}
            _ => {
                self.messages.insert(seq, message.clone());
            }
        }
        while self.messages.contains_key(&(self.last + 1)) {
            self.last += 1;
        }
    }
}

/// A whole number, 0 where there is none.
pub fn whole(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

/// The messages of a reply.
pub fn messages(reply: &Value) -> &[Value] {
    reply["messages"].as_array().map_or(&[], Vec::as_slice)
}
