//! A signed-in user's side of a connection: sends, which are repeated until they are stored or refused, and requests.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use chinwag_protocol::incoming::{
    ActivityPage, HistoryPage, NewMessage, NotifyChange, PasswordChange, ReadMark, UsersPage,
};
use chinwag_protocol::outgoing::{Activity, ChannelView, History, Inbox, Message, Notify, Users};
use chinwag_protocol::{Body, Outgoing, Request, UserUuid};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

use crate::channels::wants;
use crate::event::{Events, Link};
use crate::keeper::{Ask, Keeper, Sending};
use crate::line::Line;
use crate::login::Login;
use crate::{Address, Channel, ChannelId, Error, Options};

/// How many events may wait to be read.
const EVENTS: usize = 1_024;
/// How many messages may wait to be sent.
const SENDS: usize = 1_024;
/// How many requests may wait for the connection's task.
const ASKS: usize = 64;

/// A signed-in user. Clones are the same one; when the last is dropped, the connection ends after the messages
/// that wait are sent.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) address: Address,
    me: UserUuid,
    message_length: Option<u64>,
    key: watch::Receiver<String>,
    asks: mpsc::Sender<Ask>,
    sends: mpsc::Sender<Sending>,
}

/// Which part of a channel's history, up to 100 messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Page {
    /// The newest, newest first.
    Last,
    /// Those before this `Seq`, newest first.
    Before(u64),
    /// Those after this `Seq`, oldest first.
    After(u64),
    /// The message with this `Seq` in the middle, oldest first; of [`Client::history`] alone. A server of 0.1 takes it
    /// for [`Page::Last`].
    Around(u64),
}

/// The outcome of a send: the message as it is stored, or why it was refused. The message is sent whether or not
/// this is awaited.
#[derive(Debug)]
pub struct Delivery(Result<oneshot::Receiver<Result<Message, Error>>, Error>);

/// The payload of the one reply that this request has.
macro_rules! reply {
    ($client:ident, $request:expr, $kind:ident) => {
        match $client.request($request).await?.body {
            Body::$kind(payload) => Ok(payload),
            _ => Err(Error::Unexpected),
        }
    };
}
pub(crate) use reply;

impl Client {
    /// Connects to a server, by an address such as `http://localhost:5000`, and signs in.
    ///
    /// # Errors
    /// [`Error::WrongAddress`], [`Error::Unreachable`] or [`Error::Refused`]. A connection lost later is no error:
    /// see [`Link`].
    pub async fn sign_in(address: &str, login: Login) -> Result<(Self, Events), Error> {
        Self::sign_in_to(address.parse()?, login).await
    }

    /// As [`Client::sign_in`], by an address that was parsed before.
    ///
    /// # Errors
    /// As there.
    pub async fn sign_in_to(address: Address, login: Login) -> Result<(Self, Events), Error> {
        Self::sign_in_with(address, login, Options::default()).await
    }

    /// As [`Client::sign_in_to`], with options: to go on where an earlier run stopped.
    ///
    /// # Errors
    /// As there.
    pub async fn sign_in_with(
        address: Address,
        login: Login,
        options: Options,
    ) -> Result<(Self, Events), Error> {
        let mut line = Line::connect(&address).await?.with_max_request(options.max_request);
        let authorized = line.sign_in(&login).await.map_err(|lost| lost.error)?;
        let (me, message_length) = (authorized.user, authorized.message_length);
        let (key_told, key) = watch::channel(authorized.access_key.clone());
        let (link_told, link) = watch::channel(Link::Connecting);
        let (asks, asked) = mpsc::channel(ASKS);
        let (sends, sent) = mpsc::channel(SENDS);
        let (told, queue) = mpsc::channel(EVENTS);
        let events = Events::new(queue, link, me, options.positions.clone());
        let keeper = Keeper::new(address.clone(), login.again(), &authorized, options);
        tokio::spawn(keeper.run(line, key_told, link_told, told, asked, sent));
        Ok((Self { address, me, message_length, key, asks, sends }, events))
    }

    /// The UUID of the user.
    #[must_use]
    pub fn me(&self) -> UserUuid {
        self.me
    }

