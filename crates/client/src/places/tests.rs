//! How far channels have been delivered, without a server.

use chinwag_protocol::outgoing::{self, Posting, Recipient, User};
use chinwag_protocol::{ChannelUuid, MessageUuid, UserUuid};

use super::*;

mod changes;

const GENERAL: Channel = Channel::General;

fn inbox(total: u64) -> Inbox {
    Inbox { channels: vec![listed(total)] }
}

/// General.
fn listed(total: u64) -> InboxChannel {
    InboxChannel {
        channel: Recipient { recipient: None },
        total,
        unread: 0,
        ..InboxChannel::default()
    }
}

fn page(seqs: std::ops::Range<u64>, total: u64) -> History {
    let user = User { uuid: UserUuid::random(), username: "Ada".into(), ..User::default() };
    let message = |seq| Message {
        uuid: MessageUuid::random(),
        sender_uuid: user.uuid,
        sender: user.clone(),
        text: "x".into(),
        created_at: "2026-01-02T03:04:05Z".parse().unwrap(),
        seq,
        ..Message::default()
    };
    let messages: Vec<_> = seqs.map(message).collect();
    let channel = Recipient { recipient: None };
    History { channel, total, received: messages.len() as u64, rev: 0, messages }
}

fn pages(places: &mut Places, inbox: &Inbox) -> Vec<(ChannelId, u64)> {
    places.inbox(inbox, None).pages
}

/// After an inbox with so many messages.
fn begun(total: u64) -> Places {
    let mut places = Places::default();
    assert!(places.inbox(&inbox(total), None) == Next::default());
    places
}

