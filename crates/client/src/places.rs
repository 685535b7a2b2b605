//! How far each channel has been delivered, so that every message is delivered once and in order.

use std::collections::{HashMap, VecDeque};

use chinwag_protocol::MessageUuid;
use chinwag_protocol::outgoing::{History, Inbox, Message};

use crate::{Channel, Positions};

/// With fewer channels than this, the inbox lists all that hold a message.
const MOST_LISTED: usize = 1_000;

/// How many of a channel's last messages are remembered, in case the server loses messages.
const REMEMBERED: usize = 256;

/// How far each channel has been delivered.
#[derive(Default)]
pub struct Places {
    known: HashMap<Channel, Place>,
    /// Whether the first inbox has come: the messages that it counts are not delivered.
    begun: bool,
    /// Whether that inbox listed every channel, so that an unknown one is new and delivered from its first message.
    all_listed: bool,
}

#[derive(Default)]
struct Place {
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

/// Where an earlier run stopped.
impl From<&Positions> for Places {
    fn from(positions: &Positions) -> Self {
        let place = |told| Place { told, ..Place::default() };
        let known: HashMap<_, _> =
            positions.channels.iter().map(|(channel, seq)| (*channel, place(*seq))).collect();
        Self { begun: true, all_listed: known.len() < MOST_LISTED, known }
    }
}

impl Places {
    /// On a new connection no page is under way.
    pub fn reconnected(&mut self) {
        for place in self.known.values_mut() {
            place.asked = false;
        }
    }

    /// Takes a live message. With `room` for it, it may be delivered.
    pub fn live(&mut self, channel: Channel, seq: u64, room: bool) -> Turn {
        let first = if self.all_listed { 0 } else { seq.saturating_sub(1) };
        let begun = self.begun;
        let place = self
            .known
            .entry(channel)
            .or_insert(Place { told: if begun { first } else { 0 }, ..Place::default() });
        place.newest = place.newest.max(seq);
        if !begun || !room || place.asked || seq <= place.told {
            return Turn::Not;
        }
        if seq == place.told + 1 { Turn::Now } else { place.fill() }
    }

    /// Everything up to this one is delivered.
    pub fn told(&mut self, channel: Channel, seq: u64, uuid: MessageUuid) {
        let place = self.known.entry(channel).or_default();
        place.told = place.told.max(seq);
        if place.recent.len() == REMEMBERED {
            place.recent.pop_front();
        }
        place.recent.push_back((seq, uuid));
    }

    /// The inbox was requested. It may not count messages that are delivered from here on.
    pub fn inbox_asked(&mut self) {
        for place in self.known.values_mut() {
            place.told_before = place.told;
        }
    }

    /// Whether the server has fewer messages in a channel than were delivered before the inbox was requested.
    pub fn are_beyond(&self, inbox: &Inbox) -> bool {
        let total = |channel: &Channel| {
            let listed = inbox.channels.iter().find(|listed| Channel::from(*listed) == *channel);
            match listed {
                Some(listed) => listed.total,
                None if inbox.channels.len() < MOST_LISTED => 0,
                None => u64::MAX,
            }
        };
        self.begun && self.known.iter().any(|(channel, place)| place.told_before > total(channel))
    }

    /// The server lost messages: each channel is read again from before the messages that are remembered. Those of
    /// them that are still there are not delivered twice.
    pub fn set_back(&mut self) {
        for place in self.known.values_mut() {
            let first = place.recent.iter().map(|(seq, _)| seq - 1).min();
            place.told = place.told.min(first.unwrap_or(u64::MAX));
            (place.newest, place.asked, place.page_end) = (0, false, 0);
            place.is_doubtful = true;
        }
    }