    /// The longest message in characters; `None` if the server is older than 0.2 and doesn't tell it.
    #[must_use]
    pub fn message_length(&self) -> Option<u64> {
        self.message_length
    }

    /// Signs in later without the password, for 30 days from its last use. A secret.
    #[must_use]
    pub fn access_key(&self) -> String {
        self.key.borrow().clone()
    }

    /// Queues a message behind those that wait to be sent. A lost connection only delays it.
    ///
    /// # Errors
    /// The delivery's: [`Error::Refused`], [`Error::Full`] when 1,024 wait, [`Error::SignedOut`], [`Error::Closed`].
    pub fn send(&self, channel: impl Into<ChannelId>, text: impl Into<String>) -> Delivery {
        self.send_as(channel, text, Uuid::new_v4().to_string())
    }

    /// As [`Client::send`], with a `clientUUID` of one's own: a message repeated with it within a day, also by another
    /// run, is stored once.
    ///
    /// # Errors
    /// As there.
    pub fn send_as(
        &self,
        channel: impl Into<ChannelId>,
        text: impl Into<String>,
        client_uuid: impl Into<String>,
    ) -> Delivery {
        self.deliver(NewMessage {
            recipient: channel.into().to_string(),
            message: text.into(),
            client_uuid: Some(client_uuid.into()),
            ..NewMessage::default()
        })
    }

    /// As [`Client::send`], with all that a message can have: whom it mentions, which other one it answers. Without a
    /// `clientUUID` it gets a random one. A server of 0.1 takes the text alone.
    ///
    /// # Errors
    /// As there.
    #[expect(clippy::must_use_candidate, reason = "who sends need not wait for the outcome")]
    pub fn send_message(&self, message: NewMessage) -> Delivery {
        let client_uuid = message.client_uuid.unwrap_or_else(|| Uuid::new_v4().to_string());
        self.deliver(NewMessage { client_uuid: Some(client_uuid), ..message })
    }

    pub(crate) fn deliver(&self, message: NewMessage) -> Delivery {
        let (done, delivery) = oneshot::channel();
        Delivery(match self.sends.try_send(Sending { message, done }) {
            Ok(()) => Ok(delivery),
            Err(TrySendError::Full(_)) => Err(Error::Full),
            Err(TrySendError::Closed(_)) => Err(Error::Closed),
        })
    }

    /// Sends to the channel of the message, without a quote of it: see [`Client::reply_to`].
    ///
    /// # Errors
    /// As [`Client::send`].
    pub fn reply(&self, to: &Message, text: impl Into<String>) -> Delivery {
        self.send(Channel::of(to, self.me), text)
    }