fn tell(places: &mut Places, page: History) -> Vec<u64> {
    let messages = places.page(page);
    for message in &messages {
        places.told(GENERAL.id(), message.seq, message.uuid);
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
    assert_eq!(pages(&mut places, &inbox(7)), [(GENERAL.id(), 7)]);
}

#[test]
fn a_hole_is_filled_page_by_page_and_nothing_is_told_twice() {
    let mut places = begun(1);
    assert_eq!(places.live(GENERAL, 4, true), Turn::Fill(1));
    assert_eq!(places.live(GENERAL, 5, true), Turn::Not);
    assert_eq!(tell(&mut places, page(2..4, 5)), [2, 3]);
    assert_eq!(places.next_page(GENERAL.id()), Some(3));
    assert_eq!(tell(&mut places, page(4..6, 5)), [4, 5]);
    assert_eq!(places.next_page(GENERAL.id()), None);
    assert_eq!(places.live(GENERAL, 5, true), Turn::Not);
    assert_eq!(places.live(GENERAL, 6, true), Turn::Now);
}

#[test]
fn what_had_no_room_is_asked_for_with_the_next_inbox() {
    let mut places = begun(1);
    assert_eq!(places.live(GENERAL, 2, false), Turn::Not);
    assert_eq!(pages(&mut places, &inbox(2)), [(GENERAL.id(), 1)]);
    assert_eq!(pages(&mut places, &inbox(2)), []);
    places.given_up(GENERAL.id());
    assert_eq!(pages(&mut places, &inbox(2)), [(GENERAL.id(), 1)]);
}

#[test]
fn a_channel_that_was_not_listed_is_told_from_its_beginning() {
    let mut places = begun(0);
    let channel = Channel::Direct(UserUuid::random());
    assert_eq!(places.live(channel, 2, true), Turn::Fill(0));
}

#[test]
fn a_server_that_was_set_back_is_read_again_and_nothing_told_twice() {
    let mut places = begun(5);
    let before = page(6..11, 10);
    for message in &before.messages {
        assert_eq!(places.live(GENERAL, message.seq, true), Turn::Now);
        places.told(GENERAL.id(), message.seq, message.uuid);
    }
    assert!(!places.are_beyond(&inbox(9)));
    places.inbox_asked();
    assert!(!places.are_beyond(&inbox(10)) && places.are_beyond(&inbox(9)));
    places.set_back();
    // Of 6 to 10 the first two are left, and three others have come.
    assert_eq!(pages(&mut places, &inbox(10)), [(GENERAL.id(), 5)]);
    let mut after = page(6..11, 10);
    after.messages[..2].clone_from_slice(&before.messages[..2]);
    assert_eq!(tell(&mut places, after), [8, 9, 10]);
    assert_eq!(places.next_page(GENERAL.id()), None);
    assert_eq!(places.live(GENERAL, 11, true), Turn::Now);
}

#[test]
fn a_channel_that_has_gone_is_told_from_its_beginning() {
    let (mut places, channel) = (begun(0), Channel::Direct(UserUuid::random()));
    places.told(channel.id(), 1, MessageUuid::random());
    places.inbox_asked();
    assert!(places.are_beyond(&inbox(0)));
    places.set_back();
    assert!(pages(&mut places, &inbox(0)).is_empty());
    assert_eq!(places.live(channel, 1, true), Turn::Now);
}

#[test]
fn a_page_of_what_was_told_ends_the_asking() {
    let mut places = begun(5);
    let before = page(6..8, 7);
    for message in &before.messages {
        places.told(GENERAL.id(), message.seq, message.uuid);
    }
    places.set_back();
    assert_eq!(pages(&mut places, &inbox(7)), [(GENERAL.id(), 5)]);
    assert_eq!(tell(&mut places, before), [] as [u64; 0]);
    assert_eq!(places.next_page(GENERAL.id()), None);
}

#[test]
fn a_server_with_less_than_the_first_inbox_is_told_from_its_end() {
    let mut places = begun(7);
    places.set_back();
    assert!(pages(&mut places, &inbox(3)).is_empty());
    assert_eq!(places.live(GENERAL, 4, true), Turn::Now);
}

#[test]
fn an_empty_page_ends_the_asking() {
    let mut places = begun(1);
    assert_eq!(places.live(GENERAL, 4, true), Turn::Fill(1));
    assert_eq!(tell(&mut places, page(1..1, 1)), [] as [u64; 0]);
    assert_eq!(places.next_page(GENERAL.id()), None);
}

fn shared(of: ChannelUuid, total: u64, unread: u64) -> InboxChannel {
    let channel = Recipient { recipient: Some(of.0) };
    InboxChannel { channel, unread, details: Some(details(of)), ..listed(total) }
}

fn details(uuid: ChannelUuid) -> outgoing::Channel {
    outgoing::Channel {
        uuid,
        name: "Ops".into(),
        topic: "".into(),
        private: false,
        posting: Posting::All,
        archived: false,
        created_at: "2026-01-02T03:04:05Z".parse().unwrap(),
        users_total: 1,
        users: Vec::new(),
        member: true,
        owner: false,
    }
}

/// Of a server that knows groups and named channels.
fn newer(others: Vec<InboxChannel>) -> Inbox {
    let general = InboxChannel { details: Some(details(ChannelUuid::default())), ..listed(0) };
    Inbox { channels: [general].into_iter().chain(others).collect() }
}

#[test]
fn a_channel_that_the_user_came_to_is_told_from_then_on() {
    let (mut places, ops) = (Places::default(), ChannelUuid::random());
    places.inbox(&newer(vec![]), None);
    assert_eq!(places.live(Channel::Shared(ops), 58, true), Turn::Now);
    places.told(ops.into(), 58, MessageUuid::random());
    assert_eq!(places.live(Channel::Shared(ops), 60, true), Turn::Fill(58));
}

#[test]
fn a_channel_that_the_user_came_to_while_away_is_told_behind_the_read_mark() {
    let (mut places, ops) = (Places::default(), ChannelUuid::random());
    places.inbox(&newer(vec![]), None);
    places.inbox_asked();
    let next = places.inbox(&newer(vec![shared(ops, 60, 2)]), None);
    assert_eq!(next, Next { pages: vec![(ops.into(), 58)], moves: vec![(ops.into(), Some(58))] });
}

#[test]
fn a_channel_that_the_user_left_while_away_is_no_lost_message() {
    let (mut places, ops) = (Places::default(), ChannelUuid::random());
    places.inbox(&newer(vec![shared(ops, 5, 0)]), None);
    places.inbox_asked();
    let inbox = newer(vec![]);
    assert!(!places.are_beyond(&inbox) && places.are_beyond(&newer(vec![shared(ops, 4, 0)])));
    assert_eq!(places.inbox(&inbox, None).moves, [(ops.into(), None)]);
    // A page that was under way is of no use.
    assert_eq!(places.next_page(ops.into()), None);
    assert_eq!(places.live(Channel::Shared(ops), 9, true), Turn::Now);
}

#[test]
fn an_inbox_that_was_asked_before_a_channel_was_known_says_nothing_of_it() {
    let (mut places, ops) = (Places::default(), ChannelUuid::random());
    places.inbox(&newer(vec![]), None);
    places.inbox_asked();
    // A page tells the message as it is now.
    assert_eq!(places.live(Channel::Shared(ops), 1, true), Turn::Not);
    let next = Next { pages: vec![(ops.into(), 0)], moves: vec![] };
    assert_eq!(places.inbox(&newer(vec![]), None), next);
}

#[test]
fn a_channel_that_is_only_looked_at_is_followed_while_it_is_joined() {
    let (mut places, ops) = (Places::default(), ChannelUuid::random());
    places.inbox(&newer(vec![]), None);
    assert_eq!(places.live(Channel::Shared(ops), 7, true), Turn::Now);
    places.told(ops.into(), 7, MessageUuid::random());
    places.inbox_asked();
    assert_eq!(places.inbox(&newer(vec![]), Some(ops.into())), Next::default());
    assert_eq!(places.live(Channel::Shared(ops), 9, true), Turn::Fill(7));
    places.not_joined(ops.into());
    assert_eq!(places.live(Channel::Shared(ops), 20, true), Turn::Now);
    places.is_member(ops.into());
    places.not_joined(ops.into());
    assert_eq!(places.live(Channel::Shared(ops), 21, true), Turn::Fill(19));
}

#[test]
fn positions_of_an_earlier_run_name_channels_of_all_kinds() {
    let (ops, gone) = (ChannelUuid::random(), ChannelUuid::random());
    let saved = format!(r#"{{"channels":{{"":0,"{ops}":3,"{gone}":4}}}}"#);
    let mut places = Places::from(&serde_json::from_str::<Positions>(&saved).unwrap());
    places.inbox_asked();
    let inbox = newer(vec![shared(ops, 5, 5)]);
    assert!(!places.are_beyond(&inbox));
    let next = places.inbox(&inbox, None);
    assert_eq!(next, Next { pages: vec![(ops.into(), 3)], moves: vec![(gone.into(), None)] });
    // A server of 0.1 has no such channels: there it was a private one, whose messages are lost.
    let listed_by_0_1 = self::inbox(0);
    let mut places = Places::from(&serde_json::from_str::<Positions>(&saved).unwrap());
    places.inbox_asked();
    assert!(places.are_beyond(&listed_by_0_1));
    assert_eq!(places.inbox(&listed_by_0_1, None), Next::default());
}
