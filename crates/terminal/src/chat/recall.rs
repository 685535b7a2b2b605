//! Brings back messages that the user has sent in this channel, to edit them; where messages never change, to send them
//! again.

use chinwag_client::protocol::UserUuid;
use chinwag_client::protocol::outgoing::Message;

use super::aim::Aim;
use super::state::Chat;
use super::states::is_deleted;

impl Chat {
    /// Whether ↑ and ↓ go through sent messages: nothing is written, or one of them stands there unchanged.
    pub fn recalls(&self) -> bool {
        let text = self.room().text();
        text.is_empty() || self.at().and_then(|seq| self.sent(seq)) == Some(text.as_str())
    }

    /// The message before, or after, the one that stands there.
    pub fn recall(&mut self, older: bool) {
        let at = self.at().filter(|_| self.changes || !self.room().draft.is_empty());
        let me = self.me;
        let messages = &self.room().messages;
        let own = |(seq, message): (&u64, &Message)| own(me, message).then_some(*seq);
        let seq = match (older, at) {
            (true, at) => messages.range(..at.unwrap_or(u64::MAX)).rev().find_map(own),
            (false, Some(at)) => messages.range(at + 1..).find_map(own),
            (false, None) => return,
        };
        if older && seq.is_none() {
            return;
        }
        if self.changes {
            match seq {
                Some(seq) => drop(self.edit(seq)),
                None => self.end_aim(),
            }
            return;
        }
        let text = seq.and_then(|seq| self.sent(seq)).unwrap_or_default().to_owned();
        self.recalled = seq;
        self.room_mut().write(&text);
    }

    /// The `Seq` of the one that stands there.
    fn at(&self) -> Option<u64> {
        match self.room().aim {
            Aim::Edit(seq) => Some(seq),
            _ => self.recalled,
        }
    }

    fn sent(&self, seq: u64) -> Option<&str> {
        let message = self.room().get(seq)?;
        own(self.me, message).then_some(&*message.text)
    }
}

fn own(me: UserUuid, message: &Message) -> bool {
    message.sender_uuid == me && !is_deleted(message)
}
