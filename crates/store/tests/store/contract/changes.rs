//! What every store promises of messages that change.

use std::sync::Arc;
use std::time::Duration;

use chinwag_store::{
    Change, ChangesPage, Channel, Denied, Event, Filter, HistoryPage, Message, MessageChange, Page,
    Reaction, Wanted,
};
use futures_util::future::join_all;
use jiff::Timestamp;

use super::members::{add, denied, edit as edit_channel, make, new};
use super::reactions::{react, reactions, reactors};
use crate::node::{Node, Nodes, Person};

pub const LAST: HistoryPage = HistoryPage::of_all(Page::Last, 50);

pub fn edit(text: &str) -> Change {
    Change::Edit { text: text.into(), within: None, mentions: Vec::new(), mention_all: None }
}

pub async fn history(node: &Node, person: &Person, channel: &Channel) -> (u64, Vec<Message>) {
    let page = node.store.messages(channel, &person.user, LAST).await.unwrap();
    (page.rev, page.messages)
}

pub async fn since(
    node: &Node,
    person: &Person,
    channel: &Channel,
    after: u64,
    limit: u64,
) -> (u64, Vec<(u64, u64)>) {
    let ChangesPage { rev, messages } =
        node.store.changes(channel, &person.user, after, limit).await.unwrap();
    (rev, messages.iter().map(|message| (message.rev(), message.seq)).collect())
}

pub fn seqs(messages: &[Message]) -> Vec<u64> {
    messages.iter().map(|message| message.seq).collect()
}

pub async fn each_change_takes_the_next_rev_and_is_told_in_its_order(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    let (general, node) = (&Channel::GENERAL, &nodes.first);
    node.say(&ada, general, "one").await;
    let changes = [
        edit("two"),
        Change::Pin(true),
        react("👍", true),
        Change::Pin(false),
        react("👍", false),
        Change::Delete,
    ];
    for (made, rev) in changes.iter().zip(1..) {
        let now = node.change(&ada, general, 1, made.clone()).await.unwrap();
        let state = now.message.state.as_deref().unwrap();
        assert_eq!((now.rev, state.rev), (rev, rev), "{made:?}");
        assert_eq!(state.edited_at.is_some(), rev < 6);
        assert_eq!(state.pinned_at.is_some(), rev == 2 || rev == 3);
        assert_eq!(state.deleted_at.is_some(), rev == 6);
        assert_eq!(&*now.message.text, if rev < 6 { "two" } else { "" });
        let mine =
            Reaction { emoji: "👍".into(), count: 1, users: vec![ada.user.uuid], mine: true };
        let own = if rev == 3 || rev == 4 { vec![mine] } else { Vec::new() };
        assert_eq!(state.reactions, own);
        // It is so already.
        let again = nodes.second.change(&ada, general, 1, made.clone()).await.unwrap();
        assert_eq!(again, now, "{made:?}");
        for node in nodes.each() {
            let (after, mut message) = node.changed().await;
            assert_eq!(after, rev - 1);
            let message = Arc::make_mut(&mut message);
            for reaction in message.state.iter_mut().flat_map(|state| &mut state.reactions) {
                assert!(!reaction.mine);
                reaction.mine = true;
            }
            assert_eq!(*message, now.message, "{made:?}");
        }
        assert_eq!(history(&nodes.second, &ada, general).await, (rev, vec![now.message]));
    }
    assert_eq!(since(node, &bob, general, 0, 10).await, (6, vec![(6, 1)]));
    assert_eq!(since(node, &bob, general, 6, 10).await, (6, Vec::new()));
}

