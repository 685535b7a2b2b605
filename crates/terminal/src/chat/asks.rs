//! Requests of the chat, and their answers.

use std::collections::HashSet;
use std::time::Duration;

use chinwag_client::protocol::incoming::{
    ActivityPage, ChannelsPage, NewMessage, NotifyChange, PrefsChange, UsersPage,
};
use chinwag_client::protocol::outgoing::{
    Activity, Channel as Details, ChannelView, Channels, Found, History, Inbox, Members, Message,
    Notify, Prefs, Users,
};
use chinwag_client::protocol::{Body, ChannelUuid, ErrorCode, Request};
use chinwag_client::{Channel, Client, Error, Page};
use tokio::time::sleep;

use super::attached::Attached;
use super::changes::Change;
use super::deeds::{Deed, Outcome};
use super::finder::MOST;
use super::listing::Part;
use crate::channels;

/// A request of the chat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    /// Send a message; the number names it in the answer.
    Post(u64, NewMessage),
    /// Upload a file for this channel, and send the message with it.
    Attach(u64, Channel, NewMessage, Attached),
    /// Change the message with this `Seq`.
    Change(Channel, u64, Change),
    /// Read pinned messages or a thread.
    List(Channel, Part),
    /// Find messages with these words, older than those of the answer with this `before`.
    Search(String, String),
    /// List what concerns the user, older than the answer with this `before`.
    Activity(String),
    /// Read what the user has chosen for all notifications.
    Notify,
    /// Learn what these channels are called.
    Look(HashSet<ChannelUuid>),
    /// Read a part of a channel.
    History(Channel, Page),
    /// Hear who types there.
    Join(Channel),
    /// Tell that all up to this `Seq` was seen.
    Read(Channel, u64),
    /// End a channel's mark as unread, which is from this `Seq` on.
    Unmark(Channel, u64),
    /// Tell that one is typing.
    Typing(Channel),
    /// List the people, those online first.
    Online,
    /// Look for people by the start of their names.
    Find(String),
    /// Look for named channels by the start of their names.
    FindChannels(String),
    /// Look for a channel's members by the start of their names.
    Members(Channel, String),
    /// Do what a command about channels says, and which the second text is.
    Do(Deed, String),
    /// Read the inbox.
    Inbox,
    /// Read in it how many messages call the user.
    Recount,
    /// Look for people of this name, whom the second text addresses.
    LookUp(String, String),
    /// Try to connect now.
    Wake,
    /// End the session and forget its key.
    SignOut,
    /// End the program.
    Quit,
    /// Redraw the whole screen.
    Redraw,
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Stop the program until the shell continues it.
    Suspend,
    /// Put this on the clipboard.
    Copy(String),
}

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// The message is stored, or refused.
    Sent(u64, Result<Message, Error>),
    /// A message is changed, or that is refused.
    Changed(Channel, u64, Change, Result<Message, Error>),
    /// Pinned messages or a thread.
    Listed(Channel, Part, Result<History, Error>),
    /// Messages with these words, older than those of the answer with this `before`.
    Searched(String, String, Result<Found, Error>),
    /// What concerns the user, older than the answer with this `before`.
    Activity(String, Result<Activity, Error>),
    /// What the user has chosen for all notifications.
    Notify(Result<Notify, Error>),
    /// What channels are called.
    Looked(Result<Vec<Details>, Error>),
    /// A part of a channel.
    History(Channel, Page, Result<History, Error>),
    /// Who is there.
    Joined(Channel, Result<ChannelView, Error>),
    /// A channel is marked as read.
    Read(Result<(), Error>),
    /// What the user has chosen for a channel of which the mark as unread has ended.
    Unmarked(Result<Prefs, Error>),
    /// The people, those online first.
    Online(Result<Users, Error>),
    /// The people whose names begin so.
    Found(String, Result<Users, Error>),
    /// The named channels whose names begin so.
    FoundChannels(Result<Channels, Error>),
    /// The members of a channel whose names begin so.
    Members(Channel, String, Result<Members, Error>),
    /// The outcome of the command that this text is.
    Done(String, Result<Outcome, String>),
    /// The inbox.
    Inbox(Result<Inbox, Error>),
    /// The inbox, of which the counts are wanted.
    Recounted(Result<Inbox, Error>),
    /// The people of this name, and the text that addresses one.
    LookedUp(String, String, Result<Users, Error>),
    /// This was refused as too fast, and the wait that the server names is over.
    Again(Ask),
    /// The session has ended.
    SignedOut,
    /// There is nothing to tell.
    Nothing,
}

