//! One connection's life, from signed in to lost.

use std::collections::HashMap;
use std::time::Duration;

use chinwag_protocol::incoming::{HistoryPage, NewMessage};
use chinwag_protocol::outgoing::{Failure, History, Inbox, Message, Outgoing};
use chinwag_protocol::{ErrorCode, Request};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use super::{Ask, End, Ends, Keeper, Post, refuse, too_fast};
use crate::line::{Line, Lost, PATIENCE, answers};
use crate::places::Turn;
use crate::{Channel, Error, Event, waits};

/// Silence after which the server is asked for a sign of life.
const PING_EVERY: Duration = Duration::from_secs(20);

/// How many answers may be outstanding before no more is asked.
const MOST_AWAITED: usize = 256;

/// A page of history, and how much room the events must have before one is asked for.
const PAGE: usize = 100;

/// How long to wait before what the server could not read is asked for again.
const AGAIN: Duration = Duration::from_secs(2);

/// One connection.
pub struct Session<'a> {
    keeper: &'a mut Keeper,
    ends: &'a mut Ends,
    line: Line,
    last_id: i64,
    awaited: HashMap<i64, Awaited>,
    /// When the server must have been heard of.
    alive: Instant,
    pinged: bool,
    /// When the message under way is to be sent again.
    repeat: Option<Instant>,
    refusals: u32,
    /// From when on the inbox is to be asked for, once the events have room.
    behind: Option<Instant>,
}

/// What an answer is for.
enum Awaited {
    Asker(Option<oneshot::Sender<Result<Outgoing, Error>>>),
    Join(Channel, Option<oneshot::Sender<Result<Outgoing, Error>>>),
    Rejoin,
    Inbox,
    Page(Channel),
    Post,
    Ping,
}

