//! Requests of the chat, and their answers.

use chinwag_client::protocol::outgoing::{
    ChannelView, Channels, History, Inbox, Members, Message, Users,
};
use chinwag_client::{Channel, Client, Error, Page};

use super::deeds::{Deed, Outcome};

/// A request of the chat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    /// Send a message; the number names it in the answer.
    Post(u64, Channel, String),
    /// Read a part of a channel.
    History(Channel, Page),
    /// Hear who types there.
    Join(Channel),
    /// Tell that all up to this `Seq` was seen.
    Read(Channel, u64),
    /// Tell that one is typing.
    Typing(Channel),
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
}

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// The message is stored, or refused.
    Sent(u64, Result<Message, Error>),
    /// A part of a channel.
    History(Channel, Result<History, Error>),
    /// Who is there.
    Joined(Channel, Result<ChannelView, Error>),
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
    /// The people of this name, and the text that addresses one.
    LookedUp(String, String, Result<Users, Error>),
    /// The session has ended.
    SignedOut,
    /// There is nothing to tell.
    Nothing,
}

impl Ask {
    /// Does it. A message is queued at once, before this is first awaited, so that messages keep their order.
    pub fn answer(self, client: &Client) -> impl Future<Output = Answer> + use<> {
        let client = client.clone();
        let posted = match &self {
            Self::Post(_, channel, text) => Some(client.send(*channel, text.clone())),
            _ => None,
        };
        async move {
            match (self, posted) {
                (Self::Post(number, ..), Some(delivery)) => Answer::Sent(number, delivery.await),
                (Self::History(channel, page), _) => {
                    Answer::History(channel, client.history(channel, page).await)
                }
                (Self::Join(channel), _) => Answer::Joined(channel, client.join(channel).await),
                (Self::Read(channel, seq), _) => {
                    // The next one includes this one.
                    let _ = client.mark_read(channel, seq).await;
                    Answer::Nothing
                }
                (Self::Find(query), _) => {
                    let found = client.users(&query, 0).await;
                    Answer::Found(query, found)
                }
                (Self::FindChannels(query), _) => {
                    Answer::FoundChannels(client.channels(&query, 0).await)
                }
                (Self::Members(channel, query), _) => {
                    let found = client.members(channel, &query, 0).await;
                    Answer::Members(channel, query, found)
                }
                (Self::Do(deed, written), _) => Answer::Done(written, deed.done(&client).await),
                (Self::Inbox, _) => Answer::Inbox(client.inbox().await),
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
                    Self::Quit | Self::Redraw | Self::Mouse(_) | Self::Suspend | Self::Post(..),
                    _,
                ) => Answer::Nothing,
            }
        }
    }
}