pub async fn a_change_is_denied_to_those_who_may_not_make_it(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let (general, node) = (&Channel::GENERAL, &nodes.second);
    nodes.first.say(&ada, general, "one").await;
    for made in [edit("two"), Change::Delete] {
        assert_eq!(denied(node.change(&bob, general, 1, made).await), Denied::NotAuthor);
    }
    for seq in [0, 2, u64::MAX] {
        let made = node.change(&ada, general, seq, react("👍", true)).await;
        assert_eq!(denied(made), Denied::NoMessage);
    }
    let taken = nodes.first.store.messages(general, &ada.user, LAST).await.unwrap();
    let sent = taken.messages[0].created_at;
    let (second, nanosecond) = (Duration::from_secs(1), Duration::from_nanos(1));
    let late = |age: Duration, text: &str| MessageChange {
        user: ada.user.clone(),
        session: ada.session,
        channel: general.clone(),
        seq: 1,
        change: Change::Edit {
            text: text.into(),
            within: Some(second),
            mentions: Vec::new(),
            mention_all: None,
        },
        at: sent + age,
    };
    let store = &node.store;
    let too_late = store.change_message(late(second + nanosecond, "late")).await;
    assert_eq!(denied(too_late), Denied::TooLate);
    store.change_message(late(second, "in time")).await.unwrap();
    // By the clock of a node that is behind.
    let early = MessageChange { at: sent - second * 2, ..late(second, "early") };
    store.change_message(early).await.unwrap();
    node.change(&ada, general, 1, Change::Delete).await.unwrap();
    for made in [edit("two"), react("👍", true), react("👍", false), Change::Pin(true)] {
        assert_eq!(denied(node.change(&ada, general, 1, made).await), Denied::Deleted);
    }
    assert_eq!(since(node, &ada, general, 0, 10).await.0, 3);
}

pub async fn members_and_owners_may_change_more(nodes: Nodes) {
    let (ada, bob, eve) =
        (nodes.user("Ada").await, nodes.user("Bob").await, nodes.user("Eve").await);
    let store = &nodes.first.store;
    let node = &nodes.first;
    let ops = make(node, &ada, "Ops", false).await;
    let channel = &Channel::of_members(ops.uuid);
    store.add_members(add(&ada, &ops, &[&bob])).await.unwrap();
    for text in ["one", "two", "three"] {
        node.say(&bob, channel, text).await;
    }
    for made in [react("👍", true), Change::Pin(true)] {
        assert_eq!(denied(node.change(&eve, channel, 1, made).await), Denied::NotMember);
    }
    assert_eq!(denied(node.change(&eve, channel, 1, Change::Delete).await), Denied::NotAuthor);
    assert_eq!(denied(node.change(&ada, channel, 1, edit("four")).await), Denied::NotAuthor);
    node.change(&ada, channel, 1, Change::Delete).await.unwrap();
    let mut owners = edit_channel(&ada, &ops);
    owners.owners_post = Some(true);
    store.edit_channel(owners).await.unwrap();
    for made in [edit("four"), Change::Pin(true)] {
        assert_eq!(denied(node.change(&bob, channel, 2, made).await), Denied::NotOwner);
    }
    node.change(&bob, channel, 2, react("👍", true)).await.unwrap();
    node.change(&ada, channel, 2, Change::Pin(true)).await.unwrap();
    // Who has left a public channel reads it still.
    store.remove_member(bob.user.uuid, ops.uuid, bob.user.uuid).await.unwrap();
    assert_eq!(denied(node.change(&bob, channel, 3, edit("four")).await), Denied::NotMember);
    let mut archived = edit_channel(&ada, &ops);
    archived.archived = Some(true);
    store.edit_channel(archived).await.unwrap();
    for made in [react("👍", true), Change::Pin(false)] {
        assert_eq!(denied(node.change(&ada, channel, 2, made).await), Denied::Archived);
    }
    node.change(&bob, channel, 3, Change::Delete).await.unwrap();
    let group = store.create_channel(new(&ada, None, false, &[&bob, &eve])).await.unwrap();
    let group = &Channel::of_members(group.uuid);
    node.say(&bob, group, "to a group").await;
    assert_eq!(denied(node.change(&ada, group, 1, Change::Delete).await), Denied::NotAuthor);
    node.change(&ada, group, 1, Change::Pin(true)).await.unwrap();
}

