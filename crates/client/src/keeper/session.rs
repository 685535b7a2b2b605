//! One connection's life, from signed in to lost.

use std::sync::Arc;
use std::time::Duration;

use chinwag_protocol::incoming::{HistoryPage, InboxWants};
use chinwag_protocol::outgoing::{Failure, History, Inbox, Message};
use chinwag_protocol::{Body, ErrorCode, Outgoing, Request};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use super::{Ask, End, Ends, Keeper, Sending, refuse, too_fast};
use crate::event::Told;
use crate::line::{Frame, Line, Lost, PATIENCE, answers};
use crate::places::Turn;
use crate::unanswered::Unanswered;
use crate::{Channel, Error, Event, waits};

/// Silence after which a `ping` is sent.
const PING_EVERY: Duration = Duration::from_secs(20);

/// The most requests without an answer; further ones wait.
const MOST_AWAITED: usize = 256;

/// The length of a page of history, and the room that the events must have before one is requested.
const PAGE: usize = 100;

/// The delay before a failed read is repeated.
const AGAIN: Duration = Duration::from_secs(2);

/// One connection.
pub struct Session<'a> {
    keeper: &'a mut Keeper,
    ends: &'a mut Ends,
    line: Line,
    unanswered: Unanswered<Awaited>,
    /// The time by which a frame must come.
    alive: Instant,
    pinged: bool,
    /// When the message under way is to be sent again.
    repeat: Option<Instant>,
    refusals: u32,
    /// From when on to request the inbox, once the events have room.
    behind: Option<Instant>,
}

/// The purpose of a request.
enum Awaited {
    Asker(Option<oneshot::Sender<Result<Outgoing, Error>>>),
    Join(Channel, Option<oneshot::Sender<Result<Outgoing, Error>>>),
    Rejoin,
    Inbox,
    Page(Channel),
    Send,
    Ping,
}

enum Happened {
    Frame(Result<Frame, Lost>),
    Ask(Option<Ask>),
    Send(Option<Sending>),
    Repeat,
    Room,
    Silence,
}

type Step = Result<(), End>;

impl<'a> Session<'a> {
    /// On a connection that has just signed in.
    pub fn new(keeper: &'a mut Keeper, ends: &'a mut Ends, line: Line) -> Self {
        keeper.places.reconnected();
        Self {
            keeper,
            ends,
            line,
            unanswered: Unanswered::default(),
            alive: Instant::now() + PING_EVERY,
            pinged: false,
            repeat: None,
            refusals: 0,
            behind: None,
        }
    }

    /// Until it ends.
    pub async fn run(mut self) -> End {
        let end = self.live().await.err().unwrap_or(End::Over(Error::Closed));
        if let End::Lost(Lost { too_large: true, .. }) = &end
            && let Some(awaited) = self.unanswered.take_longest()
        {
            self.refused(awaited, Error::too_large(""));
        }
        for awaited in self.unanswered.take_all() {
            if let Awaited::Asker(answer) | Awaited::Join(_, answer) = awaited {
                refuse(answer, Error::Disconnected);
            }
        }
        if let End::Over(_) = end {
            self.line.close().await;
        }
        end
    }

    async fn live(&mut self) -> Step {
        self.ask_inbox().await?;
        if let Some(channel) = self.keeper.joined {
            let join = Request::ChannelJoin(channel.reference());
            self.request(Awaited::Rejoin, &join).await?;
        }
        self.send_message().await?;
        loop {
            match self.next().await {
                Happened::Frame(frame) => match frame.map_err(End::Lost)? {
                    Frame::Known(frame) => self.take(*frame).await?,
                    Frame::Newer(id, error) => {
                        if let Some(awaited) = self.unanswered.take(id) {
                            self.refused(awaited, error);
                        }
                    }
                },
                Happened::Ask(Some(Ask::Request(request, answer))) => {
                    self.ask(request, answer).await?;
                }
                Happened::Ask(Some(Ask::Close)) | Happened::Send(None) => {
                    return Err(End::Over(Error::Closed));
                }
                Happened::Ask(Some(Ask::Wake)) => self.ping(PATIENCE / 2).await?,
                // The messages that are left are sent first.
                Happened::Ask(None) => {}
                Happened::Send(sending) => {
                    self.keeper.under_way = sending;
                    self.send_message().await?;
                }
                Happened::Repeat => self.send_message().await?,
                Happened::Room => {
                    self.behind = None;
                    self.ask_inbox().await?;
                }
                Happened::Silence if self.pinged => return Err(disconnected()),
                Happened::Silence => self.ping(PATIENCE).await?,
            }
        }
    }

