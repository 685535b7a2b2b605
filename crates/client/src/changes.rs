//! Messages that change: edited, deleted, reacted to, pinned, answered, and read as threads and pins.

use chinwag_protocol::incoming::{
    HistoryPage, MessageEdit, MessagePin, MessageReact, MessageRef, NewMessage, ReactorsPage,
};
use chinwag_protocol::outgoing::{History, Message, Users};
use chinwag_protocol::{Body, Request, UserUuid};
use uuid::Uuid;

use crate::client::{Delivery, reply};
use crate::{Channel, ChannelId, Client, Error, Page};

/// A message, or its channel and `Seq`.
#[derive(Clone, Copy, Debug)]
pub enum At<'a> {
    /// This message.
    Message(&'a Message),
    /// The one that stands there.
    Seq(ChannelId, u64),
}

impl<'a> From<&'a Message> for At<'a> {
    fn from(message: &'a Message) -> Self {
        Self::Message(message)
    }
}

/// As in an [`Event`](crate::Event).
impl<'a> From<&'a Box<Message>> for At<'a> {
    fn from(message: &'a Box<Message>) -> Self {
        Self::Message(message)
    }
}

impl<C: Into<ChannelId>> From<(C, u64)> for At<'_> {
    fn from((channel, seq): (C, u64)) -> Self {
        Self::Seq(channel.into(), seq)
    }
}

impl At<'_> {
    fn reference(self, me: UserUuid) -> MessageRef {
        let (channel, seq) = match self {
            Self::Message(message) => (Channel::of(message, me).id(), message.seq),
            Self::Seq(channel, seq) => (channel, seq),
        };
        MessageRef { recipient: channel.to_string(), seq }
    }
}

/// All of these fail with [`Error::Refused`] or, without a connection, [`Error::Disconnected`]. The codes:
/// [`ChangeRefused`](chinwag_protocol::ErrorCode::ChangeRefused) for what can't be done, as with a deleted message;
/// [`NotAllowed`](chinwag_protocol::ErrorCode::NotAllowed) for what the user may not do;
/// [`UnknownType`](chinwag_protocol::ErrorCode::UnknownType) from a server of 0.1, which gives the whole history as
/// [`Client::thread`] and [`Client::pinned`].
impl Client {
    /// Changes the text of a message of the user's; returns it as it is now, as the next three do.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn edit(
        &self,
        at: impl Into<At<'_>>,
        text: impl Into<String>,
    ) -> Result<Message, Error> {
        let at = self.reference(at);
        let edit = MessageEdit { at, message: text.into(), ..MessageEdit::default() };
        reply!(self, Request::MessageEdit(edit), MessageEdit).map(|changed| changed.message)
    }

    /// Deletes a message for good: one of the user's, or in a named channel that the user owns any.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn delete(&self, at: impl Into<At<'_>>) -> Result<Message, Error> {
        let at = self.reference(at);
        reply!(self, Request::MessageDelete(at), MessageDelete).map(|changed| changed.message)
    }

    /// Reacts with an emoji, or takes the reaction back.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn react(
        &self,
        at: impl Into<At<'_>>,
        emoji: &str,
        on: bool,
    ) -> Result<Message, Error> {
        let react = MessageReact { at: self.reference(at), emoji: emoji.to_owned(), on };
        reply!(self, Request::MessageReact(react), MessageReact).map(|changed| changed.message)
    }

    /// Pins a message, or unpins it.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn pin(&self, at: impl Into<At<'_>>, on: bool) -> Result<Message, Error> {
        let pin = MessagePin { at: self.reference(at), on };
        reply!(self, Request::MessagePin(pin), MessagePin).map(|changed| changed.message)
    }

    /// As [`Client::reply`], and says which message it answers, so that the answer stands in its thread. A server of 0.1
    /// drops that.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub fn reply_to(&self, to: &Message, text: impl Into<String>) -> Delivery {
        self.reply_to_as(to, text, Uuid::new_v4().to_string())
    }

    /// As [`Client::reply_to`], with a `clientUUID` of one's own: see [`Client::reply_as`].
    ///
    /// # Errors
    /// As [`Client::send`].
    pub fn reply_to_as(
        &self,
        to: &Message,
        text: impl Into<String>,
        client_uuid: impl Into<String>,
    ) -> Delivery {
        self.deliver(NewMessage {
            recipient: Channel::of(to, self.me()).id().to_string(),
            message: text.into(),
            client_uuid: Some(client_uuid.into()),
            reply_to: Some(to.seq),
            ..NewMessage::default()
        })
    }

    /// Up to 100 users who reacted with this emoji, the first one first.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn reactors(
        &self,
        at: impl Into<At<'_>>,
        emoji: &str,
        offset: u64,
    ) -> Result<Users, Error> {
        let page = ReactorsPage {
            at: self.reference(at),
            emoji: emoji.to_owned(),
            offset: Some(offset),
            limit: None,
        };
        reply!(self, Request::MessageReactors(page), MessageReactors)
    }

    /// Reads a part of the thread of a message: the first one of its chain and all answers.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn thread(&self, of: impl Into<At<'_>>, page: Page) -> Result<History, Error> {
        let (channel, root) = match of.into() {
            At::Message(message) => {
                let root = message.reply_to.as_ref().map_or(message.seq, |reply| reply.root);
                (Channel::of(message, self.me()).id(), root)
            }
            At::Seq(channel, seq) => (channel, seq),
        };
        let page = HistoryPage { root: Some(root), ..page.of(channel) };
        reply!(self, Request::ChannelMessages(page), ChannelMessages)
    }

    /// Reads a part of a channel's pinned messages.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn pinned(
        &self,
        channel: impl Into<ChannelId>,
        page: Page,
    ) -> Result<History, Error> {
        let page = HistoryPage { pinned: Some(true), ..page.of(channel.into()) };
        reply!(self, Request::ChannelMessages(page), ChannelMessages)
    }

    pub(crate) fn reference<'a>(&self, at: impl Into<At<'a>>) -> MessageRef {
        at.into().reference(self.me())
    }
}
