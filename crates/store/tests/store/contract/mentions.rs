//! What every store promises of mentions, and of what concerns a user.

use std::sync::Arc;

use chinwag_store::{
    ActivityItem, ActivityKind, ActivityQuery, Append, Change, Channel, HistoryPage, InboxEntry,
    Mentions, Message, Page, Wanted,
};

use super::members::{add, make, new};
use super::reactions::react;
use crate::node::{Node, Nodes, Person, to_append};

pub fn mentions(users: &[&Person], all: bool) -> Mentions {
    Mentions { users: users.iter().map(|person| person.user.clone()).collect(), all }
}

pub fn edit(text: &str, users: &[&Person], mention_all: Option<bool>) -> Change {
    let Mentions { users: mentions, .. } = mentions(users, false);
    Change::Edit { text: text.into(), within: None, mentions, mention_all }
}

/// Stores a message that mentions and answers, and waits until it is told here.
pub async fn mention(
    node: &Node,
    sender: &Person,
    channel: &Channel,
    text: &str,
    whom: Mentions,
    reply_to: Option<u64>,
) -> Arc<Message> {
    let append = to_append(sender, channel, text, None, 1);
    let append = Append { mentions: Some(Box::new(whom)), reply_to, ..append };
    assert!(node.store.append(vec![append]).is_empty());
    node.told(text).await
}

async fn entry(node: &Node, person: &Person, channel: &Channel) -> Option<InboxEntry> {
    let inbox = node.store.inbox(&person.user, Wanted::All).await.unwrap();
    inbox.into_iter().find(|entry| entry.channel.uuid == channel.uuid)
}

/// How many unread messages mention the person, and the first one's `Seq`.
async fn count(node: &Node, person: &Person, channel: &Channel) -> (u64, Option<u64>) {
    let entry = entry(node, person, channel).await.unwrap();
    (entry.mentions, entry.first_mention)
}

async fn activity(
    node: &Node,
    person: &Person,
    before: Option<u64>,
    limit: u64,
) -> Vec<ActivityItem> {
    let query = ActivityQuery { user: person.user.clone(), before, limit };
    node.store.activity(query).await.unwrap().items
}

/// Kind, `Seq` and who, of the newest.
async fn listed(node: &Node, person: &Person) -> Vec<(ActivityKind, u64, String)> {
    let items = activity(node, person, None, 50).await;
    items.iter().map(|item| (item.kind, item.message.seq, item.by.name.to_string())).collect()
}

pub async fn users_are_found_by_names_and_uuids(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    for node in nodes.each() {
        let names = ["bob", "carol", "ada", "bob"].map(str::to_owned).to_vec();
        let found = node.store.users_named(names).await.unwrap();
        let (ada, bob) = (Some(ada.user.clone()), Some(bob.user.clone()));
        assert_eq!(found, [bob.clone(), None, ada, bob]);
        assert_eq!(node.store.users_named(Vec::new()).await.unwrap(), []);
    }
    let unknown = chinwag_protocol::UserUuid::random();
    let asked = vec![bob.user.uuid, unknown, ada.user.uuid];
    assert_eq!(nodes.second.store.known_users(asked).await.unwrap(), [bob.user, ada.user]);
}

