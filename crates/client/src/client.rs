//! What a program holds: asks, and sends that are repeated until they are stored or refused.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use chinwag_protocol::incoming::{ChannelRef, HistoryPage, NewMessage, ReadMark, UsersPage};
use chinwag_protocol::outgoing::{ChannelView, History, Inbox, Message, Outgoing, Users};
use chinwag_protocol::{Request, UserUuid};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

use crate::event::{Events, Link};
use crate::keeper::{Ask, Keeper, Post};
use crate::line::Line;
use crate::login::Login;
use crate::{Address, Channel, Error};

/// How many events may wait to be read.
const EVENTS: usize = 1_024;
/// How many messages may wait to be sent.
const POSTS: usize = 1_024;
/// How many requests may wait for the connection's task.
const ASKS: usize = 64;

/// A signed-in user. Clones are the same one; when the last is dropped, the connection ends after what was
/// posted is sent.
#[derive(Clone, Debug)]
pub struct Client {
    user: UserUuid,
    key: watch::Receiver<String>,
    asks: mpsc::Sender<Ask>,
    posts: mpsc::Sender<Post>,
}

/// Which part of a channel's history, up to 100 messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// The newest, newest first.
    Last,
    /// Those before this `Seq`, newest first.
    Before(u64),
    /// Those after this `Seq`, oldest first.
    After(u64),
}

/// The outcome of a post: the message as it is stored, or why it was refused.
#[derive(Debug)]
pub struct Delivery(oneshot::Receiver<Result<Message, Error>>);

/// The payload of the one reply that this request has.
macro_rules! reply {
    ($client:ident, $request:expr, $kind:ident { $payload:ident }) => {
        match $client.ask($request).await? {
            Outgoing::$kind { $payload, .. } => Ok($payload),
            _ => Err(Error::Unexpected),
        }
    };
}

impl Client {
    /// Connects to a server, by an address such as `http://localhost:5000`, and signs in.
    ///
    /// # Errors
    /// When there is no such server, or it refuses. Later breaks are no errors: see [`Link`].
    pub async fn sign_in(address: &str, login: Login) -> Result<(Self, Events), Error> {
        Self::sign_in_to(address.parse()?, login).await
    }

    /// As [`Client::sign_in`], by an address that was read before.
    ///
    /// # Errors
    /// As there.
    pub async fn sign_in_to(address: Address, login: Login) -> Result<(Self, Events), Error> {
        let mut line = Line::connect(&address).await?;
        let authorized = line.sign_in(&login).await.map_err(|lost| lost.error)?;
        let user = authorized.user;
        let (key_told, key) = watch::channel(authorized.access_key.clone());
        let (link_told, link) = watch::channel(Link::Connecting);
        let (asks, asked) = mpsc::channel(ASKS);
        let (posts, posted) = mpsc::channel(POSTS);
        let (told, queue) = mpsc::channel(EVENTS);
        let keeper = Keeper::new(address, login.again(), authorized);
        tokio::spawn(keeper.run(line, key_told, link_told, told, asked, posted));
        Ok((Self { user, key, asks, posts }, Events { queue, link, ended: false }))
    }

    /// Who is signed in.
    #[must_use]
    pub fn user(&self) -> UserUuid {
        self.user
    }

    /// What resumes this session later, for 30 days from its last use. A secret.
    #[must_use]
    pub fn access_key(&self) -> String {
        self.key.borrow().clone()
    }