    async fn next(&mut self) -> Happened {
        let Ends { events, asks, sends, .. } = &mut *self.ends;
        let asked = self.unanswered.len() < MOST_AWAITED && !(asks.is_closed() && asks.is_empty());
        let unused = self.alive;
        tokio::select! {
            frame = self.line.read() => Happened::Frame(frame),
            ask = asks.recv(), if asked => Happened::Ask(ask),
            sending = sends.recv(), if self.keeper.under_way.is_none() => Happened::Send(sending),
            () = sleep_until(self.repeat.unwrap_or(unused)), if self.repeat.is_some() => Happened::Repeat,
            () = async {
                sleep_until(self.behind.unwrap_or(unused)).await;
                // It fails if the events were dropped; then there is always room.
                drop(events.reserve_many(PAGE).await);
            }, if self.behind.is_some() => Happened::Room,
            () = sleep_until(self.alive) => Happened::Silence,
        }
    }

    async fn ask_inbox(&mut self) -> Step {
        self.keeper.places.inbox_asked();
        self.request(Awaited::Inbox, &Request::Inbox(InboxWants::default())).await
    }

    async fn request(&mut self, awaited: Awaited, request: &Request) -> Step {
        let id = self.unanswered.next_id();
        match self.line.send(Some(id), request).await {
            Ok(length) => self.unanswered.insert(id, awaited, length),
            Err(error @ Error::Refused(_)) => self.refused(awaited, error),
            Err(error) => {
                // Its asker hears of it with the others.
                self.unanswered.insert(id, awaited, 0);
                return Err(End::Lost(error.into()));
            }
        }
        Ok(())
    }

    /// Ends a request that has no other answer.
    fn refused(&mut self, awaited: Awaited, error: Error) {
        match awaited {
            Awaited::Asker(answer) | Awaited::Join(_, answer) => refuse(answer, error),
            Awaited::Send => self.finish_send(Err(error)),
            Awaited::Inbox => self.fall_behind(AGAIN),
            Awaited::Page(channel) => {
                self.keeper.places.given_up(channel);
                self.fall_behind(AGAIN);
            }
            Awaited::Rejoin | Awaited::Ping => {}
        }
    }

    async fn ask(
        &mut self,
        request: Request,
        answer: Option<oneshot::Sender<Result<Outgoing, Error>>>,
    ) -> Step {
        let awaited = match &request {
            Request::ChannelTyping(_) => {
                // It has no reply, and its refusal is no matter.
                let sent = self.line.send(None, &request).await;
                return sent.map(drop).map_err(|error| End::Lost(error.into()));
            }
            Request::ChannelJoin(channel) => match channel.recipient.parse() {
                Ok(user) => Awaited::Join(Channel::With(user), answer),
                Err(_) => Awaited::Join(Channel::General, answer),
            },
            _ => Awaited::Asker(answer),
        };
        self.request(awaited, &request).await
    }

    async fn ping(&mut self, patience: Duration) -> Step {
        self.pinged = true;
        self.alive = Instant::now() + patience;
        self.request(Awaited::Ping, &Request::Ping).await
    }

    async fn send_message(&mut self) -> Step {
        self.repeat = None;
        let Some(Sending { message, .. }) = &self.keeper.under_way else { return Ok(()) };
        let request = Request::ChannelMessage(message.clone());
        self.request(Awaited::Send, &request).await
    }

    async fn take(&mut self, frame: Outgoing) -> Step {
        self.pinged = false;
        self.alive = Instant::now() + PING_EVERY;
        if let Body::ChannelMessage(message) = &frame.body {
            self.live_message(message).await?;
        }
        let awaited = match (answers(&frame), &frame.body) {
            (Some(id), _) => self.unanswered.take(id),
            // A server of 0.1 doesn't say which request is too large.
            (None, Body::Error(error)) if error.code == ErrorCode::TooLarge => {
                self.unanswered.take_longest()
            }
            _ => None,
        };
        if let Body::ChangePassword(changed) = &frame.body {
            self.keeper.again = None;
            if let Some(key) = &changed.access_key {
                self.ends.key.send_replace(key.clone());
            }
        }
        let is_goodbye = matches!(frame.body, Body::SignOut(_) | Body::SignOutEverywhere(_));
        let Outgoing { id, by, body } = frame;
        let whole = |body| Outgoing { id, by, body };
        match (awaited, body) {
            (Some(Awaited::Asker(answer)), body) => reply(answer, whole(body)),
            (Some(Awaited::Join(channel, answer)), body) => {
                if let Body::ChannelJoin(_) = body {
                    self.keeper.joined = Some(channel);
                }
                reply(answer, whole(body));
            }
            (Some(Awaited::Inbox), Body::Inbox(inbox)) => self.take_inbox(inbox).await?,
            (Some(Awaited::Page(_)), Body::ChannelMessages(page)) => self.take_page(page).await?,
            (Some(Awaited::Send), Body::ChannelMessage(message)) => {
                self.refusals = 0;
                self.finish_send(Ok(message));
            }
            (Some(Awaited::Send), Body::Error(error)) => self.take_refusal(error),
            (Some(awaited @ (Awaited::Inbox | Awaited::Page(_) | Awaited::Send)), _) => {
                self.refused(awaited, Error::Unexpected);
            }
            (Some(Awaited::Ping), _)
            | (None, Body::ChannelMessage(_) | Body::Error(_))
            | (Some(Awaited::Rejoin), Body::Error(_)) => {}
            (Some(Awaited::Rejoin) | None, body) => {
                self.tell(Event::News(Box::new(whole(body))));
            }
        }
        if is_goodbye { Err(End::Over(Error::SignedOut)) } else { Ok(()) }
    }

