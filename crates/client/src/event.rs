//! The events of a client.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chinwag_protocol::outgoing::{Inbox, Message};
use chinwag_protocol::{Outgoing, UserUuid};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use crate::places::Move;
use crate::{Channel, ChannelId, Error, Positions};

/// An event of a client.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A message: each channel's in the order of `Seq`, each once, one's own among them.
    Message(Box<Message>),
    /// A message that came before, or is older than all that did, was edited, deleted, reacted to, pinned or answered: each
    /// channel's changes in the order of `Rev`, each state once. A message that comes for the first time comes as it is
    /// now. A server of 0.1 has no changes.
    Changed {
        /// The whole message as it is now.
        message: Box<Message>,
        /// Whether it came at once. Then it doesn't say which reactions are the user's (`mine`): they stay as they were.
        live: bool,
    },
    /// More than 1,000 changes of this channel were missed, and are left out: forget its messages, and read the newest.
    Skipped(ChannelId),
    /// The server lost messages, as after a restored backup: forget those that you hold. New ones follow,
    /// perhaps with a `Seq` that another message had. Those of the last 256 of a channel that the server
    /// still has do not come again.
    Reset,
    /// The user's channels: after the sign-in, after each return, and after this stream was not read for
    /// so long that events were left out.
    Inbox(Inbox),
    /// The connection has changed.
    Link(Link),
    /// A sign-in or sign-out, a join or leave, presence, typing; a read mark, preferences or a reaction of another session; a channel
    /// that was made or edited or of which the user has become a member, one that has gone, members of one. News are
    /// left out while more than a thousand events wait to be read; messages never are. After news of channels that were
    /// left out comes another inbox.
    News(Box<Outgoing>),
}

/// How the connection is.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Link {
    /// An attempt is under way.
    Connecting,
    /// Signed in.
    Live,
    /// The next attempt is at this moment; [`Client::wake`](crate::Client::wake) makes it now.
    Waiting {
        /// The time of the attempt.
        until: Instant,
        /// Why the last connection ended, or the last attempt failed.
        why: Error,
    },
    /// For good.
    Ended(Error),
}

/// For people: `offline, next try in 3 s: the connection ended before the answer came`.
impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connecting => f.write_str("connecting"),
            Self::Live => f.write_str("live"),
            Self::Waiting { until, why } => {
                let left = until.saturating_duration_since(Instant::now());
                let seconds = (left + Duration::from_millis(999)).as_secs();
                write!(f, "offline, next try in {seconds} s: {why}")
            }
            Self::Ended(why) => write!(f, "ended: {why}"),
        }
    }
}

/// An event in the queue, the epoch that it is of, and what begins, has gone or is handled with it.
#[derive(Debug)]
pub(crate) struct Told {
    pub event: Event,
    pub epoch: Arc<str>,
    pub moves: Vec<Move>,
    /// Up to which `rev` changes are handled with it.
    pub revs: Vec<(ChannelId, u64)>,
}

/// The stream of events.
#[derive(Debug)]
pub struct Events {
    queue: mpsc::Receiver<Told>,
    link: watch::Receiver<Link>,
    ended: bool,
    me: UserUuid,
    positions: Positions,
    /// Whether there are positions: of an earlier run, or of the first inbox.
    begun: bool,
    /// Whether the server lost messages, and the inbox has still to come that says how many are left.
    reset: bool,
}

impl Events {
    pub(crate) fn new(
        queue: mpsc::Receiver<Told>,
        link: watch::Receiver<Link>,
        me: UserUuid,
        positions: Option<Positions>,
    ) -> Self {
        let (begun, positions) = (positions.is_some(), positions.unwrap_or_default());
        Self { queue, link, ended: false, me, positions, begun, reset: false }
    }

    /// Where the next run goes on: behind every message and change that [`Events::next`] has returned. Save them after each
    /// event. `None` until the first [`Event::Inbox`], and between [`Event::Reset`] and the next one.
    #[must_use]
    pub fn positions(&self) -> Option<&Positions> {
        (self.begun && !self.reset).then_some(&self.positions)
    }

    /// The next event; `None` after [`Link::Ended`]. May be dropped while it waits without losing anything.
    pub async fn next(&mut self) -> Option<Event> {
        tokio::select! {
            biased;
            // Earlier events come before the end.
            told = self.queue.recv() => match told {
                Some(told) => Some(self.note(told)),
                None => self.end(),
            },
            Ok(()) = self.link.changed(), if !self.is_ending() => {
                Some(Event::Link(self.link.borrow_and_update().clone()))
            }
        }
    }

    fn note(&mut self, Told { event, epoch, moves, revs }: Told) -> Event {
        if *self.positions.epoch != *epoch {
            epoch.as_ref().clone_into(&mut self.positions.epoch);
        }
        let channels = &mut self.positions.channels;
        for (channel, begins) in moves {
            if let Some(seq) = begins {
                channels.insert(channel, seq);
            } else {
                channels.remove(&channel);
                self.positions.revs.remove(&channel);
            }
        }
        self.positions.revs.extend(revs);
        match &event {
            Event::Message(message) => {
                channels.insert(Channel::of(message, self.me).id(), message.seq);
            }
            Event::Reset => {
                self.reset = true;
                self.positions.revs.clear();
            }
            Event::Inbox(inbox) => {
                let listed = inbox.channels.iter();
                let mut totals = listed.map(|listed| (Channel::from(listed).id(), listed.total));
                if !std::mem::replace(&mut self.begun, true) {
                    channels.extend(totals);
                } else if std::mem::take(&mut self.reset) {
                    let totals: HashMap<_, _> = totals.by_ref().collect();
                    for (channel, seq) in channels {
                        *seq = totals.get(channel).map_or(0, |total| (*seq).min(*total));
                    }
                }
            }
            _ => {}
        }
        event
    }

    fn is_ending(&self) -> bool {
        matches!(*self.link.borrow(), Link::Ended(_))
    }

    fn end(&mut self) -> Option<Event> {
        let first = !std::mem::replace(&mut self.ended, true);
        first.then(|| Event::Link(self.link.borrow().clone()))
    }
}
