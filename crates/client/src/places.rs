//! How far each channel has been delivered, so that every message and every change is delivered once and in order.

mod changes;
mod changes_in_order;

use std::collections::{HashMap, HashSet, VecDeque};

use chinwag_protocol::MessageUuid;
use chinwag_protocol::outgoing::{History, Inbox, InboxChannel, Message};

use crate::{Channel, ChannelId, Positions};
pub use changes::Missing;
pub use changes_in_order::Change;
use changes_in_order::ChangesInOrder;

/// With fewer of General and private channels than this, the inbox lists all of them that hold a message. It always
/// lists every group and named channel.
const MOST_LISTED: usize = 1_000;

/// How many of a channel's last messages are remembered, in case the server loses messages.
const REMEMBERED: usize = 256;

/// How far each channel has been delivered.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says something else of the server")]
pub struct Places {
    known: HashMap<ChannelId, Place>,
    /// The groups and named channels of the user, unlike those that a session only looks at.
    member_of: HashSet<ChannelId>,
    /// Whether the first inbox has come: the messages that it counts are not delivered.
    begun: bool,
    /// Whether that inbox listed every channel, so that an unknown one is new and delivered from its first message.
    all_listed: bool,
    /// Whether an inbox is awaited. It says which messages come from pages, so that no live one is delivered meanwhile.
    awaits_inbox: bool,
    /// Whether the server numbers changes, as those since 0.2 do.
    has_revs: bool,
    /// Up to which `rev` changes are handled once all events so far are, by channel.
    pub revs: Vec<(ChannelId, u64)>,
}

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says something else of the channel")]
struct Place {
    /// Whether it is a group or a named channel, of which one may cease to be a member; `None` while only an earlier
    /// run knows.
    shared: Option<bool>,
    /// Whether it was known when the inbox was requested.
    was_known: bool,
    /// The `Seq` up to which all is delivered.
    told: u64,
    /// The highest `Seq` known of.
    newest: u64,
    /// Whether the page after `told` was requested.
    asked: bool,
    /// `told` when the inbox was requested.
    told_before: u64,
    /// Whether the server has lost messages since the last inbox.
    is_doubtful: bool,
    /// The last `Seq` of a page; its last messages may have been delivered before the server lost messages.
    page_end: u64,
    /// The last messages delivered, oldest first.
    recent: VecDeque<(u64, MessageUuid)>,
    /// The `Seq` behind which the channel began.
    begin: u64,
    /// Whether it began with a join, and no message has come since.
    is_viewed: bool,
    changes: ChangesInOrder,
    /// `changes.rev()` when the inbox was requested.
    rev_before: u64,
    /// The last `Seq` when changes were left out: up to there messages come from pages, as they are after that.
    paged: u64,
    /// Pages with a smaller `rev` are of before changes that were left out.
    skipped_to: u64,
}

/// How to go on after a live message.
#[derive(Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is the next one: deliver it, then call [`Places::told`].
    Now,
    /// It was delivered before, or comes with a page that was requested.
    Not,
    /// Messages are missing before it: request the page after this `Seq`.
    Fill(u64),
}

/// How to go on after an inbox.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Next {
    /// The pages to request, each after a `Seq`.
    pub pages: Vec<(ChannelId, u64)>,
    /// Where new groups and named channels begin, and which channels have gone.
    pub moves: Vec<Move>,
}

/// A change of the channels that are followed: one begins behind this `Seq`, or has gone.
pub type Move = (ChannelId, Option<u64>);

/// Where an earlier run stopped.
impl From<&Positions> for Places {
    fn from(positions: &Positions) -> Self {
        let place = |channel, seq| Place::after(seq, positions.revs.get(channel).copied());
        let known: HashMap<_, _> = positions
            .channels
            .iter()
            .map(|(channel, seq)| (*channel, place(channel, *seq)))
            .collect();
        Self { begun: true, all_listed: known.len() < MOST_LISTED, known, ..Self::default() }
    }
}

impl Places {
    /// On a new connection no page is under way.
    pub fn reconnected(&mut self) {
        for place in self.known.values_mut() {
            (place.asked, place.changes.asked) = (false, false);
            place.begin_live(u64::MAX);
        }
    }

