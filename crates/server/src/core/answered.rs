//! General's messages to the sessions that get an answer in the same batch, in order with it.

use std::ops::Range;
use std::rc::Rc;

use chinwag_store::Message;

use crate::batch::{Batch, Delivery};
use crate::connection::Connection;
use crate::core::Core;

/// The connections of a core that get an answer in a batch.
///
/// Between two answers of its own each gets General's messages as one piece, as everybody else gets
/// those of the whole batch: so the work grows with the messages, and not with these times the senders.
pub struct Answered {
    /// Sorted by the connections' names.
    listeners: Vec<Listener>,
    /// The places in `listeners` of those that have just joined General or are about to. Each
    /// message is offered to these alone.
    joining: Vec<usize>,
    /// How many of General's messages have had their turn.
    seen: u64,
}

struct Listener {
    connection: Rc<Connection>,
    /// Up to where in the batch's bytes it has General's messages, and how many these are.
    sent: usize,
    messages: u64,
}

impl Answered {
    /// Finds those of the batch.
    pub fn of(core: &Core, batch: &Batch) -> Self {
        let tickets = batch.deliveries.iter().filter_map(Delivery::ticket);
        let mut ids: Vec<_> = tickets.map(|ticket| ticket.connection).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = ids.into_iter().filter_map(|id| core.connection(id));
        let listeners: Vec<_> =
            found.map(|connection| Listener { connection, sent: 0, messages: 0 }).collect();
        let first = batch.general_messages.map_or(0, |(_, first)| first);
        let joins = |&at: &usize| first < listeners[at].connection.general_from.get();
        let joining = (0..listeners.len()).filter(joins).collect();
        for listener in &listeners {
            listener.connection.answered_in_batch.set(true);
        }
        Self { listeners, joining, seen: 0 }
    }

    /// Brings the sender of a message all of General's that came before it, so that the answer can
    /// follow. `before` is where the message begins.
    pub fn catch_up(&mut self, batch: &Batch, sender: u64, before: usize) -> u64 {
        let seen = self.seen;
        self.of_sender(sender).map_or(0, |listener| listener.bring(batch, before, seen))
    }

    /// Counts a message of General, and passes over it where its sender has got it as an answer.
    pub fn pass_over(&mut self, sender: Option<u64>, frame: &Range<usize>) {
        self.seen += 1;
        let seen = self.seen;
        if let Some(listener) = sender.and_then(|sender| self.of_sender(sender)) {
            (listener.sent, listener.messages) = (frame.end, seen);
        }
    }

    fn of_sender(&mut self, sender: u64) -> Option<&mut Listener> {
        let at = self.listeners.binary_search_by_key(&sender, |listener| listener.connection.id);
        at.ok().map(|at| &mut self.listeners[at])
    }

    /// Offers a message of General to those that join it, except to its sender.
    pub fn offer(&self, message: &Message, sender: Option<u64>, frame: &bytes::Bytes) -> u64 {
        let others = self.joining.iter().map(|&at| &self.listeners[at].connection);
        let others = others.filter(|other| Some(other.id) != sender);
        let offer = |other: &Rc<Connection>| {
            let mut session = other.session.borrow_mut();
            let session = session.as_mut()?;
            session.offer(message.channel.uuid, message.seq, frame.clone())
        };
        let taken = others.filter_map(|other| offer(other).map(|frame| other.send(frame)));
        taken.count() as u64
    }

    /// Brings everybody the rest: at once if `write`, or at the turn's end.
    pub fn bring_rest(&mut self, batch: &Batch, write: bool) -> u64 {
        let (all, end) = (self.seen, batch.general.len());
        let mut delivered = 0;
        for listener in &mut self.listeners {
            delivered += listener.bring(batch, end, all);
            if write {
                listener.connection.flush();
            }
        }
        delivered
    }

    /// Lets the connections be like all others in the next batch.
    pub fn end(self) {
        for listener in self.listeners {
            listener.connection.answered_in_batch.set(false);
        }
    }
}

impl Listener {
    /// Sends what it has not got yet, if it hears General. Returns how many messages that were.
    fn bring(&mut self, batch: &Batch, to: usize, messages: u64) -> u64 {
        let first = batch.general_messages.map_or(u64::MAX, |(_, first)| first);
        let hears = self.connection.general_place.get().is_some()
            && self.connection.general_from.get() <= first;
        let came = messages - self.messages;
        if hears && to > self.sent {
            self.connection.send(batch.general.slice(self.sent..to));
        }
        (self.sent, self.messages) = (to, messages);
        if hears { came } else { 0 }
    }
}
