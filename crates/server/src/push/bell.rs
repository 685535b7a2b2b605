//! The queue of stored messages of which somebody may be notified.

use std::sync::Arc;

use chinwag_store::Message;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::Instant;

/// How many messages may wait. They wait for 3 s each.
const WAITING: usize = 65_536;

/// Takes the messages that this node's sessions have sent.
pub struct Bell(Sender<Rung>);

/// A message, and when it was stored.
pub type Rung = (Instant, Arc<Message>);

/// The messages that wait, in their order.
pub struct Waiting(pub(super) Receiver<Rung>);

/// A bell, and what waits for it.
pub fn bell() -> (Bell, Waiting) {
    let (sender, receiver) = channel(WAITING);
    (Bell(sender), Waiting(receiver))
}

impl Bell {
    /// Notes a message that was stored. It never waits: of more messages than have room nobody is notified.
    pub fn note(&self, message: &Arc<Message>) {
        // Without room, or once nobody rings any more.
        let _ = self.0.try_send((Instant::now(), Arc::clone(message)));
    }
}
