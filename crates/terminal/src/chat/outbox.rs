//! Messages that the user writes: sent, refused, sent again or taken back.

use std::time::Duration;

use chinwag_client::Channel;
use chinwag_client::protocol::incoming::NewMessage;

use super::aim::Aim;
use super::asks::Ask;
use super::attached::Attached;
use super::incoming::sentence;
use super::state::{Chat, Marked};
use crate::files::LocalFile;
use crate::length;

/// A typing notice is sent at most this often, as the server lets no more through.
const TYPING_EVERY: Duration = Duration::from_secs(2);

/// A message that the server has not stored yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsent {
    /// Its number in the answer.
    pub number: u64,
    /// Where it goes.
    pub channel: Channel,
    /// The `Seq` of the message that it answers.
    pub reply_to: Option<u64>,
    /// The text.
    pub text: String,
    /// A file that is uploaded before.
    pub attached: Option<Attached>,
    /// Why it was refused; nothing while it is being sent.
    pub refused: Option<String>,
}

impl Chat {
    /// Sends a text to the channel that is shown, and empties the draft.
    pub fn send(&mut self, text: String) -> Vec<Ask> {
        if text.trim().is_empty() {
            return Vec::new();
        }
        self.send_with(text, None)
    }

    /// The same, with a file beside the text, which may be empty then.
    pub(super) fn send_with(&mut self, text: String, file: Option<LocalFile>) -> Vec<Ask> {
        if let Err(error) = length::check(&text) {
            self.notice = Some(sentence(&error.to_string()));
            return Vec::new();
        }
        self.show_newest();
        (self.typed, self.recalled) = (None, None);
        self.marked = Marked::default();
        let room = self.room_mut();
        let reply_to = match room.aim {
            Aim::Reply(seq) => Some(seq),
            _ => None,
        };
        room.write("");
        room.new_from = None;
        self.end_aim();
        vec![self.post(self.open, reply_to, text, file)]
    }

    fn post(
        &mut self,
        channel: Channel,
        reply_to: Option<u64>,
        text: String,
        file: Option<LocalFile>,
    ) -> Ask {
        self.last_number += 1;
        let (number, message) = (self.last_number, text.clone());
        let attached = file.map(Attached::new);
        let unsent = Unsent { number, channel, reply_to, text, attached, refused: None };
        let attached = unsent.attached.clone();
        self.unsent.push(unsent);
        let recipient = channel.id().to_string();
        let mention_all = self.calls_all(channel, &message).then_some(true);
        let message =
            NewMessage { recipient, message, reply_to, mention_all, ..NewMessage::default() };
        match attached {
            Some(attached) => Ask::Attach(number, channel, message, attached),
            None => Ask::Post(number, message),
        }
    }

    /// Sends the refused messages of the channel that is shown again.
    pub fn retry(&mut self) -> Vec<Ask> {
        self.take_refused()
            .into_iter()
            .map(|unsent| {
                let file = unsent.attached.map(|attached| attached.file);
                self.post(unsent.channel, unsent.reply_to, unsent.text, file)
            })
            .collect()
    }

    /// Takes the refused messages of the channel that is shown back into the draft.
    pub fn take_back(&mut self) {
        let refused = self.take_refused();
        if let Some(answered) = refused.iter().find_map(|unsent| unsent.reply_to) {
            self.answer_to(answered);
        }
        let mut texts: Vec<_> = refused.iter().map(Unsent::draft).collect();
        texts.push(self.room().text());
        texts.retain(|text| !text.is_empty());
        self.room_mut().write(&texts.join("\n"));
    }

    fn take_refused(&mut self) -> Vec<Unsent> {
        let open = self.open;
        let refused = |unsent: &Unsent| unsent.channel == open && unsent.refused.is_some();
        let (refused, others) = self.unsent.drain(..).partition(refused);
        self.unsent = others;
        refused
    }

    /// Whether the channel that is shown has refused messages.
    pub fn has_refused(&self) -> bool {
        self.unsent.iter().any(|unsent| unsent.channel == self.open && unsent.refused.is_some())
    }

    /// Tells the others that one is typing, if there are any, and not too often.
    pub fn told_typing(&mut self) -> Option<Ask> {
        let recently = self.typed.is_some_and(|typed| self.instant < typed + TYPING_EVERY);
        let alone = self.open == Channel::Direct(self.me) || self.only_looks();
        if recently || alone || self.room().draft.is_empty() {
            return None;
        }
        self.typed = Some(self.instant);
        Some(Ask::Typing(self.open))
    }
}