    /// Sends a message and waits until it is stored, however often the connection breaks meanwhile.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn say(&self, channel: Channel, text: impl Into<String>) -> Result<Message, Error> {
        self.post(channel, text)?.await
    }

    /// Queues a message behind those that wait to be sent.
    ///
    /// # Errors
    /// [`Error::Full`] when 1,024 wait, and [`Error::Closed`].
    pub fn post(&self, channel: Channel, text: impl Into<String>) -> Result<Delivery, Error> {
        self.post_as(channel, text, Uuid::new_v4().to_string())
    }

    /// As [`Client::post`], with a `clientUUID` of one's own: a message repeated with it is stored once, even by
    /// another process.
    ///
    /// # Errors
    /// As there.
    pub fn post_as(
        &self,
        channel: Channel,
        text: impl Into<String>,
        client_uuid: String,
    ) -> Result<Delivery, Error> {
        let (done, delivery) = oneshot::channel();
        let recipient = channel.to_string();
        let message =
            NewMessage { recipient, message: text.into(), client_uuid: Some(client_uuid) };
        match self.posts.try_send(Post { message, done }) {
            Ok(()) => Ok(Delivery(delivery)),
            Err(TrySendError::Full(_)) => Err(Error::Full),
            Err(TrySendError::Closed(_)) => Err(Error::Closed),
        }
    }

    /// Reads a part of a channel's history.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn history(&self, channel: Channel, page: Page) -> Result<History, Error> {
        let seq = |seq: u64| Some(i64::try_from(seq).unwrap_or(i64::MAX));
        let (before, after) = match page {
            Page::Last => (None, None),
            Page::Before(before) => (seq(before), None),
            Page::After(after) => (None, seq(after)),
        };
        let recipient = channel.to_string();
        let channel_messages = HistoryPage { recipient, limit: Some(100), before, after };
        reply!(
            self,
            Request::ChannelMessages { channel_messages },
            ChannelMessages { channel_messages }
        )
    }

    /// The user's channels.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn inbox(&self) -> Result<Inbox, Error> {
        reply!(self, Request::Inbox {}, Inbox { inbox })
    }

    /// Up to 1,000 users whose name begins so, online first, then by name.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn users(&self, query: &str, offset: u64) -> Result<Users, Error> {
        let query = Some(query.to_owned()).filter(|query| !query.is_empty());
        let users = Some(UsersPage { offset: Some(offset), limit: None, query });
        reply!(self, Request::Users { users }, Users { users })
    }

    /// Joins a channel, to be told who types in it, and leaves the one joined before. It is joined again after
    /// each return.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn join(&self, channel: Channel) -> Result<ChannelView, Error> {
        let channel_join: ChannelRef = channel.reference();
        reply!(self, Request::ChannelJoin { channel_join }, ChannelJoin { channel_join })
    }

    /// Marks a channel as read up to this `Seq`.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn read(&self, channel: Channel, seq: u64) -> Result<(), Error> {
        let channel_read = ReadMark { recipient: channel.to_string(), seq };
        let told =
            reply!(self, Request::ChannelRead { channel_read }, ChannelRead { channel_read });
        told.map(drop)
    }

    /// Tells who joined the channel that one is typing; nothing happens where there is no connection.
    pub fn typing(&self, channel: Channel) {
        let request = Request::ChannelTyping { channel_typing: channel.reference() };
        // Where so much waits already, the notice would come too late.
        let _ = self.asks.try_send(Ask::Request(request, None));
    }

    /// Ends the session: its access key is worth nothing any more.
    ///
    /// # Errors
    /// When there is no connection, or the server refuses.
    pub async fn sign_out(&self) -> Result<(), Error> {
        self.ask(Request::SignOut {}).await.map(drop)
    }

    /// Sends any request and waits for its reply. Messages are better sent by [`Client::say`].
    ///
    /// # Errors
    /// [`Error::Refused`], or [`Error::Disconnected`] when there is no connection or it ended before the answer.
    pub async fn ask(&self, request: Request) -> Result<Outgoing, Error> {
        let (answer, answered) = oneshot::channel();
        let asked = self.asks.send(Ask::Request(request, Some(answer))).await;
        asked.map_err(|_| Error::Closed)?;
        answered.await.unwrap_or(Err(Error::Closed))
    }

    /// Makes the next attempt to connect now.
    pub fn wake(&self) {
        // A task so busy is not asleep.
        let _ = self.asks.try_send(Ask::Wake);
    }

    /// Ends the connection at once; what waits to be sent is not. The access key stays good.
    pub async fn close(&self) {
        // It fails where the connection has ended already.
        let _ = self.asks.send(Ask::Close).await;
        self.asks.closed().await;
    }
}

impl Future for Delivery {
    type Output = Result<Message, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|done| done.unwrap_or(Err(Error::Closed)))
    }
}
