//! What a client tells its user.

use chinwag_protocol::outgoing::{Inbox, Message, Outgoing};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use crate::Error;

/// What has happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A message: each channel's in the order of `Seq`, each once, one's own among them.
    Message(Box<Message>),
    /// The server holds less than before, as after a restored backup: forget all messages, of which some
    /// are lost. What has come in their places is told next, under a `Seq` that may have been told before.
    /// Of each channel the last 256 messages told are not told again where they are still there.
    Reset,
    /// The user's channels as they are now: after signing in, after each return, and after anything was
    /// left out because this stream was not read.
    Inbox(Inbox),
    /// The connection has changed.
    Link(Link),
    /// Somebody came, went, joined, left, is typing, or has read elsewhere. These are left out while more
    /// than a thousand events wait to be read; messages never are.
    News(Box<Outgoing>),
}

/// How the connection is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Link {
    /// An attempt is under way.
    Connecting,
    /// Signed in.
    Live,
    /// The next attempt is at this moment; [`Client::wake`](crate::Client::wake) makes it now.
    Waiting {
        /// When.
        until: Instant,
        /// Why the last connection ended, or the last attempt failed.
        why: Error,
    },
    /// Nothing more will come.
    Ended(Error),
}

/// The stream of events.
#[derive(Debug)]
pub struct Events {
    pub(crate) queue: mpsc::Receiver<Event>,
    pub(crate) link: watch::Receiver<Link>,
    pub(crate) ended: bool,
}

impl Events {
    /// The next event; `None` after [`Link::Ended`]. May be dropped while it waits without losing anything.
    pub async fn next(&mut self) -> Option<Event> {
        tokio::select! {
            biased;
            // What came before the end is told before it.
            event = self.queue.recv() => match event {
                Some(event) => Some(event),
                None => self.end(),
            },
            Ok(()) = self.link.changed(), if !self.is_ending() => {
                Some(Event::Link(self.link.borrow_and_update().clone()))
            }
        }
    }

    fn is_ending(&self) -> bool {
        matches!(*self.link.borrow(), Link::Ended(_))
    }

    fn end(&mut self) -> Option<Event> {
        let first = !std::mem::replace(&mut self.ended, true);
        first.then(|| Event::Link(self.link.borrow().clone()))
    }
}
