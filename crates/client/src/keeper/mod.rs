//! The task that keeps a connection alive: it reconnects until the client is closed or dropped.

mod changes;
mod history;
mod news;
mod sends;
mod session;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use chinwag_protocol::incoming::NewMessage;
use chinwag_protocol::outgoing::{Authorized, Message};
use chinwag_protocol::{ErrorCode, Outgoing, Request, UserUuid};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep};

use crate::event::Told;
use crate::line::{Line, Lost};
use crate::places::{Move, Places};
use crate::{Address, ChannelId, Error, Link, Login, Options, waits};
use session::Session;

/// A connection that lived this long was a good one, so the waits start small again.
const STEADY: Duration = Duration::from_secs(5);

/// A request of the client to the task.
#[derive(Debug)]
pub enum Ask {
    /// Send this, and return the answer if there is one.
    Request(Request, Option<oneshot::Sender<Result<Outgoing, Error>>>),
    /// Don't wait for the next attempt.
    Wake,
    /// End.
    Close,
}

/// A message to be sent until it is stored or refused.
#[derive(Debug)]
pub struct Sending {
    /// The message.
    pub message: NewMessage,
    /// Takes the outcome.
    pub done: oneshot::Sender<Result<Message, Error>>,
}

/// The state that outlives a connection.
pub struct Keeper {
    address: Address,
    again: Option<Login>,
    me: UserUuid,
    epoch: Arc<str>,
    max_request: usize,
    places: Places,
    /// Whether [`Event::Reset`](crate::Event::Reset) is still to be delivered.
    reset_due: bool,
    joined: Option<ChannelId>,
    /// Channels that begin or have gone, to be told with the next event.
    moves: Vec<Move>,
    /// The message being sent: one at a time, so that a refusal of one never changes the order of the others.
    under_way: Option<Sending>,
}

/// The task's ends of the channels to the client.
struct Ends {
    key: watch::Sender<String>,
    link: watch::Sender<Link>,
    events: mpsc::Sender<Told>,
    asks: mpsc::Receiver<Ask>,
    sends: mpsc::Receiver<Sending>,
}

/// How a connection ended.
enum End {
    /// Reconnect.
    Lost(Lost),
    /// For good.
    Over(Error),
}

/// The outcome of work without a connection.
enum Away<T> {
    Done(T),
    Woken,
    Closed,
}

impl Keeper {
    /// For a user who has just signed in. `again` is the login to use if the access key is refused.
    pub fn new(
        address: Address,
        again: Option<Login>,
        authorized: &Authorized,
        options: Options,
    ) -> Self {
        let (places, epoch) = match options.positions {
            Some(positions) => (Places::from(&positions), positions.epoch.into()),
            None => (Places::default(), Arc::from("")),
        };
        let mut keeper = Self {
            address,
            again,
            me: authorized.user,
            epoch,
            max_request: options.max_request,
            places,
            reset_due: false,
            joined: None,
            moves: Vec::new(),
            under_way: None,
        };
        keeper.take_epoch(&authorized.epoch);
        keeper
    }

    /// A server of 0.1 has no epoch, so that a first epoch says nothing of what was before.
    fn take_epoch(&mut self, epoch: &str) {
        if !epoch.is_empty() && *self.epoch != *epoch {
            if !self.epoch.is_empty() {
                self.set_back();
            }
            self.epoch = epoch.into();
        }
    }

    /// The server lost messages: the rest is read again.
    fn set_back(&mut self) {
        self.places.set_back();
        self.reset_due = true;
    }

    /// Keeps the connection until it ends for good.
    pub async fn run(
        mut self,
        line: Line,
        key: watch::Sender<String>,
        link: watch::Sender<Link>,
        events: mpsc::Sender<Told>,
        asks: mpsc::Receiver<Ask>,
        sends: mpsc::Receiver<Sending>,
    ) {
        let mut ends = Ends { key, link, events, asks, sends };
        let error = self.keep(&mut ends, line).await;
        ends.asks.close();
        ends.sends.close();
        let waiting = std::iter::from_fn(|| ends.sends.try_recv().ok());
        for sending in self.under_way.take().into_iter().chain(waiting) {
            // It fails where nobody waits for the outcome.
            let _ = sending.done.send(Err(error.clone()));
        }
        ends.link.send_replace(Link::Ended(error));
    }

