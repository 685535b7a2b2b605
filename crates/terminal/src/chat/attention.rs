//! Counts the messages that call the user: by channel for the list, and in all for the title.

use std::collections::BTreeSet;

use chinwag_client::protocol::outgoing::{Inbox, Level};
use chinwag_client::{Channel, Link};

use super::asks::Ask;
use super::room::Room;
use super::state::Chat;

/// The unread messages of a channel that mention the user or answer them.
#[derive(Debug, Default)]
pub struct Calls {
    /// How many there are up to `until`, by the inbox.
    listed: u64,
    /// The total of the inbox.
    until: u64,
    /// Later ones, by `Seq`.
    since: BTreeSet<u64>,
    /// Whether the inbox must be asked again.
    unsure: bool,
}

/// What a channel, or all of them, tell of unread messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Attention {
    /// How many of them notify the user, as they have chosen.
    pub count: u64,
    /// Whether there are others.
    pub others: bool,
}

impl Calls {
    fn count(&self) -> u64 {
        self.listed + self.since.len() as u64
    }

    /// Takes the count of an inbox with this total, which reads up to a `Seq`.
    pub fn take_listed(&mut self, count: u64, total: u64, read: u64, read_here: u64) {
        self.since = self.since.split_off(&(total + 1));
        (self.listed, self.until) = (count, total);
        if read_here > read {
            self.read(read_here);
        }
    }

    /// All up to this `Seq` are read.
    pub fn read(&mut self, seq: u64) {
        self.since = self.since.split_off(&(seq + 1));
        if seq >= self.until {
            self.listed = 0;
        } else if self.listed > 0 {
            self.unsure = true;
        }
    }

    /// Takes an unread message that is new or has changed: whether it calls the user, and whether it did before, if that
    /// is known.
    pub fn note(&mut self, seq: u64, calls: bool, before: Option<bool>) {
        match before {
            _ if seq > self.until && calls => drop(self.since.insert(seq)),
            _ if seq > self.until => drop(self.since.remove(&seq)),
            Some(before) if before == calls => {}
            Some(_) if calls => self.listed += 1,
            Some(_) => self.listed = self.listed.saturating_sub(1),
            None => self.unsure = true,
        }
    }
}

impl Chat {
    /// What the list tells of a channel. In one that notifies of all messages each counts, also where it is muted.
    pub fn attention(&self, room: &Room) -> Attention {
        let unread = room.unread();
        let count = match self.level(room) {
            Level::All => unread,
            Level::Mentions => room.calls.count().min(unread),
            Level::None => 0,
        };
        Attention { count, others: unread > count }
    }

    /// What the title tells of these channels: nothing of those that are muted or notify of nothing.
    pub fn attention_of<'a>(&self, rooms: impl Iterator<Item = &'a Room>) -> Attention {
        let mut all = Attention::default();
        for room in rooms.filter(|room| !self.is_muted(room) && self.level(room) != Level::None) {
            let Attention { count, others } = self.attention(room);
            (all.count, all.others) = (all.count + count, all.others | others);
        }
        all
    }

    /// The number or the dot before the name of the channel that is shown, with a space behind it.
    pub fn attention_mark(&self) -> String {
        match self.attention_of(self.rooms.values()) {
            Attention { count: 0, others: false } => String::new(),
            Attention { count: 0, others: true } => "• ".into(),
            Attention { count, .. } => format!("({count}) "),
        }
    }

    /// Of what the user is notified in this channel, unless it is muted.
    pub(super) fn level(&self, room: &Room) -> Level {
        let is_named = room.channel == Channel::General || self.is_named(room.channel);
        room.prefs.level.unwrap_or(if is_named { Level::Mentions } else { Level::All })
    }

    /// Asks for the counts again that only the server knows, once at a time.
    pub fn recount(&mut self) -> Vec<Ask> {
        let unsure = self.rooms.values().any(|room| room.calls.unsure);
        if !unsure || self.recounting || self.link != Link::Live {
            return Vec::new();
        }
        self.rooms.values_mut().for_each(|room| room.calls.unsure = false);
        self.recounting = true;
        vec![Ask::Recount]
    }

    /// Takes the counts of an inbox. Without one those of the next connection's are taken.
    pub(super) fn take_recount(&mut self, inbox: Option<&Inbox>) {
        self.recounting = false;
        for listed in inbox.iter().flat_map(|inbox| &inbox.channels) {
            let channel = self.named_by(&listed.channel);
            if let Some(room) = channel.and_then(|channel| self.rooms.get_mut(&channel)) {
                room.take_calls(listed);
            }
        }
    }
}
