//! The newest messages of all channels: durable, but not among their channel's yet.
//!
//! A channel's messages stand together, so that a page of history is read at once. Writing each
//! message there would cost a page of 4 KiB a message where many channels are busy. A transaction
//! therefore puts its messages into the table `recent`, one behind the other, and from time to time
//! one moves all of them to their places, several to a page. Until then they are read from memory.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use chinwag_protocol::{ChannelUuid, UserUuid};
use rusqlite::{Connection, params};

use super::queries;
use crate::{Append, HistoryPage, Message, Messages, Page};

/// How many messages wait to be moved, and how many bytes of text at the most.
const MESSAGES: usize = 2_048;
const BYTES: usize = 4 * 1024 * 1024;

/// What moves the messages. A read mark that a sender's own message moves waits with it.
const MOVE: [&str; 3] = [
    "INSERT INTO messages (channel, seq, uuid, sender, text, created_at, client_uuid)
        SELECT channel, seq, uuid, sender, text, created_at, client_uuid FROM recent
        ORDER BY channel, seq",
    "INSERT INTO read_marks (user, channel, seq)
        SELECT sender, channel, max(seq) FROM recent WHERE true GROUP BY sender, channel
        ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)",
    "DELETE FROM recent",
];

/// What stands in the table `recent` and is committed, by channel in the order of `Seq`.
#[derive(Default)]
pub(super) struct Recent(RwLock<Waiting>);

#[derive(Default)]
struct Waiting {
    channels: HashMap<ChannelUuid, Vec<Arc<Message>>>,
    messages: usize,
    bytes: usize,
}

/// The part of a page that is found here; the rest stands in the table `messages`.
#[derive(Default)]
pub(super) struct Found {
    /// In the order of the page.
    pub messages: Vec<Message>,
    /// The `Seq` of the channel's first and last message here.
    pub range: Option<(u64, u64)>,
}

impl Found {
    /// The page, if nothing of it stands in the table `messages`.
    pub(super) fn whole(&self, page: HistoryPage) -> Option<Messages> {
        let (first, total) = self.range?;
        let is_whole = match page.page {
            Page::Last | Page::Before(_) => self.messages.len() as u64 >= page.limit,
            Page::After(seq) => seq.saturating_add(1) >= first,
        };
        is_whole.then(|| Messages { total, messages: self.messages.clone() })
    }
}

impl Recent {
    /// Adds what was committed.
    pub(super) fn add(&self, messages: Vec<Arc<Message>>) {
        let mut waiting = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for message in messages {
            waiting.messages += 1;
            waiting.bytes += message.text.len();
            waiting.channels.entry(message.channel).or_default().push(message);
        }
    }

    /// Whether it is time to move them.
    pub(super) fn is_due(&self) -> bool {
        self.look(|waiting| waiting.messages >= MESSAGES || waiting.bytes >= BYTES)
    }

    /// Forgets what was moved.
    pub(super) fn clear(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Waiting::default();
    }

    /// The `Seq` of the channel's last message, if it is here.
    pub(super) fn last_seq(&self, channel: ChannelUuid) -> Option<u64> {
        self.look(|waiting| Some(waiting.channels.get(&channel)?.last()?.seq))
    }

    /// How far the user has read by writing here.
    pub(super) fn read_mark(&self, user: UserUuid, channel: ChannelUuid) -> u64 {
        self.look(|waiting| {
            let mut messages = waiting.channels.get(&channel).into_iter().flatten().rev();
            messages.find(|message| message.sender.uuid == user).map_or(0, |message| message.seq)
        })
    }

    /// What a page has of the messages here.
    pub(super) fn page(&self, channel: ChannelUuid, page: HistoryPage) -> Found {
        self.look(|waiting| {
            let Some(messages) = waiting.channels.get(&channel) else { return Found::default() };
            let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
            let until = |seq| messages.partition_point(|message| message.seq < seq);
            let newest_first = |end: usize| messages[..end].iter().rev().take(limit);
            let messages_of = |picked: &mut dyn Iterator<Item = &Arc<Message>>| {
                picked.map(|message| Message::clone(message)).collect()
            };
            let picked = match page.page {
                Page::Last => messages_of(&mut newest_first(messages.len())),
                Page::Before(seq) => messages_of(&mut newest_first(until(seq))),
                Page::After(seq) => {
                    messages_of(&mut messages[until(seq.saturating_add(1))..].iter().take(limit))
                }
            };
            let range = messages.first().zip(messages.last());
            Found { messages: picked, range: range.map(|(first, last)| (first.seq, last.seq)) }
        })
    }