impl Ask {
    /// Does it. A message is queued at once, before this is first awaited, so that messages keep their order. A request
    /// that the user doesn't wait for and that was too fast is answered after the wait.
    pub fn answer(self, client: &Client) -> impl Future<Output = Answer> + use<> {
        let client = client.clone();
        let posted = match &self {
            Self::Post(_, message) => Some(client.send_message(message.clone())),
            _ => None,
        };
        async move {
            let ask = self.clone();
            let answer = match (self, posted) {
                (Self::Post(number, _), Some(delivery)) => Answer::Sent(number, delivery.await),
                (Self::Attach(number, channel, message, attached), _) => {
                    let sent = attached.send(&client, channel, message).await;
                    sent.map_or(Answer::Nothing, |sent| Answer::Sent(number, sent))
                }
                (Self::Change(channel, seq, change), _) => {
                    let outcome = change.clone().make(&client, channel, seq).await;
                    Answer::Changed(channel, seq, change, outcome)
                }
                (Self::List(channel, part), _) => {
                    Answer::Listed(channel, part, part.read(&client, channel).await)
                }
                (Self::Search(words, before), _) => {
                    let found = client.search(words.clone(), before.clone()).await;
                    Answer::Searched(words, before, found)
                }
                (Self::Activity(before), _) => {
                    let page = ActivityPage { before: Some(before.clone()), limit: None };
                    Answer::Activity(before, client.activity(page).await)
                }
                (Self::Notify, _) => Answer::Notify(client.notify(NotifyChange::default()).await),
                (Self::Look(channels), _) => {
                    Answer::Looked(channels::details_of(&client, channels).await)
                }
                (Self::History(channel, page), _) => {
                    Answer::History(channel, page, history(&client, channel, page).await)
                }
                (Self::Join(channel), _) => Answer::Joined(channel, client.join(channel).await),
                (Self::Read(channel, seq), _) => Answer::Read(client.mark_read(channel, seq).await),
                (Self::Unmark(channel, _), _) => {
                    let recipient = channel.id().to_string();
                    let none = Some(0);
                    let change =
                        PrefsChange { recipient, unread_from: none, ..PrefsChange::default() };
                    Answer::Unmarked(client.change_prefs(change).await)
                }
                (Self::Online, _) => Answer::Online(client.users("", 0).await),
                (Self::Find(query), _) => {
                    let found = people(&client, &query).await;
                    Answer::Found(query, found)
                }
                (Self::FindChannels(query), _) => {
                    Answer::FoundChannels(first_channels(&client, query).await)
                }
                (Self::Members(channel, query), _) => {
                    let found = client.members(channel, &query, 0).await;
                    Answer::Members(channel, query, found)
                }
                (Self::Do(deed, written), _) => Answer::Done(written, deed.done(&client).await),
                (Self::Inbox, _) => Answer::Inbox(client.inbox().await),
                (Self::Recount, _) => Answer::Recounted(client.inbox().await),
                (Self::LookUp(name, written), _) => {
                    let found = client.users(&name, 0).await;
                    Answer::LookedUp(name, written, found)
                }
                (Self::Typing(channel), _) => {
                    client.typing(channel);
                    Answer::Nothing
                }
                (Self::Wake, _) => {
                    client.wake();
                    Answer::Nothing
                }
                (Self::SignOut, _) => {
                    // Without a connection the key is forgotten here, and lapses there.
                    let _ = client.sign_out().await;
                    Answer::SignedOut
                }
                (
                    Self::Quit
                    | Self::Redraw
                    | Self::Mouse(_)
                    | Self::Suspend
                    | Self::Copy(_)
                    | Self::Post(..),
                    _,
                ) => Answer::Nothing,
            };
            match answer.too_fast() {
                Some(wait) => {
                    sleep(wait).await;
                    Answer::Again(ask)
                }
                None => answer,
            }
        }
    }
}

impl Answer {
    /// After what time a request that the user doesn't wait for is asked again, if it was too fast.
    fn too_fast(&self) -> Option<Duration> {
        let (Self::History(_, _, Err(error))
        | Self::Joined(_, Err(error))
        | Self::Read(Err(error))
        | Self::Unmarked(Err(error))
        | Self::Online(Err(error))
        | Self::Found(_, Err(error))
        | Self::FoundChannels(Err(error))
        | Self::Looked(Err(error))
        | Self::Notify(Err(error))
        | Self::Members(_, _, Err(error))
        | Self::Inbox(Err(error))
        | Self::Recounted(Err(error))) = self
        else {
            return None;
        };
        match error {
            Error::Refused(failure) if failure.code == ErrorCode::TooManyRequests => {
                Some(Duration::from_secs(failure.payload.parse().unwrap_or(1)))
            }
            _ => None,
        }
    }
}

/// A page of history. A server of 0.1 has none around a message: there it begins with that.
async fn history(client: &Client, channel: Channel, page: Page) -> Result<History, Error> {
    let found = client.history(channel, page).await?;
    let has = |seq| found.messages.iter().any(|message| message.seq == seq);
    match page {
        Page::Around(seq) if !has(seq) => {
            client.history(channel, Page::After(seq.saturating_sub(1))).await
        }
        _ => Ok(found),
    }
}

/// The first people whose names begin so. A list of all that the client asks for costs seven times as much.
async fn people(client: &Client, query: &str) -> Result<Users, Error> {
    let query = Some(query.to_owned()).filter(|query| !query.is_empty());
    let page = UsersPage { offset: None, limit: Some(MOST as u64), query };
    match client.request(Request::Users(page)).await?.body {
        Body::Users(users) => Ok(users),
        _ => Err(Error::Unexpected),
    }
}

/// The first channels whose names begin so.
async fn first_channels(client: &Client, query: String) -> Result<Channels, Error> {
    let query = Some(query).filter(|query| !query.is_empty());
    let page = ChannelsPage { limit: Some(MOST as u64), query, ..ChannelsPage::default() };
    match client.request(Request::Channels(page)).await?.body {
        Body::Channels(channels) => Ok(channels),
        _ => Err(Error::Unexpected),
    }
}