    /// Takes an inbox; returns the pages to request, each after a `Seq`.
    pub fn inbox(&mut self, inbox: &Inbox) -> Vec<(Channel, u64)> {
        for listed in &inbox.channels {
            let place = self.known.entry(listed.into()).or_default();
            place.newest = place.newest.max(listed.total);
            if !self.begun {
                place.told = listed.total;
            }
            if std::mem::take(&mut place.is_doubtful) {
                place.told = place.told.min(listed.total);
            }
        }
        for place in self.known.values_mut() {
            // It has gone, or is too old to be listed.
            if std::mem::take(&mut place.is_doubtful) && inbox.channels.len() < MOST_LISTED {
                place.told = 0;
            }
        }
        if !self.begun {
            self.begun = true;
            self.all_listed = inbox.channels.len() < MOST_LISTED;
        }
        let missing = self.known.iter_mut().filter_map(|(channel, place)| match place.fill() {
            Turn::Fill(after) => Some((*channel, after)),
            _ => None,
        });
        missing.collect()
    }

    /// Takes a page that was requested; returns the messages to deliver, in order.
    pub fn page(&mut self, page: History) -> Vec<Message> {
        let place = self.known.entry((&page.channel).into()).or_default();
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
    pub fn next_page(&mut self, channel: Channel) -> Option<u64> {
        let place = self.known.entry(channel).or_default();
        place.asked = false;
        place.told = place.told.max(place.page_end);
        match place.fill() {
            Turn::Fill(after) => Some(after),
            _ => None,
        }
    }

    /// A page that was requested won't be delivered: the next inbox requests it again.
    pub fn given_up(&mut self, channel: Channel) {
        self.known.entry(channel).or_default().asked = false;
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

#[cfg(test)]
mod tests {
    use chinwag_protocol::outgoing::{Chosen, InboxChannel, Recipient, User};
    use chinwag_protocol::{MessageUuid, UserUuid};

    use super::*;

    const GENERAL: Channel = Channel::General;

    fn inbox(total: u64) -> Inbox {
        let channel = Recipient { recipient: None };
        let listed = InboxChannel {
            channel,
            recipient: None,
            total,
            unread: 0,
            last_message: None,
            details: None,
            prefs: Chosen::default(),
        };
        Inbox { channels: vec![listed] }
    }

    fn page(seqs: std::ops::Range<u64>, total: u64) -> History {
        let user = User { uuid: UserUuid::random(), username: "Ada".into(), online: None };
        let message = |seq| Message {
            uuid: MessageUuid::random(),
            sender_uuid: user.uuid,
            sender: user.clone(),
            recipient_uuid: None,
            recipient: None,
            cut: false,
            text: "x".into(),
            created_at: "2026-01-02T03:04:05Z".parse().unwrap(),
            seq,
            client_uuid: None,
        };
        let messages: Vec<_> = seqs.map(message).collect();
        let channel = Recipient { recipient: None };
        History { channel, total, received: messages.len() as u64, messages }
    }

    /// After an inbox with so many messages.
    fn begun(total: u64) -> Places {
        let mut places = Places::default();
        assert!(places.inbox(&inbox(total)).is_empty());
        places
    }

    fn tell(places: &mut Places, page: History) -> Vec<u64> {
        let messages = places.page(page);
        for message in &messages {
            places.told(GENERAL, message.seq, message.uuid);
        }
        let seqs: Vec<_> = messages.iter().map(|message| message.seq).collect();
        seqs
    }

    #[test]
    fn what_stood_there_before_is_not_told() {
        let mut places = begun(7);
        assert_eq!(places.live(GENERAL, 7, true), Turn::Not);
        assert_eq!(places.live(GENERAL, 8, true), Turn::Now);
    }

    #[test]
    fn a_message_between_signing_in_and_the_inbox_is_not_missed() {
        let mut places = Places::default();
        assert_eq!(places.live(GENERAL, 8, true), Turn::Not);
        assert_eq!(places.inbox(&inbox(7)), [(GENERAL, 7)]);
    }

    #[test]
    fn a_hole_is_filled_page_by_page_and_nothing_is_told_twice() {
        let mut places = begun(1);
        assert_eq!(places.live(GENERAL, 4, true), Turn::Fill(1));
        assert_eq!(places.live(GENERAL, 5, true), Turn::Not);
        assert_eq!(tell(&mut places, page(2..4, 5)), [2, 3]);
        assert_eq!(places.next_page(GENERAL), Some(3));
        assert_eq!(tell(&mut places, page(4..6, 5)), [4, 5]);
        assert_eq!(places.next_page(GENERAL), None);
        assert_eq!(places.live(GENERAL, 5, true), Turn::Not);
        assert_eq!(places.live(GENERAL, 6, true), Turn::Now);
    }

    #[test]
    fn what_had_no_room_is_asked_for_with_the_next_inbox() {
        let mut places = begun(1);
        assert_eq!(places.live(GENERAL, 2, false), Turn::Not);
        assert_eq!(places.inbox(&inbox(2)), [(GENERAL, 1)]);
        assert_eq!(places.inbox(&inbox(2)), []);
        places.given_up(GENERAL);
        assert_eq!(places.inbox(&inbox(2)), [(GENERAL, 1)]);
    }

    #[test]
    fn a_channel_that_was_not_listed_is_told_from_its_beginning() {
        let mut places = begun(0);
        let channel = Channel::With(UserUuid::random());
        assert_eq!(places.live(channel, 2, true), Turn::Fill(0));
    }

    #[test]
    fn a_server_that_was_set_back_is_read_again_and_nothing_told_twice() {
        let mut places = begun(5);
        let before = page(6..11, 10);
        for message in &before.messages {
            assert_eq!(places.live(GENERAL, message.seq, true), Turn::Now);
            places.told(GENERAL, message.seq, message.uuid);
        }
        assert!(!places.are_beyond(&inbox(9)));
        places.inbox_asked();
        assert!(!places.are_beyond(&inbox(10)) && places.are_beyond(&inbox(9)));
        places.set_back();
        // Of 6 to 10 the first two are left, and three others have come.
        assert_eq!(places.inbox(&inbox(10)), [(GENERAL, 5)]);
        let mut after = page(6..11, 10);
        after.messages[..2].clone_from_slice(&before.messages[..2]);
        assert_eq!(tell(&mut places, after), [8, 9, 10]);
        assert_eq!(places.next_page(GENERAL), None);
        assert_eq!(places.live(GENERAL, 11, true), Turn::Now);
    }

    #[test]
    fn a_channel_that_has_gone_is_told_from_its_beginning() {
        let (mut places, channel) = (begun(0), Channel::With(UserUuid::random()));
        places.told(channel, 1, MessageUuid::random());
        places.inbox_asked();
        assert!(places.are_beyond(&inbox(0)));
        places.set_back();
        assert!(places.inbox(&inbox(0)).is_empty());
        assert_eq!(places.live(channel, 1, true), Turn::Now);
    }

    #[test]
    fn a_page_of_what_was_told_ends_the_asking() {
        let mut places = begun(5);
        let before = page(6..8, 7);
        for message in &before.messages {
            places.told(GENERAL, message.seq, message.uuid);
        }
        places.set_back();
        assert_eq!(places.inbox(&inbox(7)), [(GENERAL, 5)]);
        assert_eq!(tell(&mut places, before), [] as [u64; 0]);
        assert_eq!(places.next_page(GENERAL), None);
    }

    #[test]
    fn a_server_with_less_than_the_first_inbox_is_told_from_its_end() {
        let mut places = begun(7);
        places.set_back();
        assert!(places.inbox(&inbox(3)).is_empty());
        assert_eq!(places.live(GENERAL, 4, true), Turn::Now);
    }

    #[test]
    fn an_empty_page_ends_the_asking() {
        let mut places = begun(1);
        assert_eq!(places.live(GENERAL, 4, true), Turn::Fill(1));
        assert_eq!(tell(&mut places, page(1..1, 1)), [] as [u64; 0]);
        assert_eq!(places.next_page(GENERAL), None);
    }
}
