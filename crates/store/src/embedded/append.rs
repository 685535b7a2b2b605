//! Messages into the database, each with the next `Seq` of its channel.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, MessageUuid, UserUuid};
use rusqlite::Connection;

use super::mover::Mover;
use super::recent::Recent;
use super::statements::channels::Rights;
use super::statements::rows::key;
use super::statements::{accounts, blocks, channels, files, hooks, mentions, messages};
use super::{changes, concern};
use crate::{Append, Denied, Event, Kind, Message, WrittenBy};

/// How many channels' last `Seq` are remembered, and how many rights.
const CHANNELS: usize = 100_000;

/// Numbers messages and finds repetitions. Only the writing thread has one.
pub(super) struct Appender {
    recent: Arc<Recent>,
    mover: Mover,
    /// The last message of each channel.
    last: HashMap<ChannelUuid, Last>,
    /// What users may do in groups and named channels, until anything else is written.
    rights: HashMap<(UserUuid, ChannelUuid), Rights>,
    /// Users who are known not to be deactivated, likewise.
    active: HashSet<UserUuid>,
    /// Users who are known to be able to write in General, likewise.
    in_general: HashSet<UserUuid>,
    /// Direct channels whose users are known to be able to write to each other, likewise.
    open: HashSet<ChannelUuid>,
    /// The latest hour that is noted of any direct channel, once it was looked up.
    latest: Option<i64>,
}

/// A channel's last message.
#[derive(Clone, Copy)]
struct Last {
    /// The channel's number.
    number: i64,
    seq: u64,
    /// The channel's `rev`.
    rev: u64,
    /// In which hour it was, as far as that is noted.
    hour: i64,
}

impl Appender {
    pub(super) fn new(recent: Arc<Recent>) -> Self {
        let mover = Mover::new(Arc::clone(&recent));
        Self {
            recent,
            mover,
            last: HashMap::new(),
            rights: HashMap::new(),
            active: HashSet::new(),
            in_general: HashSet::new(),
            open: HashSet::new(),
            latest: None,
        }
    }

    /// Begins a transaction of so many messages.
    pub(super) fn begin(&mut self, db: &Connection, messages: usize) -> rusqlite::Result<()> {
        self.mover.begin(db, messages)
    }

    /// Stores a message, or finds the one that was stored with the same `clientUUID`. Returns its outcome,
    /// and if it answers another one the change of the first message of the chain.
    pub(super) fn append(
        &mut self,
        db: &Connection,
        append: Append,
    ) -> rusqlite::Result<(Event, Option<Event>)> {
        let ticket = append.ticket;
        let refused =
            |denied: Denied| Ok((Event::Refused { ticket, error: Arc::new(denied.into()) }, None));
        let channel = append.channel.uuid;
        if let Some(by) = &append.by_hook {
            if let Err(denied) = may_post(db, by, channel)? {
                return refused(denied);
            }
        } else if append.channel.kind == Kind::Members {
            let rights = self.rights(db, append.sender.uuid, channel)?;
            if let Err(denied) = rights.map_or(Err(Denied::NotFound), Rights::may_write) {
                return refused(denied);
            }
        } else if channel.is_general() && !self.writes_in_general(db, append.sender.uuid)? {
            return refused(Denied::OnlyAdmins);
        }
        let is_closed = match append.channel.recipient() {
            Some(other) => self.separate(db, channel, [append.sender.uuid, other.uuid])?,
            None => self.is_deactivated(db, append.sender.uuid)?,
        };
        if is_closed {
            return refused(Denied::Closed);
        }
        let pair = append.channel.recipient().map(|other| [append.sender.uuid, other.uuid]);
        if pair.is_some() {
            self.follow_clock(db, channels::hour(append.created_at))?;
        }
        let Last { number, seq, rev, hour } = self.last(db, channel)?;
        if let Some(message) = self.mover.sent_before(db, number, &append)? {
            return Ok((Event::Repeated { message, ticket }, None));
        }
        let Some(files) = files::for_message(db, &append)? else {
            return refused(Denied::FileNotReady);
        };
        let reply_to = match append.reply_to {
            Some(answered) if (1..=seq).contains(&answered) => {
                self.mover.bring_home(db, channel)?;
                messages::answered(db, key(number, answered))?
            }
            _ => None,
        };
        if append.reply_to.is_some() && reply_to.is_none() {
            return refused(Denied::NothingToAnswer);
        }
        let now = channels::hour(append.created_at).max(hour);
        if let Some(pair) = pair.filter(|_| now > hour) {
            channels::note_talk(db, pair, append.created_at)?;
        }
        let change = match &reply_to {
            Some(reply) => {
                let chain = (&append.channel, &append.sender);
                Some(changes::count_reply(db, chain, key(number, reply.root), 1)?)
            }
            None => None,
        };
        let mentions = match append.mentions {
            Some(wanted) => {
                mentions::permitted(db, (&append.channel, &append.sender), *wanted)?.some()
            }
            None => None,
        };
        let (seq, rev) = (seq + 1, change.as_ref().map_or(rev, Message::rev));
        let message = Arc::new(Message {
            uuid: MessageUuid::random(),
            channel: append.channel,
            seq,
            sender: append.sender,
            written_as: append.by_hook.map(|by| by.name),
            text: append.text,
            created_at: append.created_at,
            reply_to: reply_to.map(Box::new),
            mentions,
            files,
            state: None,
        });
        for file in &message.files {
            files::bind(db, file.uuid, key(number, seq))?;
        }
        if message.mentions.is_some() || message.reply_to.is_some() {
            concern::begin(db, key(number, seq), &message)?;
        }
        self.mover.add(db, (key(number, seq), rev), Arc::clone(&message), append.client_uuid)?;
        self.last.insert(channel, Last { number, seq, rev, hour: now });
        Ok((Event::Message { message, ticket: Some(ticket) }, change.map(changes::told)))
    }

