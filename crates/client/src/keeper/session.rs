//! One connection's life, from signed in to lost.

use std::sync::Arc;
use std::time::Duration;

use chinwag_protocol::{Body, ErrorCode, Outgoing, Request};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use super::{Ask, End, Ends, Keeper, Sending, refuse};
use crate::channels::wants;
use crate::event::Told;
use crate::line::{Frame, Line, Lost, PATIENCE, answers};
use crate::unanswered::Unanswered;
use crate::{ChannelId, Error, Event};

/// Silence after which a `ping` is sent.
const PING_EVERY: Duration = Duration::from_secs(20);

/// The most requests without an answer; further ones wait.
const MOST_AWAITED: usize = 256;

/// The length of a page of history, and the room that the events must have before one is requested.
pub(super) const PAGE: usize = 100;

/// The delay before a failed read is repeated.
pub(super) const AGAIN: Duration = Duration::from_secs(2);

/// One connection.
pub struct Session<'a> {
    pub(super) keeper: &'a mut Keeper,
    ends: &'a mut Ends,
    line: Line,
    unanswered: Unanswered<Awaited>,
    /// The time by which a frame must come.
    alive: Instant,
    pinged: bool,
    /// When the message under way is to be sent again.
    pub(super) repeat: Option<Instant>,
    pub(super) refusals: u32,
    /// From when on to request the inbox, once the events have room.
    pub(super) behind: Option<Instant>,
}

/// The purpose of a request.
pub(super) enum Awaited {
    Asker(Option<oneshot::Sender<Result<Outgoing, Error>>>),
    Join(ChannelId, Option<oneshot::Sender<Result<Outgoing, Error>>>),
    Rejoin,
    Inbox,
    Page(ChannelId),
    Changes(ChannelId),
    /// The changes that a page for the client lacks.
    Present(Box<Outgoing>, Option<oneshot::Sender<Result<Outgoing, Error>>>),
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

pub(super) type Step = Result<(), End>;

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
            if let Awaited::Asker(answer) | Awaited::Join(_, answer) | Awaited::Present(_, answer) =
                awaited
            {
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
        self.request(Awaited::Inbox, &Request::Inbox(wants())).await
    }

    pub(super) async fn request(&mut self, awaited: Awaited, request: &Request) -> Step {
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
            Awaited::Asker(answer) | Awaited::Join(_, answer) | Awaited::Present(_, answer) => {
                refuse(answer, error);
            }
            Awaited::Send => self.finish_send(Err(error)),
            Awaited::Inbox => self.fall_behind(AGAIN),
            Awaited::Page(channel) => {
                self.keeper.places.given_up(channel);
                self.fall_behind(AGAIN);
            }
            Awaited::Changes(channel) => {
                self.keeper.places.missing_read(channel, None);
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
            // The server refuses a name that is none.
            Request::ChannelJoin(channel) => {
                Awaited::Join(channel.recipient.parse().unwrap_or_default(), answer)
            }
            _ => Awaited::Asker(answer),
        };
        self.request(awaited, &request).await
    }

    async fn ping(&mut self, patience: Duration) -> Step {
        self.pinged = true;
        self.alive = Instant::now() + patience;
        self.request(Awaited::Ping, &Request::Ping).await
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
            (Some(Awaited::Asker(answer)), body) => self.answer(answer, whole(body)).await?,
            (Some(Awaited::Join(channel, answer)), body) => {
                if let Body::ChannelJoin(view) = &body {
                    self.joined(channel);
                    self.look_at(view).await?;
                }
                self.answer(answer, whole(body)).await?;
            }
            (Some(Awaited::Present(page, answer)), Body::ChannelChanges(changes)) => {
                self.present(*page, changes, answer).await?;
            }
            (Some(Awaited::Changes(channel)), Body::ChannelChanges(changes)) => {
                self.keeper.places.missing_read(channel, Some(changes.rev));
                self.take_changes(changes, false).await?;
            }
            (None, Body::ChannelChanges(changes)) => self.take_changes(changes, true).await?,
            (Some(Awaited::Inbox), Body::Inbox(inbox)) => self.take_inbox(inbox).await?,
            (Some(Awaited::Page(_)), Body::ChannelMessages(page)) => self.take_page(page).await?,
            (Some(Awaited::Send), Body::ChannelMessage(message)) => {
                self.refusals = 0;
                self.finish_send(Ok(message));
            }
            (Some(Awaited::Send), Body::Error(error)) => self.take_refusal(error),
            (
                Some(
                    awaited @ (Awaited::Inbox
                    | Awaited::Page(_)
                    | Awaited::Changes(_)
                    | Awaited::Present(..)
                    | Awaited::Send),
                ),
                _,
            ) => {
                self.refused(awaited, Error::Unexpected);
            }
            (Some(Awaited::Rejoin), Body::Error(error)) => {
                // The user was removed from it, or it has ended.
                if error.code == ErrorCode::UnknownUser {
                    self.keeper.joined = None;
                }
            }
            (Some(Awaited::Rejoin), Body::ChannelJoin(view)) => {
                self.look_at(&view).await?;
                self.take_news(whole(Body::ChannelJoin(view)));
            }
            (Some(Awaited::Ping), _) | (None, Body::ChannelMessage(_) | Body::Error(_)) => {}
            (Some(Awaited::Rejoin) | None, body) => self.take_news(whole(body)),
        }
        if is_goodbye { Err(End::Over(Error::SignedOut)) } else { Ok(()) }
    }

    /// Whether there was room; if the events were dropped, everything counts as delivered.
    pub(super) fn tell(&mut self, event: Event) -> bool {
        let moves = std::mem::take(&mut self.keeper.moves);
        let revs = std::mem::take(&mut self.keeper.places.revs);
        let told = Told { event, epoch: Arc::clone(&self.keeper.epoch), moves, revs };
        match self.ends.events.try_send(told) {
            Err(TrySendError::Full(told)) => {
                self.keeper.moves = told.moves;
                self.keeper.places.revs = told.revs;
                false
            }
            _ => true,
        }
    }

    pub(super) fn has_room_for(&self, events: usize) -> bool {
        self.ends.events.capacity() >= events || self.ends.events.is_closed()
    }

    pub(super) fn fall_behind(&mut self, wait: Duration) {
        self.behind.get_or_insert(Instant::now() + wait);
    }
}

fn disconnected() -> End {
    End::Lost(Error::Disconnected.into())
}
