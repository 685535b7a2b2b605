//! The message under way: sent again until it is stored or refused for good.

use chinwag_protocol::outgoing::{Failure, Message};
use chinwag_protocol::{ErrorCode, Request};
use tokio::time::Instant;

use super::session::{AGAIN, Awaited, Session, Step};
use super::{Sending, too_fast};
use crate::{Error, waits};

impl Session<'_> {
    pub(super) async fn send_message(&mut self) -> Step {
        self.repeat = None;
        let Some(Sending { message, .. }) = &self.keeper.under_way else { return Ok(()) };
        let request = Request::ChannelMessage(message.clone());
        self.request(Awaited::Send, &request).await
    }

    /// Repeats a send after a temporary refusal; ends it after any other.
    pub(super) fn take_refusal(&mut self, failure: Failure) {
        let code = failure.code;
        let error = Error::Refused(failure);
        let wait = match code {
            ErrorCode::TooManyRequests => too_fast(&error),
            ErrorCode::StoreUnavailable => Some(waits::next(self.refusals)),
            _ => return self.finish_send(Err(error)),
        };
        self.refusals = self.refusals.saturating_add(1);
        self.repeat = Some(Instant::now() + wait.unwrap_or(AGAIN));
    }

    pub(super) fn finish_send(&mut self, outcome: Result<Message, Error>) {
        if let Some(sending) = self.keeper.under_way.take() {
            // It fails where nobody waits for the outcome.
            let _ = sending.done.send(outcome);
        }
    }
}