    /// As [`Client::reply`], with a `clientUUID` of one's own. A `client_uuid` made of the message's UUID answers it once, even if it
    /// is handled twice.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub fn reply_as(
        &self,
        to: &Message,
        text: impl Into<String>,
        client_uuid: impl Into<String>,
    ) -> Delivery {
        self.send_as(Channel::of(to, self.me), text, client_uuid)
    }

    /// Reads a part of a channel's history, each message as it is now.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn history(
        &self,
        channel: impl Into<ChannelId>,
        page: Page,
    ) -> Result<History, Error> {
        reply!(self, Request::ChannelMessages(page.of(channel.into())), ChannelMessages)
    }

    /// Mentions of the user, replies to them and reactions to their messages, newest first, page by page.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection; one of 0.1 refuses it with
    /// [`UnknownType`](chinwag_protocol::ErrorCode::UnknownType).
    pub async fn activity(&self, page: ActivityPage) -> Result<Activity, Error> {
        reply!(self, Request::Activity(page), Activity)
    }

    /// Changes what is notified and when, for all channels, and returns it; without a change it only returns it.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection; one of 0.1 refuses it with
    /// [`UnknownType`](chinwag_protocol::ErrorCode::UnknownType).
    pub async fn notify(&self, change: NotifyChange) -> Result<Notify, Error> {
        reply!(self, Request::Notify(change), Notify)
    }

    /// The user's channels: General, private channels, groups and named channels. A server of 0.1 lists the first two.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn inbox(&self) -> Result<Inbox, Error> {
        reply!(self, Request::Inbox(wants()), Inbox)
    }

    /// Up to 1,000 users whose name begins with `query`, online first, then by name.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn users(&self, query: &str, offset: u64) -> Result<Users, Error> {
        let query = Some(query.to_owned()).filter(|query| !query.is_empty());
        let page = UsersPage { offset: Some(offset), limit: None, query };
        reply!(self, Request::Users(page), Users)
    }

    /// Joins a channel, to see who types there, and leaves the one joined before. The client joins it again after
    /// a reconnect. A public channel of which the user is no member can be joined, too: its messages come meanwhile.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn join(&self, channel: impl Into<ChannelId>) -> Result<ChannelView, Error> {
        reply!(self, Request::ChannelJoin(channel.into().reference()), ChannelJoin)
    }

    /// Marks a channel as read up to this `Seq`.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn mark_read(&self, channel: impl Into<ChannelId>, seq: u64) -> Result<(), Error> {
        let mark = ReadMark { recipient: channel.into().to_string(), seq };
        reply!(self, Request::ChannelRead(mark), ChannelRead).map(drop)
    }

    /// Shows those who joined the channel that the user is typing; does nothing without a connection.
    pub fn typing(&self, channel: impl Into<ChannelId>) {
        let request = Request::ChannelTyping(channel.into().reference());
        // With so many requests in the queue, the notice would come too late.
        let _ = self.asks.try_send(Ask::Request(request, None));
    }

    /// Changes the password and ends all other sessions. [`Client::access_key`] is another one after it.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn change_password(
        &self,
        password: impl Into<String>,
        new_password: impl Into<String>,
    ) -> Result<(), Error> {
        let change =
            PasswordChange { password: password.into(), new_password: new_password.into() };
        self.request(Request::ChangePassword(change)).await.map(drop)
    }

    /// Ends the session and its access key.
    ///
    /// # Errors
    /// When there is no connection, or the server refuses.
    pub async fn sign_out(&self) -> Result<(), Error> {
        self.request(Request::SignOut).await.map(drop)
    }

    /// Sends any request and waits for its reply. Messages are better sent by [`Client::send`], and an inbox is
    /// better read by [`Client::inbox`], since one that doesn't want `channels` and `changes` ends these.
    ///
    /// # Errors
    /// [`Error::Refused`], or [`Error::Disconnected`] when there is no connection or it ended before the answer.
    pub async fn request(&self, request: Request) -> Result<Outgoing, Error> {
        let (answer, answered) = oneshot::channel();
        let asked = self.asks.send(Ask::Request(request, Some(answer))).await;
        asked.map_err(|_| Error::Closed)?;
        answered.await.unwrap_or(Err(Error::Closed))
    }

    /// Makes the next attempt to connect now.
    pub fn wake(&self) {
        // A task with a full queue is awake.
        let _ = self.asks.try_send(Ask::Wake);
    }

    /// Ends the connection at once; messages that wait fail with [`Error::Closed`]. The access key stays valid.
    pub async fn close(&self) {
        // It fails where the connection has ended already.
        let _ = self.asks.send(Ask::Close).await;
        self.asks.closed().await;
    }
}

impl Page {
    pub(crate) fn of(self, channel: ChannelId) -> HistoryPage {
        let seq = |seq: u64| Some(i64::try_from(seq).unwrap_or(i64::MAX));
        let page = HistoryPage {
            recipient: channel.to_string(),
            limit: Some(100),
            ..HistoryPage::default()
        };
        match self {
            Self::Last => page,
            Self::Before(before) => HistoryPage { before: seq(before), ..page },
            Self::After(after) => HistoryPage { after: seq(after), ..page },
            Self::Around(around) => HistoryPage { around: Some(around), ..page },
        }
    }
}

impl Future for Delivery {
    type Output = Result<Message, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Ok(delivery) => {
                Pin::new(delivery).poll(context).map(|done| done.unwrap_or(Err(Error::Closed)))
            }
            Err(error) => Poll::Ready(Err(error.clone())),
        }
    }
}
