//! What every store promises of reactions and pins.

use chinwag_protocol::SessionUuid;
use chinwag_store::{
    Change, Channel, Denied, Event, Filter, HistoryPage, Join, Message, Page, Reaction,
    ReactorsQuery, Wanted,
};
use futures_util::future::join_all;

use super::changes::seqs;
use super::members::denied;
use crate::node::{Nodes, Person};

pub fn react(emoji: &str, on: bool) -> Change {
    Change::React { emoji: emoji.into(), on }
}

pub fn reactions(message: &Message) -> Vec<Reaction> {
    message.state.as_ref().map(|state| state.reactions.clone()).unwrap_or_default()
}

pub fn reactors(
    asker: &Person,
    channel: &Channel,
    seq: u64,
    emoji: &str,
    offset: u64,
    limit: u64,
) -> ReactorsQuery {
    let (asker, channel) = (asker.user.clone(), channel.clone());
    ReactorsQuery { asker, channel, seq, emoji: emoji.into(), offset, limit }
}

pub async fn a_reaction_is_told_to_all_sessions_of_its_user(nodes: Nodes) {
    let ada = nodes.user("Ada").await;
    let again = Person { session: SessionUuid::random(), ..ada.clone() };
    nodes.second.store.session_started(&again.user, again.session).await.unwrap();
    nodes.first.say(&ada, &Channel::GENERAL, "one").await;
    let now = nodes.first.change(&ada, &Channel::GENERAL, 1, react("👍", true)).await.unwrap();
    assert!(reactions(&now.message)[0].mine);
    for node in nodes.each() {
        let mut changes = 0;
        let reacted = node.event(|event| match event {
            Event::Changed { .. } => {
                changes += 1;
                None
            }
            Event::Reacted { user, session, address, changed } => {
                Some((user, session, address, changed))
            }
            _ => None,
        });
        let (user, session, address, changed) = reacted.await;
        assert_eq!((user, session), (ada.user.uuid, ada.session));
        assert_eq!((address, &*changed), (Channel::GENERAL.address(), &now));
        assert_eq!(changes, 1);
    }
}

pub async fn a_reaction_names_the_first_five(nodes: Nodes) {
    let (general, node) = (&Channel::GENERAL, &nodes.second);
    let mut people = Vec::new();
    for number in 0..7 {
        people.push(nodes.user(&format!("User {number}")).await);
    }
    let stranger = nodes.user("Stranger").await;
    nodes.first.say(&people[0], general, "one").await;
    for person in &people {
        nodes.first.change(person, general, 1, react("👍", true)).await.unwrap();
    }
    node.change(&people[6], general, 1, react("🎉", true)).await.unwrap();
    let uuids = |range: std::ops::Range<usize>| -> Vec<_> {
        people[range].iter().map(|person| person.user.uuid).collect()
    };
    let join = |person: &Person| {
        let (user, session) = (person.user.clone(), person.session);
        nodes.first.store.join(Join { user, session, channel: general.clone(), leaving: None })
    };
    // All at once, who share what they read.
    let everybody: Vec<_> = people.iter().chain([&stranger]).collect();
    for (at, joined) in
        join_all(everybody.iter().map(|person| join(person))).await.iter().enumerate()
    {
        let history = &joined.as_ref().unwrap().history;
        let found = reactions(&history.messages[0]);
        let [thumbs, party] = &found[..] else { panic!("{found:?}") };
        assert_eq!((&*thumbs.emoji, thumbs.count, &thumbs.users), ("👍", 7, &uuids(0..5)));
        assert_eq!((thumbs.mine, party.mine), (at < 7, at == 6), "user {at}");
        assert_eq!(history.rev, 8);
    }
    let inbox = node.store.inbox(&people[6].user, Wanted::All).await.unwrap();
    let last = inbox[0].last_message.as_ref().unwrap();
    assert!(reactions(last).iter().all(|reaction| reaction.mine));
    let page =
        |offset, limit| node.store.reactors(reactors(&stranger, general, 1, "👍", offset, limit));
    let names = |page: &chinwag_store::UsersPage| -> Vec<_> {
        page.users.iter().map(|status| status.user.uuid).collect()
    };
    let first = page(0, 4).await.unwrap();
    assert_eq!((first.total, names(&first)), (7, uuids(0..4)));
    assert!(first.users.iter().all(|status| status.online));
    assert_eq!(names(&page(4, 4).await.unwrap()), uuids(4..7));
    assert!(page(7, 4).await.unwrap().users.is_empty());
    let none = node.store.reactors(reactors(&stranger, general, 1, "🐟", 0, 9)).await.unwrap();
    assert_eq!((none.total, none.users.len()), (0, 0));
    let beyond = node.store.reactors(reactors(&stranger, general, 2, "👍", 0, 9)).await;
    assert_eq!(denied(beyond), Denied::NoMessage);
    // The first goes, and comes back as the last one.
    let now = node.change(&people[0], general, 1, react("👍", false)).await.unwrap();
    assert_eq!(reactions(&now.message)[0].users, uuids(1..6));
    let now = node.change(&people[0], general, 1, react("👍", true)).await.unwrap();
    let thumbs = &reactions(&now.message)[0];
    assert_eq!((&thumbs.users, thumbs.count, thumbs.mine), (&uuids(1..6), 7, true));
    let last = page(6, 4).await.unwrap();
    assert_eq!(names(&last), uuids(0..1));
}