pub async fn a_stranger_learns_nothing_of_changes(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let node = &nodes.second;
    let secret = make(&nodes.first, &ada, "Secret", true).await;
    let channel = &Channel::of_members(secret.uuid);
    nodes.first.store.add_members(add(&ada, &secret, &[&bob])).await.unwrap();
    nodes.first.say(&bob, channel, "psst").await;
    node.change(&bob, channel, 1, react("👍", true)).await.unwrap();
    nodes.first.store.remove_member(ada.user.uuid, secret.uuid, bob.user.uuid).await.unwrap();
    for made in [edit("two"), Change::Delete, react("👍", false), Change::Pin(true)] {
        assert_eq!(denied(node.change(&bob, channel, 1, made).await), Denied::NotFound);
    }
    assert_eq!(denied(node.store.changes(channel, &bob.user, 0, 10).await), Denied::NotFound);
    let query = |asker: &Person| reactors(asker, channel, 1, "👍", 0, 10);
    assert_eq!(denied(node.store.reactors(query(&bob)).await), Denied::NotFound);
    assert_eq!(node.store.reactors(query(&ada)).await.unwrap().total, 1);
    for filter in [Filter::Pinned, Filter::Thread(1)] {
        let page = HistoryPage { filter, ..LAST };
        assert_eq!(denied(node.store.messages(channel, &bob.user, page).await), Denied::NotFound);
    }
}

pub async fn changes_are_caught_up_with_page_by_page(nodes: Nodes) {
    let (ada, general, node) = (nodes.user("Ada").await, &Channel::GENERAL, &nodes.first);
    for seq in 1..=6 {
        node.say(&ada, general, &seq.to_string()).await;
    }
    for seq in [3, 1, 4, 1, 5, 2, 3] {
        let text = format!("changed {seq} {}", Timestamp::now());
        node.change(&ada, general, seq, edit(&text)).await.unwrap();
    }
    let all = vec![(3, 4), (4, 1), (5, 5), (6, 2), (7, 3)];
    let second = &nodes.second;
    assert_eq!(since(second, &ada, general, 0, 5).await, (7, all.clone()));
    assert_eq!(since(second, &ada, general, 0, 2).await, (4, all[..2].to_vec()));
    assert_eq!(since(second, &ada, general, 4, 2).await, (6, all[2..4].to_vec()));
    assert_eq!(since(second, &ada, general, 6, 2).await, (7, all[4..].to_vec()));
    assert_eq!(since(second, &ada, general, u64::MAX, 2).await, (7, Vec::new()));
    let empty = second.direct(ada.user.uuid, ada.user.uuid).await.unwrap().unwrap();
    assert_eq!(since(second, &ada, &empty, 0, 5).await, (0, Vec::new()));
}

pub async fn a_deleted_text_is_nowhere(nodes: Nodes) {
    const SECRET: &str = "the secret of the sphinx";
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    let (general, node) = (&Channel::GENERAL, &nodes.first);
    for seq in 1..=300u64 {
        let text = if [5, 200, 299].contains(&seq) { SECRET } else { "harmless" };
        node.append(&ada, general, text, Some(&seq.to_string()), 1);
    }
    node.reply(&bob, general, SECRET, 299);
    let read = async |page| {
        let page = HistoryPage { page, limit: 400, filter: Filter::All };
        nodes.second.store.messages(general, &bob.user, page).await.unwrap().messages
    };
    while node.message().await.seq < 301 {}
    // Both copies of a full page are there.
    assert_eq!(read(Page::After(0)).await.iter().filter(|it| *it.text == *SECRET).count(), 4);
    for seq in [5, 200, 299] {
        node.change(&ada, general, seq, react("👍", true)).await.unwrap();
        nodes.second.change(&ada, general, seq, Change::Pin(true)).await.unwrap();
        let now = nodes.second.change(&ada, general, seq, Change::Delete).await.unwrap();
        assert_eq!((&*now.message.text, reactions(&now.message)), ("", Vec::new()));
        let who = node.store.reactors(reactors(&ada, general, seq, "👍", 0, 9)).await.unwrap();
        assert_eq!(who.total, 0);
        node.append(&ada, general, SECRET, Some(&seq.to_string()), 2);
        let repeated = node.event(|event| match event {
            Event::Repeated { message, .. } => Some(message),
            _ => None,
        });
        assert_eq!(*repeated.await, now.message);
    }
    nodes.second.change(&bob, general, 301, Change::Delete).await.unwrap();
    for page in [Page::After(0), Page::Before(300), Page::Last] {
        for message in read(page).await {
            assert_eq!(message.is_deleted(), [5, 200, 299, 301].contains(&message.seq));
            assert_eq!(&*message.text, if message.is_deleted() { "" } else { "harmless" });
            assert!(message.reply_to.is_none_or(|reply| reply.excerpt.is_none()));
        }
    }
    let inbox = node.store.inbox(&bob.user, Wanted::All).await.unwrap();
    assert!(inbox[0].last_message.as_ref().unwrap().is_deleted());
    let lines = nodes.export().await;
    assert!(lines.iter().all(|line| !line.contains(SECRET)), "{lines:?}");
}

