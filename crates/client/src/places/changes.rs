//! How far the changes of each channel have been delivered.

use chinwag_protocol::outgoing::{Changes, ChannelView, Message};

use super::changes_in_order::{Change, ChangesInOrder};
use super::{Place, Places};
use crate::ChannelId;

/// The most changes to catch up with; of a channel with more they are left out.
const MOST_MISSED: u64 = 1_000;

/// The most changed messages that are still to be delivered; further changes are asked for later.
const MOST_WAITING: usize = 1_000;

/// How to go on with a channel's changes.
#[derive(Debug, PartialEq, Eq)]
pub enum Missing {
    /// Request those after this `rev`.
    After(u64),
    /// There are too many: say so, and call [`Places::skip`].
    TooMany,
}

impl Places {
    /// Up to which `rev` the channel's changes are taken; `None` where that isn't known, or the channel isn't followed.
    pub fn rev(&self, channel: ChannelId) -> Option<u64> {
        self.known.get(&channel)?.changes.rev()
    }

    /// Takes a frame of changes; returns those to deliver, in order. Without `room` for them they are asked for later.
    pub fn changes(&mut self, changes: Changes, live: bool, room: bool) -> Vec<Change> {
        let channel = ChannelId::from(&changes.channel);
        if !self.begun {
            // The inbox says where they begin.
            self.known.entry(channel).or_default().changes.hear(changes.rev);
            return Vec::new();
        }
        let Some(place) = self.known.get_mut(&channel) else { return Vec::new() };
        // A changed message may be one that has not come yet.
        let newest = changes.messages.iter().map(|message| message.seq).max();
        place.newest = place.newest.max(newest.unwrap_or(0));
        if !room || place.changes.waiting() >= MOST_WAITING {
            place.changes.hear(changes.rev);
            return Vec::new();
        }
        let before = place.changes.rev();
        let next = place.changes.take(changes, place.told, live);
        if let (true, Some(rev)) = (next.is_empty(), place.changes.rev())
            && before != Some(rev)
        {
            self.revs.push((channel, rev));
        }
        next
    }

    /// What to do about missing changes. A request for them is under way after that.
    pub fn missing(&mut self, channel: ChannelId) -> Option<Missing> {
        let place = self.known.get_mut(&channel)?;
        let rev = place.changes.rev()?;
        let missing = place.changes.missing();
        if missing == 0 || place.changes.asked {
            return None;
        }
        if missing > MOST_MISSED {
            return Some(Missing::TooMany);
        }
        if place.changes.waiting() >= MOST_WAITING {
            return None;
        }
        place.changes.asked = true;
        Some(Missing::After(rev))
    }

    /// The channels whose changes may be missing.
    pub fn behind(&self) -> Vec<ChannelId> {
        let behind = self.known.iter().filter(|(_, place)| place.changes.missing() > 0);
        behind.map(|(channel, _)| *channel).collect()
    }

    /// The request for changes has ended; a reply says up to which `rev` there were any.
    pub fn missing_read(&mut self, channel: ChannelId, rev: Option<u64>) {
        let Some(place) = self.known.get_mut(&channel) else { return };
        place.changes.asked = false;
        if rev.is_some_and(|rev| place.changes.rev().is_some_and(|known| rev <= known)) {
            place.changes.end();
        }
    }

    /// Leaves out the missing changes. Messages that are still to come are read from pages of after that.
    pub fn skip(&mut self, channel: ChannelId) {
        let Some(place) = self.known.get_mut(&channel) else { return };
        place.changes.skip();
        place.paged = place.newest;
        place.skipped_to = place.changes.rev().unwrap_or(0);
        self.revs.push((channel, place.skipped_to));
    }

    /// A message as it is now, to be delivered.
    pub fn present(&mut self, channel: ChannelId, message: Message) -> Message {
        match self.known.get_mut(&channel) {
            Some(place) => place.changes.present(message),
            None => message,
        }
    }

    /// Whether the channel began with a live message, so that a page is needed for its `rev`.
    pub fn lacks_rev(&self, channel: ChannelId) -> bool {
        self.has_revs && self.known.get(&channel).is_some_and(|place| place.changes.rev().is_none())
    }

    /// After which `Seq` to request the page that says the `rev`, where it is lacking.
    pub fn rev_page(&mut self, channel: ChannelId) -> Option<u64> {
        if !self.lacks_rev(channel) {
            return None;
        }
        let place = self.known.get_mut(&channel).filter(|place| !place.asked)?;
        place.asked = true;
        Some(place.begin.min(place.told))
    }

    /// Begins the changes where the `rev` is lacking, with messages read at this one; returns the changes of those that
    /// were delivered before.
    pub fn begin(&mut self, channel: ChannelId, rev: u64, messages: &[Message]) -> Vec<Change> {
        if !self.lacks_rev(channel) {
            return Vec::new();
        }
        let Some(place) = self.known.get_mut(&channel) else { return Vec::new() };
        let changes = place.changes.begin(rev, messages, place.told);
        if changes.is_empty() {
            self.revs.push((channel, rev));
        }
        changes
    }

    /// The session has joined a channel. A channel that was not followed begins behind the messages of this answer, or with
    /// the first live message if the answer has that already.
    pub fn look_at(&mut self, view: &ChannelView) {
        let channel = ChannelId::from(&view.channel);
        if !self.has_revs {
            return;
        }
        if let (false, Some(newest)) = (self.known.contains_key(&channel), view.messages.first()) {
            let shared = newest.recipient_uuid.is_some() && newest.recipient.is_none();
            let place = Place::after(newest.seq, Some(view.rev));
            let mut place = Place { shared: Some(shared), is_viewed: true, ..place };
            place.changes.keep_states(&view.messages);
            self.known.insert(channel, place);
            self.revs.push((channel, view.rev));
        }
        if let Some(place) = self.known.get_mut(&channel) {
            place.changes.hear(view.rev);
        }
    }
}

impl Place {
    /// Messages after this `Seq`, and changes after this `rev` if it is known.
    pub(super) fn after(told: u64, rev: Option<u64>) -> Self {
        Self { told, begin: told, changes: ChangesInOrder::after(rev), ..Self::default() }
    }

    /// Begins with this live message if the channel began with a join whose answer has it already.
    pub(super) fn begin_live(&mut self, seq: u64) {
        if !std::mem::take(&mut self.is_viewed) {
            return;
        }
        self.told = self.told.min(seq.saturating_sub(1));
        self.begin = self.told;
        self.changes.drop_states(self.told);
    }
}
