//! Messages that call the user, kept until the agent asks for them.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use chinwag_client::Channel;
use chinwag_client::protocol::UserUuid;
use chinwag_client::protocol::outgoing::Message;
use tokio::sync::Notify;

/// How many are kept; the oldest goes.
const MOST: usize = 256;

/// How many are given at once.
const AT_ONCE: usize = 20;

/// The messages that wait.
#[derive(Default)]
pub struct Mentions {
    waiting: RefCell<VecDeque<Message>>,
    /// How many went since the last ones were given.
    missed: Cell<u64>,
    ended: Cell<bool>,
    news: Notify,
}

impl Mentions {
    /// Keeps a message if it calls the user: privately, by name, with all others, or as an answer.
    pub fn add(&self, message: Message, me: UserUuid) {
        if !calls(&message, me) {
            return;
        }
        let mut waiting = self.waiting.borrow_mut();
        if waiting.len() == MOST {
            waiting.pop_front();
            self.missed.update(|missed| missed + 1);
        }
        waiting.push_back(message);
        self.news.notify_one();
    }

    /// Shows a message as it is now, and none that was deleted.
    pub fn change(&self, message: &Message) {
        let mut waiting = self.waiting.borrow_mut();
        if message.deleted_at.is_some() {
            waiting.retain(|kept| kept.uuid != message.uuid);
        } else if let Some(kept) = waiting.iter_mut().find(|kept| kept.uuid == message.uuid) {
            kept.clone_from(message);
        }
    }

    /// Forgets all of them.
    pub fn clear(&self) {
        self.waiting.borrow_mut().clear();
    }

    /// Lets nobody wait any longer.
    pub fn end(&self) {
        self.ended.set(true);
        self.news.notify_waiters();
    }

    /// Waits for the next ones. Returns none at the end. What is dropped while it waits takes nothing.
    pub async fn next(&self) -> Vec<Message> {
        loop {
            let news = self.news.notified();
            let messages = self.take();
            if !messages.is_empty() || self.ended.get() {
                return messages;
            }
            news.await;
        }
    }

    /// How many were not kept since it was last asked.
    pub fn missed(&self) -> u64 {
        self.missed.take()
    }

    fn take(&self) -> Vec<Message> {
        let mut waiting = self.waiting.borrow_mut();
        let count = waiting.len().min(AT_ONCE);
        waiting.drain(..count).collect()
    }
}

fn calls(message: &Message, me: UserUuid) -> bool {
    let is_direct = || matches!(Channel::of(message, me), Channel::Direct(_));
    let is_named = || message.mentions.iter().any(|user| user.uuid == me);
    let is_answer = || message.reply_to.as_ref().is_some_and(|reply| reply.sender_uuid == me);
    message.sender_uuid != me
        && message.deleted_at.is_none()
        && (message.mention_all || is_direct() || is_named() || is_answer())
}

#[cfg(test)]
mod tests {
    use chinwag_client::protocol::MessageUuid;
    use chinwag_client::protocol::outgoing::User;
    use uuid::Uuid;

    use super::*;

    fn message(seq: u64, mentioned: UserUuid) -> Message {
        let mentions = vec![User { uuid: mentioned, ..User::default() }];
        let sender_uuid = UserUuid(Uuid::from_u128(7));
        Message {
            uuid: MessageUuid(Uuid::from_u128(seq.into())),
            seq,
            sender_uuid,
            mentions,
            ..Message::default()
        }
    }

    #[test]
    fn the_oldest_go_when_nobody_asks_and_deleted_ones_at_once() {
        let (mentions, me) = (Mentions::default(), UserUuid(Uuid::from_u128(1)));
        for seq in 1..=MOST as u64 + 3 {
            mentions.add(message(seq, me), me);
        }
        mentions.add(message(999, UserUuid(Uuid::from_u128(2))), me);
        let deleted_at = Some(jiff::Timestamp::UNIX_EPOCH);
        mentions.change(&Message { deleted_at, ..message(4, me) });
        mentions.change(&Message { text: "edited".into(), ..message(5, me) });
        let taken = mentions.take();
        assert_eq!((taken.len(), taken[0].seq, &*taken[0].text), (AT_ONCE, 5, "edited"));
        assert_eq!((mentions.missed(), mentions.missed()), (3, 0));
        let rest = std::iter::repeat_with(|| mentions.take()).take_while(|some| !some.is_empty());
        assert_eq!(rest.flatten().last().unwrap().seq, MOST as u64 + 3);
    }
}
