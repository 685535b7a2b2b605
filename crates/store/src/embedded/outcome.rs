//! What a job of the writer tells when its transaction is through.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::{Attempt, Event, Failure, Message, Ticket, Unavailable};

/// What a write makes known after the commit, or that there was none.
pub(super) type AfterCommit = Box<dyn FnOnce(Option<&Unavailable>) -> Vec<Event> + Send>;

/// Where the outcome of a hook's message goes.
pub(super) type Answer = oneshot::Sender<Attempt<Option<Arc<Message>>>>;

/// What a job of the batch tells when the transaction is through.
pub(super) enum Outcome {
    Events(Vec<Event>),
    /// What became of an append; nothing, if the transaction failed before its turn.
    Append(Ticket, Option<Event>),
    /// What became of a hook's message.
    Post(Answer, Event),
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
            (Self::Post(answer, event), _) => events.extend(tell_post(answer, event, failure)),
            (Self::Change(event), None) => events.push(event),
            (Self::Change(_), Some(_)) => {}
        }
    }
}

/// Answers the hook, and returns what everybody hears.
fn tell_post(answer: Answer, event: Event, failure: Option<&Unavailable>) -> Option<Event> {
    let (outcome, told) = match (failure, event) {
        (Some(failure), _) => (Err(failure.clone().into()), None),
        (None, Event::Message { message, .. }) => {
            (Ok(Some(Arc::clone(&message))), Some(Event::Message { message, ticket: None }))
        }
        (None, Event::Refused { error, .. }) => (Err(Failure::clone(&error)), None),
        (None, _) => (Ok(None), None),
    };
    // The sender of the post may have gone.
    let _ = answer.send(outcome);
    told
}