pub async fn members_are_mentioned_until_they_read(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    let (carol, node) = (nodes.user("Carol").await, &nodes.first);
    let ops = node.store.create_channel(new(&ada, Some("Ops"), false, &[&bob])).await.unwrap();
    let ops = Channel::of_members(ops.uuid);
    let direct = node.direct(ada.user.uuid, bob.user.uuid).await.unwrap().unwrap();
    let back = node.direct(bob.user.uuid, ada.user.uuid).await.unwrap().unwrap();
    node.say(&bob, &ops, "one").await;
    assert_eq!(count(node, &bob, &ops).await, (0, None));
    let whom = mentions(&[&ada, &bob, &carol], false);
    let named = mention(node, &ada, &ops, "two", whom, Some(1)).await;
    let expected = Some(Box::new(mentions(&[&ada, &bob], false)));
    assert_eq!(named.mentions, expected);
    node.answer(&ada, &ops, "three", 1).await;
    let all = mention(node, &ada, &ops, "four", mentions(&[&bob], true), None).await;
    assert!(all.mentions.as_ref().unwrap().all);
    node.say(&ada, &ops, "five").await;
    // One that mentions and answers counts once, and so does one that mentions the user and all.
    for node in nodes.each() {
        assert_eq!(count(node, &bob, &ops).await, (3, Some(2)));
        assert_eq!(count(node, &ada, &ops).await, (0, None));
        let page = node.store.messages(&ops, &carol.user, HistoryPage::of_all(Page::Last, 4));
        let page = page.await.unwrap().messages;
        assert_eq!((&page[3].mentions, &page[1].mentions), (&expected, &all.mentions));
        assert!(page[0].mentions.is_none() && page[2].mentions.is_none());
    }
    for (seq, left) in [(2, (2, Some(3))), (3, (1, Some(4))), (4, (0, None))] {
        nodes.second.store.mark_read(bob.user.uuid, bob.session, &ops, seq).await.unwrap();
        assert_eq!(count(node, &bob, &ops).await, left);
    }
    // Who writes has read.
    mention(node, &ada, &ops, "six", mentions(&[&bob], false), None).await;
    assert_eq!(count(node, &bob, &ops).await, (1, Some(6)));
    node.say(&bob, &ops, "seven").await;
    assert_eq!(count(node, &bob, &ops).await, (0, None));
    let private = mention(node, &ada, &direct, "hi", mentions(&[&bob, &carol], true), None).await;
    assert_eq!(private.mentions, Some(Box::new(mentions(&[&bob], false))));
    assert_eq!(count(node, &bob, &back).await, (1, Some(1)));
    let nobody = mention(node, &ada, &direct, "you", mentions(&[&carol], true), None).await;
    assert_eq!(nobody.mentions, None);
    mention(node, &carol, &Channel::GENERAL, "all", mentions(&[], true), None).await;
    for (person, expected) in [(&ada, (1, Some(1))), (&bob, (1, Some(1))), (&carol, (0, None))] {
        assert_eq!(count(&nodes.second, person, &Channel::GENERAL).await, expected);
    }
}

pub async fn counts_follow_edits_and_deletions(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    let (carol, node) = (nodes.user("Carol").await, &nodes.first);
    let general = &Channel::GENERAL;
    node.say(&bob, general, "one").await;
    mention(node, &ada, general, "two", mentions(&[&bob], false), None).await;
    let counts = async || {
        let mut found = Vec::new();
        for person in [&bob, &carol] {
            found.push(count(&nodes.second, person, general).await.0);
        }
        found
    };
    assert_eq!(counts().await, [1, 0]);
    let to = async |change| node.change(&ada, general, 2, change).await.unwrap().message;
    let edited = to(edit("for Carol", &[&carol], None)).await;
    assert_eq!(edited.mentions, Some(Box::new(mentions(&[&carol], false))));
    assert_eq!(counts().await, [0, 1]);
    let all = to(edit("for all", &[], Some(true))).await;
    assert_eq!(all.mentions, Some(Box::new(mentions(&[], true))));
    assert_eq!(counts().await, [1, 1]);
    assert_eq!(
        to(edit("for all and Bob", &[&bob], None)).await.mentions,
        Some(Box::new(mentions(&[&bob], true)))
    );
    assert_eq!(counts().await, [1, 1]);
    to(edit("for Bob", &[&bob], Some(false))).await;
    assert_eq!(counts().await, [1, 0]);
    // It is said already.
    to(edit("for Bob", &[], None)).await;
    assert_eq!(counts().await, [1, 0]);
    assert_eq!(listed(node, &bob).await, [(ActivityKind::Mention, 2, "Ada".to_owned())]);
    assert_eq!(listed(node, &carol).await, []);
    to(edit("for nobody", &[], None)).await;
    assert_eq!(counts().await, [0, 0]);
    assert_eq!(listed(node, &bob).await, []);
    // An answer stays one.
    node.answer(&ada, general, "three", 1).await;
    mention(node, &ada, general, "four", mentions(&[], true), None).await;
    assert_eq!(counts().await, [2, 1]);
    node.change(&ada, general, 3, edit("3", &[], None)).await.unwrap();
    assert_eq!(listed(node, &bob).await, [(ActivityKind::Reply, 3, "Ada".to_owned())]);
    for (seq, left) in [(3, [1, 1]), (4, [0, 0])] {
        let deleted = nodes.second.change(&ada, general, seq, Change::Delete).await.unwrap();
        assert_eq!(deleted.message.mentions, None);
        assert_eq!(counts().await, left);
    }
    assert_eq!(listed(node, &bob).await, []);
}