    async fn live_message(&mut self, message: &Message) -> Step {
        let channel = Channel::of(message, self.keeper.me);
        match self.keeper.places.live(channel, message.seq, self.behind.is_none()) {
            Turn::Now => {
                self.tell_message(channel, message.clone());
                Ok(())
            }
            Turn::Not => Ok(()),
            Turn::Fill(after) => self.fill(channel, after).await,
        }
    }

    async fn take_inbox(&mut self, inbox: Inbox) -> Step {
        if self.keeper.places.are_beyond(&inbox) {
            self.keeper.set_back();
        }
        if self.keeper.reset_due && !self.tell(Event::Reset) {
            self.fall_behind(Duration::ZERO);
            return Ok(());
        }
        self.keeper.reset_due = false;
        if !self.tell(Event::Inbox(inbox.clone())) {
            self.fall_behind(Duration::ZERO);
            return Ok(());
        }
        for (channel, after) in self.keeper.places.inbox(&inbox) {
            self.fill(channel, after).await?;
        }
        Ok(())
    }

    /// Requests the page after this `Seq`.
    async fn fill(&mut self, channel: Channel, after: u64) -> Step {
        let page = HistoryPage {
            recipient: channel.to_string(),
            limit: i64::try_from(PAGE).ok(),
            before: None,
            after: i64::try_from(after).ok(),
        };
        self.request(Awaited::Page(channel), &Request::ChannelMessages(page)).await
    }

    async fn take_page(&mut self, page: History) -> Step {
        let channel = Channel::from(&page.channel);
        for message in self.keeper.places.page(page) {
            if !self.tell_message(channel, message) {
                self.keeper.places.given_up(channel);
                return Ok(());
            }
        }
        match self.keeper.places.next_page(channel) {
            Some(after) => self.fill(channel, after).await,
            None => Ok(()),
        }
    }

    /// Delivers a message, or notes that it is to be read from the history once there is room.
    fn tell_message(&mut self, channel: Channel, message: Message) -> bool {
        let (seq, uuid) = (message.seq, message.uuid);
        let told = self.tell(Event::Message(Box::new(message)));
        if told {
            self.keeper.places.told(channel, seq, uuid);
        } else {
            self.fall_behind(Duration::ZERO);
        }
        told
    }

    /// Whether there was room; if the events were dropped, everything counts as delivered.
    fn tell(&self, event: Event) -> bool {
        let told = Told { event, epoch: Arc::clone(&self.keeper.epoch) };
        !matches!(self.ends.events.try_send(told), Err(TrySendError::Full(_)))
    }

    fn fall_behind(&mut self, wait: Duration) {
        self.behind.get_or_insert(Instant::now() + wait);
    }

    /// Repeats a send after a temporary refusal; ends it after any other.
    fn take_refusal(&mut self, failure: Failure) {
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

    fn finish_send(&mut self, outcome: Result<Message, Error>) {
        if let Some(sending) = self.keeper.under_way.take() {
            // It fails where nobody waits for the outcome.
            let _ = sending.done.send(outcome);
        }
    }
}

fn reply(answer: Option<oneshot::Sender<Result<Outgoing, Error>>>, frame: Outgoing) {
    match (answer, frame) {
        (answer, Outgoing { body: Body::Error(error), .. }) => {
            refuse(answer, Error::Refused(error));
        }
        (Some(answer), frame) => drop(answer.send(Ok(frame))),
        (None, _) => {}
    }
}

fn disconnected() -> End {
    End::Lost(Error::Disconnected.into())
}