    /// Puts all messages of the channel in their places, so that they can be changed there.
    pub(super) fn bring_home(
        &mut self,
        db: &Connection,
        channel: ChannelUuid,
    ) -> rusqlite::Result<()> {
        self.mover.bring_home(db, channel)
    }

    /// The user's rights in a group or a named channel. Only the writing thread changes them, and it says so.
    fn rights(
        &mut self,
        db: &Connection,
        user: UserUuid,
        channel: ChannelUuid,
    ) -> rusqlite::Result<Option<Rights>> {
        if let Some(&rights) = self.rights.get(&(user, channel)) {
            return Ok(Some(rights));
        }
        let rights = channels::rights(db, user, channel)?;
        if let Some(rights) = rights {
            if self.rights.len() >= CHANNELS {
                self.rights.clear();
            }
            self.rights.insert((user, channel), rights);
        }
        Ok(rights)
    }

    /// Whether the user is deactivated. Only the writing thread does that, and it says so.
    fn is_deactivated(&mut self, db: &Connection, user: UserUuid) -> rusqlite::Result<bool> {
        if self.active.contains(&user) {
            return Ok(false);
        }
        let is_deactivated = accounts::standing(db, user)?.deactivated;
        if !is_deactivated {
            note(&mut self.active, user);
        }
        Ok(is_deactivated)
    }

    /// Whether one of the two of a direct channel is deactivated, or has blocked the other, likewise.
    fn separate(
        &mut self,
        db: &Connection,
        channel: ChannelUuid,
        [user, other]: [UserUuid; 2],
    ) -> rusqlite::Result<bool> {
        if self.open.contains(&channel) {
            return Ok(false);
        }
        let is_separate = blocks::separate(db, user, other)?;
        if !is_separate {
            note(&mut self.open, channel);
        }
        Ok(is_separate)
    }

    /// Whether the user may write in General. Only the writing thread changes that, and it says so.
    fn writes_in_general(&mut self, db: &Connection, user: UserUuid) -> rusqlite::Result<bool> {
        if self.in_general.contains(&user) {
            return Ok(true);
        }
        let writes = channels::writes_in_general(db, user)?;
        if writes {
            note(&mut self.in_general, user);
        }
        Ok(writes)
    }

    /// Notes that something else than a message is written, which may change rights.
    pub(super) fn other_write(&mut self) {
        self.active.clear();
        self.in_general.clear();
        self.open.clear();
        self.rights.clear();
    }

    /// Notes that messages of the channel were changed.
    pub(super) fn changed(
        &mut self,
        db: &Connection,
        channel: ChannelUuid,
    ) -> rusqlite::Result<()> {
        if let Some(last) = self.last.get_mut(&channel) {
            last.rev = channels::rev(db, channel)?;
        }
        Ok(())
    }

    /// Lets readers find what the transaction has stored, before anybody is told of it.
    pub(super) fn committed(&mut self) {
        self.mover.committed();
    }

    /// Forgets what a rolled-back transaction had stored.
    pub(super) fn rolled_back(&mut self) {
        self.other_write();
        self.last.clear();
        self.latest = None;
        self.mover.rolled_back();
    }

    /// Puts the hours of direct channels right, once the clock was set back by more than an hour.
    fn follow_clock(&mut self, db: &Connection, hour: i64) -> rusqlite::Result<()> {
        let latest = match self.latest {
            Some(latest) => latest,
            None => channels::latest_talk(db)?,
        };
        self.latest = Some(latest.max(hour));
        if hour + 1 < latest {
            channels::bring_talks_back(db, hour - 1)?;
            self.last.clear();
            self.latest = Some(hour);
        }
        Ok(())
    }

    fn last(&mut self, db: &Connection, channel: ChannelUuid) -> rusqlite::Result<Last> {
        if let Some(&last) = self.last.get(&channel) {
            return Ok(last);
        }
        if self.last.len() >= CHANNELS {
            self.last.clear();
        }
        let number = channels::numbered(db, channel)?;
        let (seq, rev) =
            (messages::last_seq(db, &self.recent, channel)?, channels::rev(db, channel)?);
        Ok(Last { number, seq, rev, hour: 0 })
    }
}

/// Remembers a user or a channel, as long as there is room.
fn note<T: Eq + Hash>(known: &mut HashSet<T>, uuid: T) {
    if known.len() >= CHANNELS {
        known.clear();
    }
    known.insert(uuid);
}

/// Whether a hook may write, which is no member: it lives, and its channel isn't archived.
fn may_post(
    db: &Connection,
    by: &WrittenBy,
    channel: ChannelUuid,
) -> rusqlite::Result<Result<(), Denied>> {
    Ok(match channels::details(db, channel)? {
        Some(details) if details.archived => Err(Denied::Archived),
        Some(_) if hooks::hook(db, by.hook)?.is_some_and(|hook| hook.channel == channel) => Ok(()),
        _ => Err(Denied::NoHook),
    })
}