pub async fn many_change_one_message_at_once(nodes: Nodes) {
    const EACH: u64 = 40;
    let (ada, general) = (nodes.user("Ada").await, &Channel::GENERAL);
    nodes.first.say(&ada, general, "one").await;
    let nodes_and_names = [(&nodes.first, "first"), (&nodes.second, "second")];
    let changes = (0..EACH).flat_map(|number| {
        nodes_and_names.map(|(node, name)| {
            let text = format!("{name} {number}");
            let ada = &ada;
            async move { node.change(ada, general, 1, edit(&text)).await.unwrap().rev }
        })
    });
    let mut revs = join_all(changes).await;
    revs.sort_unstable();
    assert_eq!(revs, (1..=2 * EACH).collect::<Vec<_>>());
    for node in nodes.each() {
        for rev in 1..=2 * EACH {
            let (after, message) = node.changed().await;
            assert_eq!((after, message.rev()), (rev - 1, rev));
        }
    }
    let (rev, messages) = history(&nodes.second, &ada, general).await;
    assert_eq!((rev, messages[0].rev()), (2 * EACH, 2 * EACH));
}

pub async fn all_of_it_is_there_after_a_restart(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let node = &nodes.first;
    let direct = node.direct(ada.user.uuid, bob.user.uuid).await.unwrap().unwrap();
    let channels = [Channel::GENERAL, direct];
    for channel in &channels {
        for text in ["one", "two", "three"] {
            node.say(&ada, channel, text).await;
        }
        node.answer(&ada, channel, "four", 1).await;
        node.change(&ada, channel, 2, edit("changed")).await.unwrap();
        node.change(&bob, channel, 2, react("👍", true)).await.unwrap();
        node.change(&ada, channel, 3, Change::Delete).await.unwrap();
        node.change(&ada, channel, 1, Change::Pin(true)).await.unwrap();
        node.answer(&ada, channel, "five", 4).await;
    }
    let read = async |nodes: &Nodes| {
        let mut all = Vec::new();
        for channel in &channels {
            let store = &nodes.second.store;
            all.push(store.messages(channel, &bob.user, LAST).await.unwrap());
            for filter in [Filter::Thread(1), Filter::Pinned] {
                let page = HistoryPage { filter, ..LAST };
                all.push(store.messages(channel, &bob.user, page).await.unwrap());
            }
        }
        (all, nodes.second.store.inbox(&bob.user, Wanted::Direct).await.unwrap())
    };
    let before = read(&nodes).await;
    assert_eq!(before.0[0].rev, 6);
    let lines = nodes.export().await;
    let nodes = nodes.restarted().await;
    assert_eq!(read(&nodes).await, before);
    assert_eq!(nodes.export().await, lines);
    let again = nodes.first.change(&bob, &channels[1], 2, react("👍", false)).await.unwrap();
    assert_eq!(again.rev, 7);
}
