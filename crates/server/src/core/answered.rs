//! A batch's messages to the connections that get an answer among them, in order with it.

use std::ops::Range;
use std::rc::Rc;

use crate::batch::{Batch, Delivery, Run};
use crate::connection::Connection;
use crate::core::Core;

/// The connections of a core that get an answer among the messages of a channel, for each such channel.
///
/// Between two answers of its own each gets the channel's messages as one piece, as everybody else gets
/// those of the whole batch: so the work grows with the messages, and not with these times the senders.
pub struct Answered {
    /// Sorted by run, and then by the connections' names.
    senders: Vec<Sender>,
}

struct Sender {
    run: usize,
    connection: Rc<Connection>,
    /// Up to where in the batch's bytes it has the channel's messages, and the `Seq` of the next one.
    sent: usize,
    next: u64,
}

/// A part of a channel's messages.
pub struct Part {
    /// Where their frames stand.
    pub frames: Range<usize>,
    /// How many they are.
    pub count: u64,
}

impl Part {
    /// All of them.
    pub fn whole(run: &Run) -> Self {
        Self { frames: run.frames.clone(), count: run.count }
    }
}

impl Answered {
    /// Finds those of the batch.
    pub fn of(core: &Core, batch: &Batch) -> Self {
        let answer = |delivery: &Delivery| match delivery {
            Delivery::Message { ticket: Some(ticket), run, .. } => Some((*run, ticket.connection)),
            _ => None,
        };
        let mut answers: Vec<_> = batch.deliveries.iter().filter_map(answer).collect();
        answers.sort_unstable();
        answers.dedup();
        let sender = |(run, id): (usize, u64)| {
            let connection = core.connection(id)?;
            let Run { frames, first, .. } = &batch.runs[run];
            Some(Sender { run, connection, sent: frames.start, next: *first })
        };
        Self { senders: answers.into_iter().filter_map(sender).collect() }
    }

    /// The part of a channel's messages that the sender has not got yet, up to its own, which comes as an
    /// answer. Nothing, if the sender is not on this core.
    pub fn before_answer(
        &mut self,
        run: usize,
        sender: u64,
        own: (u64, &Range<usize>),
    ) -> Option<(Rc<Connection>, Part)> {
        let (seq, frame) = own;
        let key = |sender: &Sender| (sender.run, sender.connection.id);
        let at = self.senders.binary_search_by_key(&(run, sender), key).ok()?;
        let Sender { connection, sent, next, .. } = &mut self.senders[at];
        let before = Part { frames: *sent..frame.start, count: seq.saturating_sub(*next) };
        (*sent, *next) = (frame.end, seq + 1);
        Some((Rc::clone(connection), before))
    }

    /// What comes behind the last answer, for each sender.
    pub fn rest<'a>(
        &'a self,
        batch: &'a Batch,
    ) -> impl Iterator<Item = (&'a Run, &'a Rc<Connection>, Part)> {
        self.senders.iter().map(|Sender { run, connection, sent, next }| {
            let run = &batch.runs[*run];
            let count = (run.first + run.count).saturating_sub(*next);
            (run, connection, Part { frames: *sent..run.frames.end, count })
        })
    }

    /// Marks those that get an answer among this channel's messages, or ends that.
    pub fn mark(&self, run: usize, answered: bool) {
        let first = self.senders.partition_point(|sender| sender.run < run);
        for sender in self.senders[first..].iter().take_while(|sender| sender.run == run) {
            sender.connection.answered_in_run.set(answered);
        }
    }
}
