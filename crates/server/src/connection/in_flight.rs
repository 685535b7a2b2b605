//! The sends of a connection that wait to be answered.

use std::collections::VecDeque;
use std::sync::Arc;

use chinwag_protocol::RequestId;
use chinwag_store::{Failure, User};

use crate::traces::Trace;

/// Sends that are not answered yet.
#[derive(Default)]
pub struct InFlight {
    sends: VecDeque<Send>,
    next: u32,
}

/// A send that is not answered yet, with what its answer repeats.
pub struct Send {
    /// Counted within the connection.
    pub serial: u32,
    /// The request's id.
    pub id: Option<RequestId>,
    /// The message's `clientUUID`.
    pub client_uuid: Option<String>,
    /// Whom it named to be mentioned.
    pub mentioned: Vec<User>,
    /// When it was taken.
    pub taken_at: std::time::Instant,
    /// Why it is refused, if that came before the answers to earlier sends.
    pub refused: Option<Arc<Failure>>,
    /// Follows it until it is answered.
    pub trace: Trace,
}

impl InFlight {
    /// How many sends of one connection may wait to be answered.
    pub const LIMIT: usize = 64;

    /// Notes a send and returns its number.
    pub fn begin(
        &mut self,
        id: Option<RequestId>,
        client_uuid: Option<String>,
        mentioned: Vec<User>,
    ) -> u32 {
        let serial = self.next;
        self.next = self.next.wrapping_add(1);
        let taken_at = std::time::Instant::now();
        self.sends.push_back(Send {
            serial,
            id,
            client_uuid,
            mentioned,
            taken_at,
            refused: None,
            trace: Trace::message(),
        });
        serial
    }

    /// The send of this number, which is now answered.
    pub fn answer(&mut self, serial: u32) -> Option<Send> {
        let at = self.sends.iter().position(|send| send.serial == serial)?;
        let send = self.sends.remove(at);
        self.keep_no_queue();
        send
    }

    /// Notes that a send is refused.
    pub fn refuse(&mut self, serial: u32, failure: Arc<Failure>) {
        if let Some(send) = self.sends.iter_mut().find(|send| send.serial == serial) {
            send.refused = Some(failure);
        }
    }

    /// A refused send to which no earlier one still waits for its answer.
    pub fn next_refused(&mut self) -> Option<Send> {
        let send = self.sends.pop_front_if(|send| send.refused.is_some());
        self.keep_no_queue();
        send
    }

    /// An idle connection keeps no queue.
    fn keep_no_queue(&mut self) {
        if self.sends.is_empty() {
            self.sends = VecDeque::new();
        }
    }

    /// Whether every send is answered.
    pub fn is_empty(&self) -> bool {
        self.sends.is_empty()
    }

    /// Whether no further send may begin.
    pub fn is_full(&self) -> bool {
        self.sends.len() >= Self::LIMIT
    }
}