pub async fn all_members_are_mentioned_by_those_who_may(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let node = &nodes.first;
    let ops = node.store.create_channel(new(&ada, Some("Ops"), false, &[&bob])).await.unwrap();
    let channel = Channel::of_members(ops.uuid);
    let is_for_all = async |sender: &Person, channel: &Channel, text: &str| {
        let message = mention(node, sender, channel, text, mentions(&[], true), None).await;
        message.mentions.is_some()
    };
    let mut crowd = Vec::new();
    for number in 2..50 {
        crowd.push(nodes.user(&format!("User {number}")).await);
    }
    let crowd: Vec<_> = crowd.iter().collect();
    node.store.add_members(add(&ada, &ops, &crowd)).await.unwrap();
    assert!(is_for_all(&bob, &channel, "50 in ops").await);
    assert!(is_for_all(&bob, &Channel::GENERAL, "50 in all").await);
    let last = nodes.user("The last").await;
    node.store.add_members(add(&ada, &ops, &[&last])).await.unwrap();
    assert!(!is_for_all(&bob, &channel, "51 in ops").await);
    assert!(!is_for_all(&bob, &Channel::GENERAL, "51 in all").await);
    assert!(is_for_all(&ada, &channel, "the owner").await);
    assert!(!is_for_all(&ada, &Channel::GENERAL, "nobody owns it").await);
    // What was allowed once stays.
    let seq = 1;
    let edited = node.change(&bob, &channel, seq, edit("still", &[], None)).await.unwrap();
    assert!(edited.message.mentions.is_some());
    assert_eq!(count(node, &last, &channel).await, (1, Some(3)));
    assert_eq!(count(node, crowd[0], &channel).await, (2, Some(1)));
}

pub async fn nothing_is_left_of_a_member(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let node = &nodes.first;
    let ops = make(node, &ada, "Ops", true).await;
    let channel = Channel::of_members(ops.uuid);
    node.store.add_members(add(&ada, &ops, &[&bob])).await.unwrap();
    node.say(&bob, &channel, "one").await;
    node.change(&ada, &channel, 1, react("👍", true)).await.unwrap();
    mention(node, &ada, &channel, "two", mentions(&[&bob], false), None).await;
    mention(node, &ada, &channel, "three", mentions(&[], true), Some(1)).await;
    assert_eq!((count(node, &bob, &channel).await.0, listed(node, &bob).await.len()), (2, 3));
    node.store.remove_member(ada.user.uuid, ops.uuid, bob.user.uuid).await.unwrap();
    assert_eq!(listed(node, &bob).await, []);
    // Who is no member isn't mentioned by an answer either, nor by an edit.
    node.answer(&ada, &channel, "four", 1).await;
    node.change(&ada, &channel, 2, edit("2", &[&bob], None)).await.unwrap();
    node.change(&ada, &channel, 1, react("🎉", true)).await.unwrap();
    assert_eq!(listed(node, &bob).await, []);
    node.store.add_members(add(&ada, &ops, &[&bob])).await.unwrap();
    assert_eq!(count(node, &bob, &channel).await, (0, None));
    mention(node, &ada, &channel, "five", mentions(&[&bob], false), None).await;
    assert_eq!(
        (count(node, &bob, &channel).await, listed(node, &bob).await.len()),
        ((1, Some(5)), 1)
    );
    node.store.remove_member(bob.user.uuid, ops.uuid, bob.user.uuid).await.unwrap();
    node.store.remove_member(ada.user.uuid, ops.uuid, ada.user.uuid).await.unwrap();
    for person in [&ada, &bob] {
        assert_eq!(listed(node, person).await, []);
    }
    // Another channel may take its place.
    let next = make(node, &ada, "Next", true).await;
    node.store.add_members(add(&ada, &next, &[&bob])).await.unwrap();
    let next = Channel::of_members(next.uuid);
    for text in ["one", "two", "three", "four", "five"] {
        node.say(&ada, &next, text).await;
    }
    assert_eq!((count(node, &bob, &next).await, listed(node, &bob).await), ((0, None), Vec::new()));
}

