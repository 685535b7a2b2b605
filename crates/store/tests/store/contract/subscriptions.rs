//! What every store promises of subscriptions to web push.

use std::collections::BTreeSet;
use std::sync::Arc;

use chinwag_protocol::UserUuid;
use chinwag_store::{
    Channel, KeyDigest, Level, PasswordChange, PreferencesChange, RingQuery, Ringable, Subscription,
};

use super::members::{add, new};
use crate::node::{Node, Nodes, Person};

fn digest(number: u8) -> KeyDigest {
    KeyDigest([number; 32])
}

fn subscription(person: &Person, key: KeyDigest, endpoint: &str) -> Subscription {
    let endpoint = format!("https://push.example/{endpoint}").into();
    Subscription { user: person.user.uuid, key, endpoint, p256dh: [4; 65], auth: [200; 16] }
}

/// Adds an access key and a subscription with it.
async fn subscribe(node: &Node, person: &Person, key: KeyDigest, endpoint: &str) -> Subscription {
    assert!(node.store.add_access_key(&person.account(), key, "").await.unwrap());
    let subscription = subscription(person, key, endpoint);
    assert!(node.store.subscribe(subscription.clone()).await.unwrap());
    subscription
}

async fn of(node: &Node, person: &Person) -> Vec<Subscription> {
    node.store.subscriptions(person.user.uuid).await.unwrap()
}

