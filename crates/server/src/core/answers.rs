//! The answers to sends, in the order of the requests.

use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use chinwag_store::{Failure, Message, Ticket};

use super::Core;
use crate::connection::{Connection, Send};
use crate::refused::Refused;
use crate::{reply, wire};

impl Core {
    /// Answers a send with its message. Returns the connection that it went to.
    pub fn answer(
        self: &Rc<Self>,
        ticket: Ticket,
        message: &Message,
        recipient_online: bool,
        shared: impl Fn() -> Bytes,
    ) -> Option<Rc<Connection>> {
        let connection = self.connection(ticket.connection)?;
        let send = connection.in_flight.borrow_mut().answer(ticket.serial)?;
        self.app.metrics.messages_stored.increment(1);
        self.app.metrics.store_latency.record(send.taken_at.elapsed());
        let Send { id, client_uuid, mentioned, .. } = send;
        // A user who was signed out meanwhile hears of nothing any more.
        if connection.session.borrow().is_some() {
            // What was edited or deleted since says nothing of the names in the send.
            let is_as_sent = message
                .state
                .as_ref()
                .is_none_or(|state| state.edited_at.is_none() && state.deleted_at.is_none());
            let named = if is_as_sent { mentioned } else { Vec::new() };
            let not_members = wire::not_members(&named, message);
            let own = id.is_some() || client_uuid.is_some() || !not_members.is_empty();
            let frame = if own {
                reply::message(message, recipient_online, id, client_uuid, not_members)
            } else {
                shared()
            };
            connection.send(frame);
        }
        self.answer_refused(&connection);
        Some(connection)
    }

    /// Answers a send with its refusal, when its turn comes.
    pub fn refuse_send(self: &Rc<Self>, ticket: Ticket, failure: Arc<Failure>) {
        if let Failure::Unavailable(error) = &*failure {
            self.app.outage.note(error);
        }
        if let Some(connection) = self.connection(ticket.connection) {
            connection.in_flight.borrow_mut().refuse(ticket.serial, failure);
            self.answer_refused(&connection);
        }
    }

    /// Sends the refusals whose turn it is, so that answers keep the order of the requests.
    fn answer_refused(self: &Rc<Self>, connection: &Rc<Connection>) {
        loop {
            let refused = connection.in_flight.borrow_mut().next_refused();
            let Some(send) = refused else { break };
            let refused = match send.refused.as_deref() {
                Some(Failure::Denied(denied)) => Refused::from(*denied),
                Some(Failure::Unavailable(_)) | None => Refused::unavailable(),
            };
            send.trace.refused(refused.code);
            self.refuse(connection, send.id, "channelMessage", refused);
        }
        if connection.in_flight.borrow().is_empty() {
            connection.wake();
        }
    }
}