    /// Takes a live message. With `room` for it, it may be delivered. An unknown group or named channel begins with it:
    /// the user has just become a member, or looks at it.
    pub fn live(&mut self, channel: Channel, seq: u64, room: bool) -> Turn {
        let shared = matches!(channel, Channel::Shared(_));
        let is_whole = self.all_listed && !shared;
        let first = if is_whole { 0 } else { seq.saturating_sub(1) };
        let rev = (is_whole && self.has_revs).then_some(0);
        let begun = self.begun;
        let revs = &mut self.revs;
        let place = self.known.entry(channel.id()).or_insert_with(|| {
            revs.extend(rev.filter(|_| begun).map(|rev| (channel.id(), rev)));
            let place = if begun { Place::after(first, rev) } else { Place::default() };
            Place { shared: Some(shared), ..place }
        });
        place.begin_live(seq);
        place.newest = place.newest.max(seq);
        if !begun || self.awaits_inbox || !room || place.asked || seq <= place.told {
            return Turn::Not;
        }
        if seq == place.told + 1 && seq > place.paged { Turn::Now } else { place.fill() }
    }

    /// Everything up to this one is delivered.
    pub fn told(&mut self, channel: ChannelId, seq: u64, uuid: MessageUuid) {
        let place = self.known.entry(channel).or_default();
        place.told = place.told.max(seq);
        if place.recent.len() == REMEMBERED {
            place.recent.pop_front();
        }
        place.recent.push_back((seq, uuid));
    }

    /// The user is a member of a group or a named channel.
    pub fn is_member(&mut self, channel: ChannelId) {
        self.member_of.insert(channel);
    }

    /// The session has left a channel that it had joined. One that the user only looked at is forgotten, since its
    /// messages don't come any more.
    pub fn not_joined(&mut self, channel: ChannelId) {
        let is_shared = |place: &Place| place.shared == Some(true);
        if !self.member_of.contains(&channel) && self.known.get(&channel).is_some_and(is_shared) {
            self.known.remove(&channel);
        }
    }

    /// The user is no member any more.
    pub fn forget(&mut self, channel: ChannelId) {
        self.member_of.remove(&channel);
        self.known.remove(&channel);
        self.revs.retain(|(other, _)| *other != channel);
    }

    /// The inbox was requested. It may not count messages that are delivered from here on.
    pub fn inbox_asked(&mut self) {
        self.awaits_inbox = true;
        for place in self.known.values_mut() {
            place.told_before = place.told;
            place.rev_before = place.changes.rev().unwrap_or(0);
            place.was_known = true;
        }
    }

    /// Whether the server has fewer messages or changes in a channel than were delivered before the inbox was requested. A group
    /// or a named channel that isn't listed is no such one: the user is no member any more.
    pub fn are_beyond(&self, inbox: &Inbox) -> bool {
        let totals: HashMap<_, _> = inbox
            .channels
            .iter()
            .map(|listed| (Channel::from(listed).id(), (listed.total, listed.rev)))
            .collect();
        let (all, shares) = (lists_all(inbox), lists_shared(inbox));
        let is_beyond = |(channel, place): (&ChannelId, &Place)| match totals.get(channel) {
            Some((total, rev)) => {
                place.told_before > *total || rev.is_some_and(|rev| place.rev_before > rev)
            }
            None => all && !place.shared.unwrap_or(shares) && place.told_before > 0,
        };
        self.begun && self.known.iter().any(is_beyond)
    }

    /// The server lost messages: each channel is read again from before the messages that are remembered. Those of
    /// them that are still there are not delivered twice.
    pub fn set_back(&mut self) {
        for place in self.known.values_mut() {
            let first = place.recent.iter().map(|(seq, _)| seq - 1).min();
            place.told = place.told.min(first.unwrap_or(u64::MAX));
            (place.newest, place.asked, place.page_end) = (0, false, 0);
            place.is_doubtful = true;
            place.changes = ChangesInOrder::default();
            (place.paged, place.skipped_to) = (0, 0);
        }
    }