pub async fn activity_lists_what_concerns_a_user(nodes: Nodes) {
    use ActivityKind::{Mention, Reaction, Reply};

    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    let (general, node) = (&Channel::GENERAL, &nodes.first);
    let ops = make(node, &bob, "Ops", true).await;
    let channel = Channel::of_members(ops.uuid);
    node.store.add_members(add(&bob, &ops, &[&ada])).await.unwrap();
    let direct = node.direct(bob.user.uuid, ada.user.uuid).await.unwrap().unwrap();
    node.say(&ada, general, "one").await;
    node.change(&ada, general, 1, react("👍", true)).await.unwrap();
    node.change(&bob, general, 1, react("👍", true)).await.unwrap();
    node.change(&bob, general, 1, react("🎉", true)).await.unwrap();
    node.answer(&bob, general, "two", 1).await;
    mention(node, &bob, &channel, "for Ada", mentions(&[&ada, &bob], true), None).await;
    mention(node, &bob, &direct, "to Ada", mentions(&[&ada], false), None).await;
    let kinds = |items: &[ActivityItem]| -> Vec<_> {
        items.iter().map(|item| (item.kind, item.channel.clone(), item.message.seq)).collect()
    };
    let from_ada = node.direct(ada.user.uuid, bob.user.uuid).await.unwrap().unwrap();
    let expected = [
        (Mention, from_ada, 1),
        (Mention, channel.clone(), 1),
        (Reply, general.clone(), 2),
        (Reaction, general.clone(), 1),
        (Reaction, general.clone(), 1),
    ];
    for node in nodes.each() {
        let items = activity(node, &ada, None, 10).await;
        assert_eq!(kinds(&items), expected);
        assert!(items.iter().all(|item| item.by == bob.user));
        assert!(items.is_sorted_by(|one, next| one.place > next.place && one.at >= next.at));
        let emoji: Vec<_> = items.iter().filter_map(|item| item.emoji.as_deref()).collect();
        assert_eq!(emoji, ["🎉", "👍"]);
        let (_, now) = super::changes::history(node, &ada, general).await;
        assert_eq!(items[4].message, now[1]);
        assert_eq!(activity(node, &bob, None, 10).await, []);
        // Page by page.
        let (mut before, mut read) = (None, Vec::new());
        loop {
            let query = ActivityQuery { user: ada.user.clone(), before, limit: 2 };
            let page = node.store.activity(query).await.unwrap();
            assert_eq!(page.more, read.len() + page.items.len() < 5);
            before = page.items.last().map(|item| item.place);
            read.extend(page.items);
            if !page.more {
                break;
            }
        }
        assert_eq!(read, items);
    }
    node.change(&bob, general, 1, react("👍", false)).await.unwrap();
    node.change(&bob, &direct, 1, Change::Delete).await.unwrap();
    let left = activity(&nodes.second, &ada, None, 10).await;
    assert_eq!(kinds(&left), [expected[1].clone(), expected[2].clone(), expected[3].clone()]);
    node.change(&ada, general, 1, Change::Delete).await.unwrap();
    assert_eq!(kinds(&activity(node, &ada, None, 10).await), expected[1..3]);
    let nodes = nodes.restarted().await;
    assert_eq!(kinds(&activity(&nodes.first, &ada, None, 10).await), expected[1..3]);
}

pub async fn activity_keeps_the_newest(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let (general, node) = (&Channel::GENERAL, &nodes.first);
    let appends = (1..=520).map(|seq: u32| {
        let append = to_append(&bob, general, &seq.to_string(), None, 1);
        Append { mentions: Some(Box::new(mentions(&[&ada], false))), ..append }
    });
    assert!(node.store.append(appends.collect()).is_empty());
    node.told("520").await;
    let items = activity(&nodes.second, &ada, None, 1_000).await;
    let seqs: Vec<_> = items.iter().map(|item| item.message.seq).collect();
    assert_eq!(seqs, (21..=520).rev().collect::<Vec<_>>());
    assert_eq!(count(node, &ada, general).await, (520, Some(1)));
}