/// All pages.
async fn ringable(node: &Node, channel: &Channel, users: &[&Person], all: bool) -> Vec<Ringable> {
    let users: Vec<_> = users.iter().map(|person| person.user.uuid).collect();
    let mut found: Vec<Ringable> = Vec::new();
    let mut after = None;
    loop {
        let query = RingQuery {
            channel: channel.uuid,
            users: users.clone(),
            all,
            senders: Vec::new(),
            after,
        };
        let page = node.store.ringable(query).await.unwrap();
        found.extend(page.members);
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

async fn subscribe_each(node: &Node, people: &[&Person]) {
    for (number, person) in (1..).zip(people) {
        subscribe(node, person, digest(number), &number.to_string()).await;
    }
}

fn uuids(people: &[&Person]) -> BTreeSet<UserUuid> {
    people.iter().map(|person| person.user.uuid).collect()
}

/// Who is found at the level `all`, and of these users.
async fn found(node: &Node, channel: &Channel, of: &[&Person]) -> BTreeSet<UserUuid> {
    users(&ringable(node, channel, of, false).await)
}

fn users(found: &[Ringable]) -> BTreeSet<UserUuid> {
    found.iter().map(|member| member.user).collect()
}

async fn set_level(node: &Node, person: &Person, channel: &Channel, level: Level) {
    let change = PreferencesChange {
        user: person.user.uuid,
        session: person.session,
        channel: channel.clone(),
        level: Some(level),
        muted_until: None,
        pinned: None,
        section: None,
        unread_from: None,
    };
    node.store.change_preferences(change).await.unwrap();
}

pub async fn there_is_one_key_for_all_nodes(nodes: Nodes) {
    // Any bytes are kept.
    let made = vec![0, 255, 13, 10, 128];
    assert_eq!(nodes.first.store.push_key(made.clone()).await.unwrap(), made);
    assert_eq!(nodes.second.store.push_key(vec![7]).await.unwrap(), made);
    let nodes = nodes.restarted().await;
    assert_eq!(nodes.first.store.push_key(vec![8]).await.unwrap(), made);
}

pub async fn an_endpoint_belongs_to_the_last_session_that_registered_it(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    assert!(!nodes.first.store.has_subscriptions().await.unwrap());
    let first = subscribe(&nodes.first, &ada, digest(1), "one").await;
    let other = subscribe(&nodes.second, &ada, digest(1), "two").await;
    assert_eq!(of(&nodes.second, &ada).await, [first.clone(), other.clone()]);
    // Registered again it is the newest.
    assert!(nodes.first.store.subscribe(first.clone()).await.unwrap());
    assert_eq!(of(&nodes.first, &ada).await, [other.clone(), first.clone()]);
    let taken = subscribe(&nodes.second, &bob, digest(2), "one").await;
    assert_eq!(of(&nodes.first, &ada).await, std::slice::from_ref(&other));
    assert_eq!(of(&nodes.first, &bob).await, [taken]);
    // Nobody ends another one's.
    nodes.first.store.unsubscribe(bob.user.uuid, Arc::clone(&other.endpoint)).await.unwrap();
    assert_eq!(of(&nodes.first, &ada).await, std::slice::from_ref(&other));
    nodes.first.store.unsubscribe(ada.user.uuid, other.endpoint).await.unwrap();
    assert_eq!(of(&nodes.first, &ada).await, []);
    assert!(nodes.first.store.has_subscriptions().await.unwrap());
    nodes.second.store.unsubscribe(bob.user.uuid, first.endpoint).await.unwrap();
    assert!(!nodes.first.store.has_subscriptions().await.unwrap());
}

pub async fn a_user_has_sixteen(nodes: Nodes) {
    let ada = nodes.user("Ada").await;
    let mut all = Vec::new();
    for number in 0..18 {
        all.push(subscribe(&nodes.first, &ada, digest(number), &number.to_string()).await);
    }
    assert_eq!(of(&nodes.second, &ada).await, all[2..]);
}

pub async fn a_subscription_ends_with_its_access_key(nodes: Nodes) {
    let ada = nodes.user("Ada").await;
    let store = &nodes.first.store;
    assert!(!store.subscribe(subscription(&ada, digest(1), "none")).await.unwrap());
    subscribe(&nodes.first, &ada, digest(1), "one").await;
    let two = subscribe(&nodes.first, &ada, digest(2), "two").await;
    store.revoke_access_key(ada.user.uuid, digest(1), ada.session).await.unwrap();
    assert_eq!(of(&nodes.second, &ada).await, [two]);
    store.revoke_all_access_keys(ada.user.uuid, ada.session).await.unwrap();
    assert_eq!(of(&nodes.second, &ada).await, []);
    assert!(!store.has_subscriptions().await.unwrap());
    // The oldest of too many keys ends.
    subscribe(&nodes.first, &ada, digest(3), "three").await;
    for number in 0..60 {
        store.add_access_key(&ada.account(), digest(100 + number), "").await.unwrap();
    }
    let keys = store.use_access_key(ada.user.uuid, digest(3)).await.unwrap();
    assert_eq!(of(&nodes.second, &ada).await.is_empty(), keys.is_none());
    nodes.first.store.revoke_all_access_keys(ada.user.uuid, ada.session).await.unwrap();
    assert!(!store.has_subscriptions().await.unwrap());
}

pub async fn a_changed_password_moves_the_subscriptions_of_its_session(nodes: Nodes) {
    let ada = nodes.user("Ada").await;
    let own = subscribe(&nodes.first, &ada, digest(1), "own").await;
    subscribe(&nodes.first, &ada, digest(2), "other").await;
    let change = PasswordChange {
        account: ada.account(),
        password_hash: "new".into(),
        asking: digest(1),
        key: digest(3),
        session: ada.session,
    };
    assert!(nodes.second.store.change_password(change).await.unwrap());
    assert_eq!(of(&nodes.first, &ada).await, [Subscription { key: digest(3), ..own }]);
}

pub async fn members_with_subscriptions_are_found_by_their_level(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    let (cyd, eve) = (nodes.user("Cyd").await, nodes.user("Eve").await);
    subscribe_each(&nodes.first, &[&ada, &bob, &eve]).await;
    let (node, store) = (&nodes.second, &nodes.first.store);
    let details = store.create_channel(new(&ada, Some("ops"), false, &[&bob, &cyd])).await.unwrap();
    let ops = Channel::of_members(details.uuid);
    // Mentions alone count at first; a member without subscription and others are never found.
    assert_eq!(found(node, &ops, &[]).await, uuids(&[]));
    assert_eq!(found(node, &ops, &[&bob, &cyd, &eve]).await, uuids(&[&bob]));
    set_level(&nodes.first, &bob, &ops, Level::All).await;
    set_level(&nodes.first, &cyd, &ops, Level::All).await;
    assert_eq!(found(node, &ops, &[&ada]).await, uuids(&[&ada, &bob]));
    set_level(&nodes.first, &bob, &ops, Level::None).await;
    assert_eq!(found(node, &ops, &[]).await, uuids(&[]));
    set_level(&nodes.first, &bob, &ops, Level::All).await;
    let [member] = &ringable(node, &ops, &[], false).await[..] else { panic!("it is Bob") };
    assert_eq!((member.level, member.muted_until, member.read), (Level::All, None, 0));
    assert_eq!(member.subscriptions, of(node, &bob).await);
    store.remove_member(ada.user.uuid, ops.uuid, bob.user.uuid).await.unwrap();
    assert_eq!(found(node, &ops, &[&bob]).await, uuids(&[]));
    // Nothing is left of what a member has chosen.
    store.add_members(add(&ada, &details, &[&bob])).await.unwrap();
    assert_eq!(found(node, &ops, &[]).await, uuids(&[]));
    assert_eq!(users(&ringable(node, &ops, &[], true).await), uuids(&[&ada, &bob]));
}

pub async fn each_kind_of_channel_has_members_with_subscriptions(nodes: Nodes) {
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    let (cyd, eve) = (nodes.user("Cyd").await, nodes.user("Eve").await);
    subscribe_each(&nodes.first, &[&ada, &bob, &eve]).await;
    let (node, store) = (&nodes.second, &nodes.first.store);
    let general = Channel::GENERAL;
    set_level(&nodes.first, &eve, &general, Level::All).await;
    assert_eq!(found(node, &general, &[&bob]).await, uuids(&[&eve, &bob]));
    // In groups and direct channels everything counts at first.
    let group = store.create_channel(new(&ada, None, true, &[&bob, &cyd])).await.unwrap();
    assert_eq!(found(node, &Channel::of_members(group.uuid), &[]).await, uuids(&[&ada, &bob]));
    let direct = node.direct(ada.user.uuid, bob.user.uuid).await.unwrap().unwrap();
    let members = ringable(node, &direct, &[&bob, &eve], false).await;
    let member = members.iter().find(|member| member.user == bob.user.uuid).unwrap();
    assert_eq!(
        (member.level, members.iter().any(|member| member.user == eve.user.uuid)),
        (Level::All, false)
    );
    nodes.first.append(&ada, &general, "hello", None, 1);
    nodes.first.told("hello").await;
    store.mark_read(bob.user.uuid, bob.session, &general, 1).await.unwrap();
    let members = ringable(node, &general, &[&bob], false).await;
    assert_eq!(members.iter().find(|member| member.user == bob.user.uuid).unwrap().read, 1);
}

pub async fn all_members_with_subscriptions_are_found_page_by_page(nodes: Nodes) {
    let mut expected = BTreeSet::new();
    for number in 0..1_100_u32 {
        let person = nodes.first.user(&format!("user {number}")).await;
        if number % 100 != 0 {
            subscribe(&nodes.first, &person, digest(1), &number.to_string()).await;
            expected.insert(person.user.uuid);
        }
    }
    let found = ringable(&nodes.second, &Channel::GENERAL, &[], true).await;
    assert!(found.len() <= expected.len() + 10);
    assert_eq!(users(&found), expected);
}