pub async fn a_message_has_twenty_emoji(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let (general, node) = (&Channel::GENERAL, &nodes.first);
    node.say(&ada, general, "one").await;
    let emoji: Vec<_> = (0..=20).map(|number| format!("{number}\u{20e3}")).collect();
    for emoji in &emoji[..20] {
        node.change(&ada, general, 1, react(emoji, true)).await.unwrap();
    }
    let more = nodes.second.change(&bob, general, 1, react(&emoji[20], true)).await;
    assert_eq!(denied(more), Denied::TooManyEmoji);
    node.change(&bob, general, 1, react(&emoji[3], true)).await.unwrap();
    node.change(&ada, general, 1, react(&emoji[0], false)).await.unwrap();
    node.change(&ada, general, 1, react(&emoji[3], false)).await.unwrap();
    let now = node.change(&bob, general, 1, react(&emoji[20], true)).await.unwrap();
    let order: Vec<_> = reactions(&now.message).iter().map(|it| it.emoji.to_string()).collect();
    assert_eq!(order, emoji[1..]);
}

pub async fn a_channel_has_a_hundred_pins(nodes: Nodes) {
    let (ada, general, node) = (nodes.user("Ada").await, &Channel::GENERAL, &nodes.first);
    for seq in 1..=102 {
        node.say(&ada, general, &seq.to_string()).await;
    }
    for seq in (2..=101).rev() {
        node.change(&ada, general, seq, Change::Pin(true)).await.unwrap();
    }
    let more = nodes.second.change(&ada, general, 102, Change::Pin(true)).await;
    assert_eq!(denied(more), Denied::TooManyPins);
    let pins = async |page, limit| {
        let page = HistoryPage { page, limit, filter: Filter::Pinned };
        let page = nodes.second.store.messages(general, &ada.user, page).await.unwrap();
        assert_eq!(page.total, 102);
        assert!(page.messages.iter().all(|message| *message.text == message.seq.to_string()));
        seqs(&page.messages)
    };
    assert_eq!(pins(Page::Last, 3).await, [101, 100, 99]);
    assert_eq!(pins(Page::Before(5), 9).await, [4, 3, 2]);
    assert_eq!(pins(Page::After(98), 9).await, [99, 100, 101]);
    assert_eq!(pins(Page::After(u64::MAX), 9).await, [0; 0]);
    node.change(&ada, general, 2, Change::Pin(false)).await.unwrap();
    node.change(&ada, general, 3, Change::Delete).await.unwrap();
    node.change(&ada, general, 102, Change::Pin(true)).await.unwrap();
    node.change(&ada, general, 1, Change::Pin(true)).await.unwrap();
    assert_eq!(pins(Page::Before(7), 9).await, [6, 5, 4, 1]);
    assert_eq!(pins(Page::Last, 1).await, [102]);
}
