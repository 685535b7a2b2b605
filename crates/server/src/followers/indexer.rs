//! The thread that has the index: it reads the store, channel by channel, and answers searches between two reads.

use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chinwag_protocol::ChannelUuid;
use chinwag_search::{self as index, Audience, Cursor, Entry, Found, Index};
use chinwag_store::{
    ChannelReaders, File, FollowedChannel, FollowedMessage, Message, Moved, Store,
};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

use super::open::{in_memory, open};
use super::reading::{Next, Read, Reading};
use super::search::{Answer, Find, JOBS, Job};

/// How long it waits for more before it asks where something moved.
const PAUSE: Duration = Duration::from_millis(100);

/// How much later than its storing a message may be found, as docs/protocol.md has it.
const MOST_BEHIND: Duration = Duration::from_secs(1);

/// How long it waits while the store is away.
const AWAY: Duration = Duration::from_secs(1);

/// How long after a deletion its words are erased from the file, and how long it rests between two times.
const ERASE_AFTER: Duration = Duration::from_mins(1);
const ERASE_EVERY: Duration = Duration::from_hours(1);

/// How long it rests between two steps of that.
const ERASE_STEP: Duration = Duration::from_millis(20);

/// Keeps an index up to date.
pub(super) struct Indexer {
    store: Arc<dyn Store>,
    /// Where the store is read.
    reads: Handle,
    /// The file; `None` in memory.
    path: Option<PathBuf>,
    index: Index,
    epoch: Arc<str>,
    /// Whether all channels have to be compared.
    compares: bool,
    /// The first [`JOBS`] changes on this node since it began to read: what it reads may be older.
    changed: Vec<Message>,
    /// The channels in which something is to be read.
    behind: VecDeque<FollowedChannel>,
    /// The messages of all channels when they were last compared.
    total: u64,
    progress: Progress,
    /// Since when it has not all messages, where it had.
    behind_since: Option<Instant>,
    /// Whether the store did not answer.
    is_away: bool,
    /// When it takes the next step of erasing, if there is something to erase.
    erase_at: Option<Instant>,
    erased: Option<Instant>,
}

/// How far a new index has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    New,
    /// It knows which channels there are.
    Compared,
    /// It had all messages once.
    Ready,
}

impl Indexer {
    pub(super) fn open(store: Arc<dyn Store>, path: Option<PathBuf>, reads: Handle) -> Self {
        let epoch = store.epoch();
        let index = open(path.as_ref(), &epoch);
        Self {
            store,
            reads,
            path,
            index,
            epoch,
            compares: false,
            changed: Vec::new(),
            behind: VecDeque::new(),
            total: 0,
            progress: Progress::New,
            behind_since: None,
            is_away: false,
            erase_at: None,
            erased: None,
        }
    }