    async fn keep(&mut self, ends: &mut Ends, mut line: Line) -> Error {
        let mut attempts = 0;
        loop {
            ends.link.send_replace(Link::Live);
            let since = Instant::now();
            let mut lost = match Session::new(self, ends, line).run().await {
                End::Over(error) => return error,
                End::Lost(lost) => lost,
            };
            if since.elapsed() > STEADY {
                attempts = 0;
            }
            line = loop {
                let wait = lost.wait.unwrap_or_else(|| waits::next(attempts));
                attempts = attempts.saturating_add(1);
                ends.link
                    .send_replace(Link::Waiting { until: Instant::now() + wait, why: lost.error });
                if let Away::Closed = self.away(ends, true, sleep(wait)).await {
                    return Error::Closed;
                }
                ends.link.send_replace(Link::Connecting);
                let reach = reach(
                    self.address.clone(),
                    ends.key.borrow().clone(),
                    self.again.clone(),
                    self.me,
                );
                lost = match self.away(ends, false, reach).await {
                    Away::Done(Ok((line, Authorized { access_key: key, epoch, .. }))) => {
                        self.take_epoch(&epoch);
                        ends.key.send_if_modified(|known| {
                            *known != key && {
                                *known = key;
                                true
                            }
                        });
                        break line.with_max_request(self.max_request);
                    }
                    Away::Done(Err(End::Over(error))) => return error,
                    Away::Done(Err(End::Lost(lost))) => lost,
                    Away::Woken | Away::Closed => return Error::Closed,
                };
            };
        }
    }

    /// Does work without a connection, and refuses requests meanwhile.
    async fn away<T>(
        &self,
        ends: &mut Ends,
        wakeable: bool,
        work: impl Future<Output = T>,
    ) -> Away<T> {
        let (mut work, mut needed) = (pin!(work), true);
        loop {
            let ask = tokio::select! {
                done = &mut work => return Away::Done(done),
                ask = ends.asks.recv(), if needed => ask,
            };
            match ask {
                Some(Ask::Request(_, answer)) => refuse(answer, Error::Disconnected),
                Some(Ask::Wake) if wakeable => return Away::Woken,
                Some(Ask::Wake) => {}
                Some(Ask::Close) => return Away::Closed,
                None if self.under_way.is_none() && ends.sends.is_empty() => return Away::Closed,
                None => needed = false,
            }
        }
    }
}

/// Reconnects and signs in: by the access key, or if that is refused by the password.
async fn reach(
    address: Address,
    access_key: String,
    again: Option<Login>,
    me: UserUuid,
) -> Result<(Line, Authorized), End> {
    let mut line = Line::open(&address).await.map_err(End::Lost)?;
    let mut answer = line.sign_in(&Login::Resume { access_key }).await;
    let is_refused = |lost: &Lost| {
        matches!(lost.error.code(), Some(ErrorCode::SignInRefused | ErrorCode::UnknownUser))
    };
    if let (Err(lost), Some(again)) = (&answer, &again)
        && is_refused(lost)
    {
        answer = line.sign_in(again).await;
    }
    match answer {
        Ok(authorized) if authorized.user == me => Ok((line, authorized)),
        // The name has become another user's, as on a server that begins again.
        Ok(_) => Err(End::Over(Error::SignedOut)),
        Err(lost) if is_refused(&lost) => Err(End::Over(Error::SignedOut)),
        Err(lost) => Err(End::Lost(Lost { wait: too_fast(&lost.error), ..lost })),
    }
}

/// How long to wait, as an error 22 says.
fn too_fast(error: &Error) -> Option<Duration> {
    match error {
        Error::Refused(failure) if failure.code == ErrorCode::TooManyRequests => {
            Some(Duration::from_secs(failure.payload.parse().unwrap_or(1)))
        }
        _ => None,
    }
}

fn refuse(answer: Option<oneshot::Sender<Result<Outgoing, Error>>>, error: Error) {
    if let Some(answer) = answer {
        // It fails where nobody waits for the answer.
        let _ = answer.send(Err(error));
    }
}