enum Happened {
    Frame(Result<Outgoing, Lost>),
    Ask(Option<Ask>),
    Post(Option<Post>),
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
            last_id: 0,
            awaited: HashMap::new(),
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
        for (_, awaited) in self.awaited {
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
            let join = Request::ChannelJoin { channel_join: channel.reference() };
            self.request(Awaited::Rejoin, &join).await?;
        }
        self.send_post().await?;
        loop {
            match self.next().await {
                Happened::Frame(frame) => self.take(frame.map_err(End::Lost)?).await?,
                Happened::Ask(Some(Ask::Request(request, answer))) => {
                    self.ask(request, answer).await?;
                }
                Happened::Ask(Some(Ask::Close)) | Happened::Post(None) => {
                    return Err(End::Over(Error::Closed));
                }
                Happened::Ask(Some(Ask::Wake)) => self.ping(PATIENCE / 2).await?,
                // The posts that are left are sent first.
                Happened::Ask(None) => {}
                Happened::Post(post) => {
                    self.keeper.under_way = post;
                    self.send_post().await?;
                }
                Happened::Repeat => self.send_post().await?,
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
        let Ends { events, asks, posts, .. } = &mut *self.ends;
        let asked = self.awaited.len() < MOST_AWAITED && !(asks.is_closed() && asks.is_empty());
        let unused = self.alive;
        tokio::select! {
            frame = self.line.read() => Happened::Frame(frame),
            ask = asks.recv(), if asked => Happened::Ask(ask),
            post = posts.recv(), if self.keeper.under_way.is_none() => Happened::Post(post),
            () = sleep_until(self.repeat.unwrap_or(unused)), if self.repeat.is_some() => Happened::Repeat,
            () = async {
                sleep_until(self.behind.unwrap_or(unused)).await;
                // Where nobody reads events any more, there is always room.
                drop(events.reserve_many(PAGE).await);
            }, if self.behind.is_some() => Happened::Room,
            () = sleep_until(self.alive) => Happened::Silence,
        }
    }

    async fn ask_inbox(&mut self) -> Step {
        self.keeper.places.inbox_asked();
        self.request(Awaited::Inbox, &Request::Inbox {}).await
    }

    async fn request(&mut self, awaited: Awaited, request: &Request) -> Step {
        self.last_id += 1;
        self.awaited.insert(self.last_id, awaited);
        let sent = self.line.send(Some(self.last_id), request).await;
        sent.map_err(|error| End::Lost(Lost { error, wait: None }))
    }

    async fn ask(
        &mut self,
        request: Request,
        answer: Option<oneshot::Sender<Result<Outgoing, Error>>>,
    ) -> Step {
        let awaited = match &request {
            Request::ChannelTyping { .. } => {
                // It has no reply, and its refusal is no matter.
                let sent = self.line.send(None, &request).await;
                return sent.map_err(|error| End::Lost(Lost { error, wait: None }));
            }
            Request::ChannelJoin { channel_join } => match channel_join.recipient.parse() {
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
        self.request(Awaited::Ping, &Request::Ping {}).await
    }

    async fn send_post(&mut self) -> Step {
        self.repeat = None;
        let Some(Post { message, .. }) = &self.keeper.under_way else { return Ok(()) };
        let channel_message: NewMessage = message.clone();
        self.request(Awaited::Post, &Request::ChannelMessage { channel_message }).await
    }

    async fn take(&mut self, frame: Outgoing) -> Step {
        self.pinged = false;
        self.alive = Instant::now() + PING_EVERY;
        if let Outgoing::ChannelMessage { channel_message, .. } = &frame {
            self.live_message(channel_message).await?;
        }
        let awaited = answers(&frame).and_then(|id| self.awaited.remove(&id));
        if let Outgoing::ChangePassword { .. } = frame {
            self.keeper.again = None;
        }
        let is_goodbye =
            matches!(frame, Outgoing::SignOut { .. } | Outgoing::SignOutEverywhere { .. });
        match (awaited, frame) {
            (Some(Awaited::Asker(answer)), frame) => reply(answer, frame),
            (Some(Awaited::Join(channel, answer)), frame) => {
                if let Outgoing::ChannelJoin { .. } = frame {
                    self.keeper.joined = Some(channel);
                }
                reply(answer, frame);
            }
            (Some(Awaited::Inbox), Outgoing::Inbox { inbox, .. }) => self.take_inbox(inbox).await?,
            (Some(Awaited::Inbox), _) => self.fall_behind(AGAIN),
            (Some(Awaited::Page(_)), Outgoing::ChannelMessages { channel_messages, .. }) => {
                self.take_page(channel_messages).await?;
            }
            (Some(Awaited::Page(channel)), _) => {
                self.keeper.places.given_up(channel);
                self.fall_behind(AGAIN);
            }
            (Some(Awaited::Post), Outgoing::ChannelMessage { channel_message, .. }) => {
                self.refusals = 0;
                self.finish_post(Ok(channel_message));
            }
            (Some(Awaited::Post), Outgoing::Error { error, .. }) => self.take_refusal(error),
            (Some(Awaited::Post | Awaited::Ping), _)
            | (None, Outgoing::ChannelMessage { .. } | Outgoing::Error { .. })
            | (Some(Awaited::Rejoin), Outgoing::Error { .. }) => {}
            (Some(Awaited::Rejoin) | None, frame) => {
                self.tell(Event::News(Box::new(frame)));
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

    /// Asks for what comes after this `Seq`.
    async fn fill(&mut self, channel: Channel, after: u64) -> Step {
        let channel_messages = HistoryPage {
            recipient: channel.to_string(),
            limit: i64::try_from(PAGE).ok(),
            before: None,
            after: i64::try_from(after).ok(),
        };
        self.request(Awaited::Page(channel), &Request::ChannelMessages { channel_messages }).await
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

    /// Tells a message, or remembers that it is to be read from the history once there is room.
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

    /// Whether there was room; where nobody reads events, everything counts as told.
    fn tell(&self, event: Event) -> bool {
        !matches!(self.ends.events.try_send(event), Err(TrySendError::Full(_)))
    }

    fn fall_behind(&mut self, wait: Duration) {
        self.behind.get_or_insert(Instant::now() + wait);
    }

    /// A send that the server could not take now is repeated; all else is its end.
    fn take_refusal(&mut self, failure: Failure) {
        let code = failure.code;
        let error = Error::Refused(failure);
        let wait = match code {
            ErrorCode::TooManyRequests => too_fast(&error),
            ErrorCode::StoreUnavailable => Some(waits::next(self.refusals)),
            _ => return self.finish_post(Err(error)),
        };
        self.refusals = self.refusals.saturating_add(1);
        self.repeat = Some(Instant::now() + wait.unwrap_or(AGAIN));
    }

    fn finish_post(&mut self, outcome: Result<Message, Error>) {
        if let Some(post) = self.keeper.under_way.take() {
            // Whoever doesn't wait for it doesn't want to know.
            let _ = post.done.send(outcome);
        }
    }
}

fn reply(answer: Option<oneshot::Sender<Result<Outgoing, Error>>>, frame: Outgoing) {
    match (answer, frame) {
        (answer, Outgoing::Error { error, .. }) => refuse(answer, Error::Refused(error)),
        (Some(answer), frame) => drop(answer.send(Ok(frame))),
        (None, _) => {}
    }
}

fn disconnected() -> End {
    End::Lost(Lost { error: Error::Disconnected, wait: None })
}
