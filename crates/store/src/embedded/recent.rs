//! The newest messages of all channels, in memory: durable, but not in their places yet, see [`super::mover`].

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use chinwag_protocol::{ChannelUuid, UserUuid};

use crate::{Filter, HistoryPage, Message, MessagesPage, Page};

/// By channel.
#[derive(Default)]
pub(super) struct Recent(RwLock<HashMap<ChannelUuid, Newest>>);

/// The newest messages of a channel. None of them has changed: a change first brings its
/// channel's messages to their places.
#[derive(Default)]
struct Newest {
    /// In the order of `Seq`.
    messages: Vec<Arc<Message>>,
    /// The channel's `rev`.
    rev: u64,
}

/// The part of a page that is found here; the rest stands in the table `messages`.
#[derive(Default)]
pub(super) struct Found {
    /// In the order of the page.
    pub messages: Vec<Message>,
    /// The `Seq` of the channel's first and last message here.
    pub range: Option<(u64, u64)>,
    /// The channel's `rev`, if it has messages here.
    pub rev: Option<u64>,
}

impl Found {
    /// The page, if nothing of it stands in the table `messages`.
    pub(super) fn whole(&self, page: HistoryPage) -> Option<MessagesPage> {
        let (first, total) = self.range?;
        let is_whole = page.filter == Filter::All
            && match page.page {
                Page::Last | Page::Before(_) => self.messages.len() as u64 >= page.limit,
                Page::After(seq) => seq.saturating_add(1) >= first,
            };
        let rev = self.rev?;
        is_whole.then(|| MessagesPage { total, rev, messages: self.messages.clone() })
    }
}

impl Recent {
    /// Adds what was committed, each with its channel's `rev`, and forgets what was moved: the last message of each piece and
    /// those before it in its channel.
    pub(super) fn change(
        &self,
        added: Vec<(Arc<Message>, u64)>,
        moved: impl Iterator<Item = Arc<Message>>,
    ) {
        let mut channels = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for last in moved {
            if let Some(Newest { messages, .. }) = channels.get_mut(&last.channel.uuid) {
                let rest = messages.partition_point(|message| message.seq <= last.seq);
                messages.drain(..rest);
                if messages.is_empty() {
                    channels.remove(&last.channel.uuid);
                }
            }
        }
        for (message, rev) in added {
            let newest = channels.entry(message.channel.uuid).or_default();
            newest.messages.push(message);
            newest.rev = rev;
        }
    }

    /// The `Seq` of the channel's last message, if it is here.
    pub(super) fn last_seq(&self, channel: ChannelUuid) -> Option<u64> {
        self.look(channel, |newest| newest?.messages.last().map(|last| last.seq))
    }

    /// How far the user has read by writing here.
    pub(super) fn read_mark(&self, user: UserUuid, channel: ChannelUuid) -> u64 {
        self.look(channel, |newest| {
            let messages = newest.map_or(&[][..], |newest| &newest.messages);
            let mut own = messages.iter().rev().filter(|message| message.sender.uuid == user);
            own.next().map_or(0, |message| message.seq)
        })
    }

    /// What a page has of the messages here.
    pub(super) fn page(&self, channel: ChannelUuid, page: HistoryPage) -> Found {
        self.look(channel, |newest| {
            let Some(Newest { messages, rev }) = newest else { return Found::default() };
            let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
            let until = |seq| messages.partition_point(|message| message.seq < seq);
            let wanted = |message: &&Arc<Message>| page.filter.takes(message);
            let newest_first = |end: usize| messages[..end].iter().rev().filter(wanted).take(limit);
            let messages_of = |picked: &mut dyn Iterator<Item = &Arc<Message>>| {
                picked.map(|message| Message::clone(message)).collect()
            };
            let picked = match page.page {
                Page::Last => messages_of(&mut newest_first(messages.len())),
                Page::Before(seq) => messages_of(&mut newest_first(until(seq))),
                Page::After(seq) => {
                    let later = messages[until(seq.saturating_add(1))..].iter();
                    messages_of(&mut later.filter(wanted).take(limit))
                }
            };
            let range = messages.first().zip(messages.last());
            let range = range.map(|(first, last)| (first.seq, last.seq));
            Found { messages: picked, range, rev: Some(*rev) }
        })
    }

    fn look<T>(&self, channel: ChannelUuid, at: impl FnOnce(Option<&Newest>) -> T) -> T {
        let channels = self.0.read().unwrap_or_else(PoisonError::into_inner);
        at(channels.get(&channel))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::mpsc::{Receiver, channel};

    use jiff::Timestamp;

    use super::*;
    use crate::embedded::{EmbeddedStore, mover};
    use crate::{
        Accounts, Append, Channel, Channels, Creation, Event, Messages, NewAccount, Store, Ticket,
        User, Wanted,
    };

    /// Enough to fill both tables and to begin anew.
    const COUNT: u64 = 2 * mover::MESSAGES as u64 + 100;

    const LAST: HistoryPage = HistoryPage::of_all(Page::Last, 1);

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
        let account = NewAccount { user: user.clone(), folded_name, password_hash, link: None };
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
            reply_to: None,
            mentions: None,
            files: Vec::new(),
            by_hook: None,
        };
        assert!(store.append(vec![append]).is_empty());
    }

    async fn seqs(store: &EmbeddedStore, reader: &User, page: Page) -> Vec<u64> {
        let page = HistoryPage::of_all(page, 50);
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
        let unread = async |user| store.inbox(user, Wanted::Direct).await.unwrap()[0].unread;
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
        }
        for number in 1..=COUNT {
            let Event::Message { message, .. } = told.recv().unwrap() else { panic!() };
            assert_eq!(message.seq, number);
        }
        let recent = store.recent.page(ChannelUuid::GENERAL, LAST).range;
        assert!(recent.is_some_and(|(first, last)| first > 1 && last == COUNT), "{recent:?}");
        check(&store, &told, &ada, &bob).await;
        store.close().await;
        drop((store, told));
        let (store, told) = open(dir.path());
        assert_eq!(store.recent.page(ChannelUuid::GENERAL, LAST).range, None);
        check(&store, &told, &ada, &bob).await;
    }
}
