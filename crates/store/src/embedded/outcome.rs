//! What a job of the writer tells when its transaction is through.

use std::sync::Arc;

use crate::{Event, Failure, Ticket, Unavailable};

/// What a write makes known after the commit, or that there was none.
pub(super) type AfterCommit = Box<dyn FnOnce(Option<&Unavailable>) -> Vec<Event> + Send>;

/// What a job of the batch tells when the transaction is through.
pub(super) enum Outcome {
    Events(Vec<Event>),
    /// What became of an append; nothing, if the transaction failed before its turn.
    Append(Ticket, Option<Event>),
    /// What an append changed besides.
    Change(Event),
    AfterCommit(AfterCommit),
}

impl Outcome {
    /// `refusal` is the failure as those hear it whose messages were not stored.
    pub(super) fn tell(
        self,
        failure: Option<&Unavailable>,
        refusal: Option<&Arc<Failure>>,
        events: &mut Vec<Event>,
    ) {
        match (self, refusal) {
            (Self::Events(told), _) => events.extend(told),
            (Self::AfterCommit(tell), _) => events.extend(tell(failure)),
            (Self::Append(ticket, _), Some(error)) => {
                events.push(Event::Refused { ticket, error: Arc::clone(error) });
            }
            (Self::Append(_, event), None) => events.extend(event),
            (Self::Change(event), None) => events.push(event),
            (Self::Change(_), Some(_)) => {}
        }
    }
}
