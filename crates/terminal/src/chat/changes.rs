//! Changes to messages: asked for, answered, and learnt of.

use chinwag_client::protocol::incoming::{MessageEdit, MessageRef};
use chinwag_client::protocol::outgoing::Message;
use chinwag_client::protocol::{Body, ErrorCode, Request};
use chinwag_client::{Channel, ChannelId, Client, Error};

use super::aim::Aim;
use super::asks::Ask;
use super::incoming::explain;
use super::room::Room;
use super::state::Chat;
use super::states::is_deleted;
use super::{lines, view};

/// What a server of 0.1 can't do.
pub const TOO_OLD: &str = "This server is older than 0.2, where messages never change.";

/// A change to a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// This is its text; and whether it mentions all members, if that changes.
    Edit(String, Option<bool>),
    /// It is deleted.
    Delete,
    /// This emoji is the user's reaction, or not any more.
    React(String, bool),
    /// It is pinned, or not any more.
    Pin(bool),
}

impl Change {
    /// Makes it. Returns the message as it is then.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn make(self, client: &Client, channel: Channel, seq: u64) -> Result<Message, Error> {
        let at = (channel, seq);
        match self {
            Self::Edit(message, mention_all) => {
                let at = MessageRef { recipient: channel.id().to_string(), seq };
                let edit = MessageEdit { at, message, mention_all, ..MessageEdit::default() };
                match client.request(Request::MessageEdit(edit)).await?.body {
                    Body::MessageEdit(changed) => Ok(changed.message),
                    _ => Err(Error::Unexpected),
                }
            }
            Self::Delete => client.delete(at).await,
            Self::React(emoji, on) => client.react(at, &emoji, on).await,
            Self::Pin(on) => client.pin(at, on).await,
        }
    }
}

impl Chat {
    /// Takes a changed state of a message. The lines that are being read stay in their place.
    pub(super) fn take_change(&mut self, channel: Channel, state: Message, live: bool) {
        let pane = view::panes(self).messages;
        let seq = state.seq;
        let height_from = |chat: &Self, seq| lines::height_from(chat, pane.width, seq);
        let moves = channel == self.open
            && self.scroll > 0
            && height_from(self, seq + 1) < self.scroll + usize::from(pane.height);
        // The messages before this one keep their height.
        let before = if moves { height_from(self, seq) } else { 0 };
        self.recount_change(channel, &state);
        if let Some(room) = self.rooms.get_mut(&channel) {
            room.change(state, live);
        }
        if moves {
            self.scroll = (self.scroll + height_from(self, seq)).saturating_sub(before);
        }
    }

    /// A changed message may begin to call the user, or no longer do so.
    fn recount_change(&mut self, channel: Channel, state: &Message) {
        let is_counted = |room: &&Room| state.seq > room.read && state.sender_uuid != self.me;
        let Some(room) = self.rooms.get(&channel).filter(is_counted) else { return };
        // A reaction or a pin alone changes no text.
        if state.edited_at.is_none() && !is_deleted(state) {
            return;
        }
        let calls = |message| !is_deleted(message) && self.concerns(message, channel);
        let (now, before) = (calls(state), room.get(state.seq).map(calls));
        if let Some(room) = self.rooms.get_mut(&channel) {
            room.calls.note(state.seq, now, before);
        }
    }

    /// Too many changes were missed to read each: the messages of the channel are read again.
    pub(super) fn take_skipped(&mut self, channel: ChannelId) -> Option<Ask> {
        let room = self.rooms.values_mut().find(|room| room.channel.id() == channel)?;
        room.forget_messages();
        if room.channel != self.open {
            return None;
        }
        (self.scroll, self.going, self.chosen) = (0, None, None);
        self.load()
    }

    /// A change is made, or refused. A text that was refused comes back, unless something else is written by now.
    pub(super) fn take_changed(
        &mut self,
        channel: Channel,
        seq: u64,
        change: Change,
        outcome: Result<Message, Error>,
    ) -> Vec<Ask> {
        let error = match outcome {
            Ok(message) => {
                if let Change::Edit(..) = change {
                    self.tell_unmentioned(channel, &message);
                }
                self.take_change(channel, message, false);
                return Vec::new();
            }
            Err(error) => error,
        };
        self.notice = Some(match error.code() {
            Some(ErrorCode::UnknownType) => TOO_OLD.into(),
            _ => explain(&error),
        });
        if let (Change::Edit(text, _), Some(room)) = (change, self.rooms.get_mut(&channel))
            && room.draft.is_empty()
            && room.aim == Aim::Nothing
        {
            room.aim = Aim::Edit(seq);
            room.write(&text);
        }
        Vec::new()
    }
}