    /// Takes an inbox. `joined` is the channel that the session has joined, perhaps only to look at it.
    pub fn inbox(&mut self, inbox: &Inbox, joined: Option<ChannelId>) -> Next {
        let mut moves = Vec::new();
        self.awaits_inbox = false;
        self.has_revs = inbox.channels.iter().any(|listed| listed.rev.is_some());
        for listed in &inbox.channels {
            let id = Channel::from(listed).id();
            if self.begun && !self.known.contains_key(&id) {
                let told = begin(listed);
                self.known.insert(id, Place::after(told, None));
                moves.extend(is_shared(listed).then_some((id, Some(told))));
            }
            let place = self.known.entry(id).or_default();
            place.shared = Some(is_shared(listed));
            if is_shared(listed) {
                self.member_of.insert(id);
            }
            place.newest = place.newest.max(listed.total);
            if place.changes.note(listed.rev) {
                self.revs.extend(listed.rev.map(|rev| (id, rev)));
            }
            if !self.begun {
                (place.told, place.begin) = (listed.total, listed.total);
            }
            if std::mem::take(&mut place.is_doubtful) {
                place.told = place.told.min(listed.total);
            }
        }
        let gone = self.gone(inbox, joined);
        for channel in &gone {
            self.forget(*channel);
        }
        moves.extend(gone.into_iter().map(|channel| (channel, None)));
        for place in self.known.values_mut() {
            // It has gone, or is too old to be listed.
            if std::mem::take(&mut place.is_doubtful) && lists_all(inbox) {
                place.told = 0;
            }
        }
        if !self.begun {
            self.begun = true;
            self.all_listed = lists_all(inbox);
        }
        let missing = self.known.iter_mut().filter_map(|(channel, place)| match place.fill() {
            Turn::Fill(after) => Some((*channel, after)),
            _ => None,
        });
        Next { pages: missing.collect(), moves }
    }

    /// The groups and named channels that the inbox would list if the user were still a member. One that became known
    /// since the inbox was requested may be missing there.
    fn gone(&self, inbox: &Inbox, joined: Option<ChannelId>) -> Vec<ChannelId> {
        if !self.begun || !lists_shared(inbox) {
            return Vec::new();
        }
        let all = lists_all(inbox);
        let listed: HashSet<_> =
            inbox.channels.iter().map(|listed| Channel::from(listed).id()).collect();
        let is_gone = |(channel, place): &(&ChannelId, &Place)| {
            place.was_known
                && place.shared.unwrap_or(all)
                && !listed.contains(channel)
                && (joined != Some(**channel) || place.is_doubtful)
        };
        self.known.iter().filter(is_gone).map(|(channel, _)| *channel).collect()
    }

    /// Takes a page that was requested; returns the messages to deliver, in order.
    pub fn page(&mut self, page: History) -> Vec<Message> {
        let Some(place) = self.known.get_mut(&(&page.channel).into()) else { return Vec::new() };
        if page.rev < place.skipped_to {
            place.page_end = 0;
            return Vec::new();
        }
        place.newest = place.newest.max(page.total);
        if page.messages.is_empty() {
            // There is nothing to wait for.
            place.newest = place.told;
        }
        let told = place.told;
        place.page_end = page.messages.last().map_or(0, |message| message.seq);
        let was_told = |message: &Message| {
            message.seq <= told || place.recent.iter().any(|(_, uuid)| *uuid == message.uuid)
        };
        page.messages.into_iter().filter(|message| !was_told(message)).collect()
    }

    /// After a page was delivered: the `Seq` after which to request the next one.
    pub fn next_page(&mut self, channel: ChannelId) -> Option<u64> {
        let place = self.known.get_mut(&channel)?;
        place.asked = false;
        place.told = place.told.max(place.page_end);
        match place.fill() {
            Turn::Fill(after) => Some(after),
            _ => None,
        }
    }

    /// A page that was requested won't be delivered: the next inbox requests it again.
    pub fn given_up(&mut self, channel: ChannelId) {
        if let Some(place) = self.known.get_mut(&channel) {
            place.asked = false;
        }
    }
}

impl Place {
    fn fill(&mut self) -> Turn {
        if self.asked || self.newest <= self.told {
            return Turn::Not;
        }
        self.asked = true;
        Turn::Fill(self.told)
    }
}

/// Where a channel begins that became known since the last inbox: a private channel with its first message, a group or a
/// named channel behind the read mark, which stood at its end when the user became a member.
fn begin(listed: &InboxChannel) -> u64 {
    if is_shared(listed) { listed.total.saturating_sub(listed.unread) } else { 0 }
}

fn is_shared(listed: &InboxChannel) -> bool {
    matches!(Channel::from(listed), Channel::Shared(_))
}

/// Whether it lists every private channel that holds a message.
fn lists_all(inbox: &Inbox) -> bool {
    inbox.channels.iter().filter(|listed| !is_shared(listed)).count() < MOST_LISTED
}

/// Whether the server knows groups and named channels: then General has details, too.
fn lists_shared(inbox: &Inbox) -> bool {
    inbox.channels.iter().any(|listed| listed.details.is_some())
}

#[cfg(test)]
mod tests;