    fn look<T>(&self, at: impl FnOnce(&Waiting) -> T) -> T {
        at(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes a message, durable with the transaction.
pub(super) fn insert(db: &Connection, append: &Append, message: &Message) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO recent (channel, seq, uuid, sender, text, created_at, client_uuid)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        message.channel.0.as_bytes(),
        message.seq.cast_signed(),
        message.uuid.0.as_bytes(),
        message.sender.uuid.0.as_bytes(),
        message.text,
        queries::nanoseconds(message.created_at),
        append.client_uuid,
    ])?;
    Ok(())
}

/// Moves all messages to their places.
pub(super) fn move_all(db: &Connection) -> rusqlite::Result<()> {
    for statement in MOVE {
        db.prepare_cached(statement)?.execute([])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::mpsc::{Receiver, channel};

    use jiff::Timestamp;

    use super::*;
    use crate::embedded::EmbeddedStore;
    use crate::{Channel, Creation, Event, NewAccount, Store, Ticket, User};

    /// Enough for two moves and a rest.
    const COUNT: u64 = 2 * MESSAGES as u64 + 100;

    fn open(dir: &Path) -> (Arc<EmbeddedStore>, Receiver<Event>) {
        let (events, told) = channel();
        let feed = move |batch: Vec<Event>| {
            for event in batch {
                // The test may have ended.
                let _ = events.send(event);
            }
        };
        (EmbeddedStore::open(dir, Box::new(feed)).unwrap(), told)
    }

    async fn user(store: &EmbeddedStore, name: &str) -> User {
        let user = User { uuid: UserUuid::random(), name: name.into() };
        let (folded_name, password_hash) = (name.to_owned(), String::new());
        let account = NewAccount { user: user.clone(), folded_name, password_hash };
        assert_eq!(store.create_account(account).await.unwrap(), Creation::Created);
        user
    }

    fn append(store: &EmbeddedStore, sender: &User, number: u64) {
        let append = Append {
            ticket: Ticket { connection: 0, serial: 0 },
            sender: sender.clone(),
            channel: Channel::GENERAL,
            text: number.to_string().into(),
            client_uuid: Some(number.to_string()),
            created_at: Timestamp::now(),
        };
        store.append(append).unwrap();
    }

    async fn seqs(store: &EmbeddedStore, reader: &User, page: Page) -> Vec<u64> {
        let page = HistoryPage { page, limit: 50 };
        let found = store.messages(&Channel::GENERAL, reader, page).await.unwrap();
        assert_eq!(found.total, COUNT);
        assert!(found.messages.iter().all(|message| *message.text == *message.seq.to_string()));
        found.messages.iter().map(|message| message.seq).collect()
    }

    async fn check(store: &EmbeddedStore, told: &Receiver<Event>, ada: &User, bob: &User) {
        for seq in (0..=COUNT).step_by(37) {
            let after: Vec<_> = (seq + 1..=COUNT).take(50).collect();
            assert_eq!(seqs(store, bob, Page::After(seq)).await, after, "after {seq}");
            let before: Vec<_> = (1..seq).rev().take(50).collect();
            assert_eq!(seqs(store, bob, Page::Before(seq)).await, before, "before {seq}");
        }
        assert_eq!(seqs(store, bob, Page::Last).await[0], COUNT);
        let unread = async |user| store.inbox(user).await.unwrap()[0].unread;
        assert_eq!((unread(ada).await, unread(bob).await), (0, COUNT));
        for number in [1, COUNT / 2, COUNT] {
            append(store, ada, number);
            let Event::Repeated { message, .. } = told.recv().unwrap() else { panic!() };
            assert_eq!(message.seq, number);
        }
    }

    #[tokio::test]
    async fn a_message_is_read_wherever_it_stands() {
        let dir = tempfile::TempDir::new().unwrap();
        let (store, told) = open(dir.path());
        let (ada, bob) = (user(&store, "ada").await, user(&store, "bob").await);
        for number in 1..=COUNT {
            append(&store, &ada, number);
            // One at a time, so that a move comes at every place of a transaction.
            let Event::Message { message, .. } = told.recv().unwrap() else { panic!() };
            assert_eq!(message.seq, number);
        }
        let recent = store.recent.last_seq(ChannelUuid::GENERAL);
        assert!(recent == Some(COUNT) && !store.recent.is_due());
        check(&store, &told, &ada, &bob).await;
        store.close().await;
        drop((store, told));
        let (store, told) = open(dir.path());
        assert_eq!(store.recent.last_seq(ChannelUuid::GENERAL), None);
        check(&store, &told, &ada, &bob).await;
    }
}