    /// Runs until it is stopped.
    pub(super) async fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut reading = self.read();
        loop {
            let (erase_at, is_idle) = (self.erase_at, !reading.is_page);
            let erase_time = sleep_until(erase_at.unwrap_or_else(Instant::now));
            tokio::select! {
                // What was read comes first, so that a search knows how far behind it is.
                biased;
                read = &mut reading.task => {
                    // A read that panicked is done again, as one that failed.
                    let taken = read.map_or(Ok(()), |read| self.take(read));
                    self.renew_if_damaged(taken);
                    for message in std::mem::take(&mut self.changed) {
                        let changed = self.put_change(&message);
                        self.renew_if_damaged(changed);
                    }
                    reading = self.read();
                }
                () = erase_time, if erase_at.is_some() && is_idle => {
                    let erased = self.erase();
                    self.renew_if_damaged(erased);
                }
                job = jobs.recv() => match job {
                    Some(Job::Find(find, answer)) => {
                        // The asker may have gone.
                        if !answer.is_closed() {
                            let _ = answer.send(self.find(&find));
                        }
                    }
                    Some(Job::Changed(message)) => {
                        let changed = self.put_change(&message);
                        self.renew_if_damaged(changed);
                        // Those that find no room are read again, by their `Rev`.
                        if reading.is_page && self.changed.len() < JOBS {
                            self.changed.push(*message);
                        }
                    }
                    Some(Job::Stop(done)) => {
                        drop(reading);
                        self.close();
                        let _ = done.send(());
                        return;
                    }
                    // The server was given up without being stopped.
                    None => return,
                },
            }
            self.plan_erasing();
        }
    }

    /// Begins to read what comes next.
    fn read(&mut self) -> Reading {
        let next = self.next();
        let next = self.renew_if_damaged(next).unwrap_or(Next::Channels);
        let is_page = !matches!(next, Next::Moved);
        let wait = match (self.is_away, is_page) {
            (true, _) => AWAY,
            (false, true) => Duration::ZERO,
            (false, false) => PAUSE,
        };
        let store = Arc::clone(&self.store);
        let task = self.reads.spawn(async move {
            sleep(wait).await;
            next.read(&*store).await
        });
        Reading { task, is_page }
    }

    fn next(&mut self) -> index::Result<Next> {
        if self.compares {
            return Ok(Next::Channels);
        }
        while let Some(FollowedChannel { uuid, readers, total, rev }) = self.behind.front().cloned()
        {
            let Some(cursor) = self.index.cursor(uuid) else {
                self.index.add_channel(uuid, audience(readers), rev)?;
                continue;
            };
            if cursor.seq < total {
                return Ok(Next::Messages(uuid, cursor.seq));
            }
            if cursor.rev < rev {
                return Ok(Next::Changes { channel: uuid, after: cursor.rev, rev });
            }
            self.behind.pop_front();
        }
        if self.progress == Progress::Compared {
            self.progress = Progress::Ready;
        }
        self.behind_since = None;
        Ok(Next::Moved)
    }

    /// Takes what was read.
    fn take(&mut self, read: Read) -> index::Result<()> {
        let is_away = match &read {
            Read::Moved(read, _) => read.is_err(),
            Read::Channels(read) => read.is_err(),
            Read::Messages(_, read) | Read::Changes(_, _, read) => read.is_err(),
        };
        self.is_away = is_away;
        if self.store.epoch() != self.epoch {
            self.epoch = self.store.epoch();
            self.renew();
            return Ok(());
        }
        match read {
            Read::Moved(Ok(moved), told) => {
                self.behind_since.get_or_insert(told);
                match moved {
                    Moved::Anywhere => self.compares = true,
                    Moved::In(channels) => self.compare(channels)?,
                }
                Ok(())
            }
            Read::Channels(Ok(channels)) => {
                self.compares = false;
                self.total = channels.iter().map(|channel| channel.total).sum();
                let there: HashSet<_> = channels.iter().map(|channel| channel.uuid).collect();
                let gone: Vec<_> =
                    self.index.channels().filter(|channel| !there.contains(channel)).collect();
                for channel in gone {
                    self.index.remove_channel(channel)?;
                }
                if self.progress == Progress::New {
                    self.progress = Progress::Compared;
                }
                self.compare(channels)
            }
            Read::Messages(channel, Ok(messages)) => self.put_messages(channel, &messages),
            Read::Changes(channel, rev, Ok(messages)) => self.put_changes(channel, rev, &messages),
            Read::Moved(Err(error), _)
            | Read::Channels(Err(error))
            | Read::Messages(_, Err(error))
            | Read::Changes(_, _, Err(error)) => {
                // Those who use the store log its outages.
                tracing::debug!(%error, "the search waits for the store");
                Ok(())
            }
        }
    }

    /// Notes in which of the channels something is to be read.
    fn compare(&mut self, channels: Vec<FollowedChannel>) -> index::Result<()> {
        for channel in channels {
            let cursor = self.index.cursor(channel.uuid).unwrap_or_default();
            if channel.total < cursor.seq || channel.rev < cursor.rev {
                self.index.remove_channel(channel.uuid)?;
            }
            if channel.total > 0 {
                self.behind.push_back(channel);
            }
        }
        Ok(())
    }

    fn put_messages(
        &mut self,
        channel: ChannelUuid,
        messages: &[FollowedMessage],
    ) -> index::Result<()> {
        let (Some(cursor), Some(last)) = (self.index.cursor(channel), messages.last()) else {
            // It has ended meanwhile, which is told next.
            self.behind.pop_front();
            return Ok(());
        };
        let entries: Vec<_> = messages.iter().map(entry).collect();
        self.index.put(channel, &entries, Cursor { seq: last.seq, rev: cursor.rev })
    }

    fn put_changes(
        &mut self,
        channel: ChannelUuid,
        rev: u64,
        messages: &[FollowedMessage],
    ) -> index::Result<()> {
        let Some(cursor) = self.index.cursor(channel) else { return Ok(()) };
        // Later ones are read as they are then.
        let changed = messages.iter().filter(|message| message.seq <= cursor.seq);
        let rev = messages.last().map_or(rev, |last| last.rev);
        self.index.put(channel, &changed.map(entry).collect::<Vec<_>>(), Cursor { rev, ..cursor })
    }

    /// Takes over a change before the index comes to it.
    fn put_change(&mut self, message: &Message) -> index::Result<()> {
        let channel = message.channel.uuid;
        let Some(cursor) = self.index.cursor(channel) else { return Ok(()) };
        if message.seq <= cursor.seq && message.rev() <= cursor.rev {
            return Ok(());
        }
        let entry = Entry {
            seq: message.seq,
            sender: message.sender.uuid,
            created_at: message.created_at,
            text: (!message.is_deleted()).then_some(&message.text),
            has_file: !message.files.is_empty(),
            has_image: message.files.iter().any(File::is_image),
        };
        self.index.put(channel, &[entry], cursor)
    }

    fn find(&mut self, find: &Find) -> Answer {
        let Find { wanted, reader, before, limit } = find;
        let found = self.index.find(wanted, reader, *before, *limit);
        let found: Found = self.renew_if_damaged(found).unwrap_or_default();
        Answer { found, ready: self.ready() }
    }

    /// The fraction of all messages that it has.
    fn ready(&self) -> f64 {
        let is_late = self.behind_since.is_some_and(|since| since.elapsed() > MOST_BEHIND);
        if self.progress == Progress::Ready && !is_late {
            return 1.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "it is shown in per cent")]
        let fraction = self.index.taken() as f64 / self.total.max(1) as f64;
        (fraction.min(0.99) * 100.0).floor() / 100.0
    }

    fn erase(&mut self) -> index::Result<()> {
        self.erase_at = None;
        self.index.erase()?;
        if self.index.has_removed() {
            self.erase_at = Some(Instant::now() + ERASE_STEP);
        } else {
            self.erased = Some(Instant::now());
        }
        Ok(())
    }

    fn plan_erasing(&mut self) {
        if self.erase_at.is_none() && self.index.has_removed() {
            let soon = Instant::now() + ERASE_AFTER;
            self.erase_at = Some(self.erased.map_or(soon, |erased| soon.max(erased + ERASE_EVERY)));
        }
    }

    /// What was read from the index or written. One that fails is made anew, and then kept in memory: its
    /// file or its disk is damaged.
    fn renew_if_damaged<T>(&mut self, done: index::Result<T>) -> Option<T> {
        match done {
            Ok(value) => Some(value),
            Err(error) => {
                tracing::warn!(%error, "the search index is damaged, and is made anew in memory");
                self.path = None;
                self.renew();
                None
            }
        }
    }

    /// Begins anew.
    fn renew(&mut self) {
        // The file is open once.
        self.index = in_memory(&self.epoch);
        self.index = open(self.path.as_ref(), &self.epoch);
        (self.compares, self.progress) = (true, Progress::New);
        self.behind_since = None;
        self.behind.clear();
        self.erase_at = None;
    }

    fn close(self) {
        if let Err(error) = self.index.close() {
            tracing::warn!(%error, "failed to close the search index");
        }
    }
}

fn audience(readers: ChannelReaders) -> Audience {
    match readers {
        ChannelReaders::Everybody => Audience::Everybody,
        ChannelReaders::Users(users) => Audience::Users(users),
        ChannelReaders::Members => Audience::Members,
    }
}

fn entry(message: &FollowedMessage) -> Entry<'_> {
    Entry {
        seq: message.seq,
        sender: message.sender,
        created_at: message.created_at,
        text: message.text.as_deref(),
        has_file: !message.files.is_empty(),
        has_image: message.files.iter().any(File::is_image),
    }
}

#[cfg(test)]
mod tests;
