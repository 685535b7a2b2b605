//! Messages of one channel that a program holds, each as it is now. Their states may come in any order.

use std::collections::BTreeMap;

use chinwag_protocol::outgoing::Message;

use crate::states::later;

/// The length of a quote, in characters.
const EXCERPT: usize = 100;

/// Messages of one channel, each in the latest state that came.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    held: BTreeMap<u64, Message>,
}

impl Messages {
    /// Holds this message: one of [`Event::Message`](crate::Event::Message), of a page, or what
    /// [`Client::edit`](crate::Client::edit), `delete`, `react` and `pin` return.
    pub fn add(&mut self, message: Message) {
        let seq = message.seq;
        let present = match self.held.remove(&seq) {
            Some(held) => later(held, message, false),
            None => message,
        };
        self.held.insert(seq, present);
    }

    /// Takes a change of [`Event::Changed`](crate::Event::Changed); one of a message that is not held is dropped.
    pub fn change(&mut self, message: Message, live: bool) {
        if let Some(held) = self.held.remove(&message.seq) {
            self.held.insert(held.seq, later(held, message, live));
        }
    }

    /// The message with this `Seq`. Where the message that it answers is held, the quote is that of now; of a deleted
    /// one there is none.
    #[must_use]
    pub fn get(&self, seq: u64) -> Option<Message> {
        self.held.get(&seq).map(|message| self.quoting(message))
    }

    /// All of them, in the order of `Seq`.
    pub fn iter(&self) -> impl Iterator<Item = Message> {
        self.held.values().map(|message| self.quoting(message))
    }

    /// Forgets all, as after [`Event::Reset`](crate::Event::Reset) and [`Event::Skipped`](crate::Event::Skipped).
    pub fn clear(&mut self) {
        self.held.clear();
    }

    fn quoting(&self, message: &Message) -> Message {
        let mut quoting = message.clone();
        if let Some(quote) = &mut quoting.reply_to
            && let Some(answered) = self.held.get(&quote.seq)
        {
            let is_gone = answered.deleted_at.is_some() || message.deleted_at.is_some();
            quote.written_as.clone_from(&answered.written_as);
            quote.excerpt = (!is_gone).then(|| excerpt(&answered.text));
        }
        quoting
    }
}

fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use chinwag_protocol::UserUuid;
    use chinwag_protocol::outgoing::{Reaction, ReplyTo};

    use super::*;

    fn message(seq: u64, rev: u64, text: &str) -> Message {
        let rev = Some(rev).filter(|rev| *rev > 0);
        Message { seq, rev, text: text.into(), ..Message::default() }
    }

    fn reacted(rev: u64, count: u64, mine: bool) -> Message {
        let users = vec![UserUuid::random()];
        let reactions = vec![Reaction { emoji: "👍".into(), count, users, mine }];
        Message { reactions, ..message(1, rev, "text") }
    }

    #[test]
    fn the_state_with_the_greater_rev_stays() {
        let mut held = Messages::default();
        held.add(message(2, 0, "other"));
        held.add(message(1, 3, "third"));
        held.change(message(1, 2, "second"), true);
        held.add(message(1, 0, "first"));
        assert_eq!(&*held.get(1).unwrap().text, "third");
        held.change(message(1, 4, "fourth"), true);
        held.change(message(9, 5, "of no message"), true);
        let texts: Vec<_> = held.iter().map(|message| message.text.to_string()).collect();
        assert_eq!(texts, ["fourth", "other"]);
        held.clear();
        assert_eq!(held.get(1), None);
    }

    #[test]
    fn ones_own_reaction_stays_in_live_states() {
        let mut held = Messages::default();
        held.add(reacted(1, 7, true));
        let mine = |held: &Messages| held.get(1).unwrap().reactions.iter().any(|one| one.mine);
        held.change(reacted(2, 8, false), true);
        assert!(mine(&held));
        held.change(reacted(3, 7, false), false);
        assert!(!mine(&held), "a reply says all");
        // The reply to a reaction comes after its live state, with the same `Rev`.
        held.change(reacted(4, 8, false), true);
        held.add(reacted(4, 8, true));
        held.change(reacted(4, 8, false), true);
        assert!(mine(&held));
        held.change(message(1, 5, "text"), true);
        held.change(reacted(6, 1, false), true);
        assert!(!mine(&held), "the emoji had gone");
    }

    #[test]
    fn a_quote_is_that_of_the_message_that_is_held() {
        let mut held = Messages::default();
        let quote = ReplyTo {
            seq: 1,
            root: 1,
            sender_uuid: UserUuid::random(),
            sender: chinwag_protocol::outgoing::User::default(),
            written_as: Some("CI".into()),
            excerpt: Some("old".into()),
        };
        held.add(Message { reply_to: Some(Box::new(quote)), ..message(2, 0, "answer") });
        let quoted = |held: &Messages| held.get(2).unwrap().reply_to.unwrap().excerpt;
        assert_eq!(quoted(&held).unwrap(), "old");
        let whole = "ä".repeat(EXCERPT);
        held.add(message(1, 0, &whole));
        assert_eq!(quoted(&held).unwrap(), whole);
        held.change(message(1, 1, &"ä".repeat(EXCERPT + 1)), true);
        assert_eq!(quoted(&held).unwrap(), format!("{whole}…"));
        let deleted_at = Some("2026-01-02T03:04:05Z".parse().unwrap());
        held.change(Message { deleted_at, ..message(1, 2, "") }, true);
        assert_eq!(quoted(&held), None);
        assert_eq!(held.get(2).unwrap().reply_to.unwrap().written_as, None);
    }
}
