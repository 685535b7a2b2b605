//! The feed on Redis, where other commands come between its steps.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chinwag_protocol::{ChannelUuid, SessionUuid, UserUuid};
use chinwag_store::{Channel, Creation, Event, User};
use chinwag_testbed::Redis;
use tokio::time::sleep;

use crate::node::{Node, Nodes, Person, account};

async fn until_subscribed(redis: &Redis, name: &str, nodes: u32) {
    while redis.cli(&["PUBSUB", "NUMSUB", name]).unwrap()[1] != nodes.to_string() {
        sleep(Duration::from_millis(1)).await;
    }
}

async fn channel_of(node: &Node, one: &Person, other: &Person) -> Channel {
    node.direct(one.user.uuid, other.user.uuid).await.unwrap().unwrap()
}

/// The next messages by channel, with the `Seq`s in the order in which they came.
async fn heard(node: &Node, count: usize) -> BTreeMap<ChannelUuid, Vec<u64>> {
    let mut heard = BTreeMap::<_, Vec<_>>::new();
    for _ in 0..count {
        let message = node.message().await;
        heard.entry(message.channel.uuid).or_default().push(message.seq);
    }
    heard
}

/// A user without a session.
async fn stranger(node: &Node, name: &str) -> User {
    let user = User { uuid: UserUuid::random(), name: name.into() };
    assert_eq!(node.store.create_account(account(&user)).await.unwrap(), Creation::Created);
    user
}

#[tokio::test]
async fn a_first_private_message_is_told_while_its_receiver_signs_in() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (bob, node) = (nodes.user("Bob").await, Arc::clone(&nodes.first));
    let ada = stranger(&node, "Ada").await;
    let channel = node.direct(bob.user.uuid, ada.uuid).await.unwrap().unwrap();
    // Redis gets a script when it is first used.
    for heard in [&node, &nodes.second] {
        node.append(&bob, &Channel::GENERAL, "warm", None, 0);
        heard.message().await;
    }
    nodes.second.message().await;
    node.message().await;
    // Redis stores the message, and then looks up Ada's channels, once her feeds are subscribed.
    redis.cli(&["CLIENT", "PAUSE", "20000", "WRITE"]).unwrap();
    node.append(&bob, &channel, "welcome", None, 1);
    let sign_in = |node: &Arc<Node>| {
        let (node, ada) = (Arc::clone(node), ada.clone());
        tokio::spawn(async move { node.store.session_started(&ada, SessionUuid::random()).await })
    };
    let signing_in = [sign_in(&node), sign_in(&nodes.second)];
    until_subscribed(&redis, &format!("userFeed:{}", ada.uuid), 2).await;
    redis.cli(&["CLIENT", "UNPAUSE"]).unwrap();
    for session in signing_in {
        session.await.unwrap().unwrap();
    }
    node.append(&bob, &channel, "again", None, 2);
    // Bob is on the first node. On the second nobody had a reason to see the first message.
    for seq in 1..=2 {
        assert_eq!(node.message().await.seq, seq);
    }
    while nodes.second.message().await.seq < 2 {}
}

#[tokio::test]
async fn a_new_channel_is_told_from_its_first_message_on() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let ada = nodes.user("Ada").await;
    for number in 0..20 {
        let bob = nodes.second.user(&format!("Bob {number}")).await;
        let channel = channel_of(&nodes.first, &ada, &bob).await;
        // The second node follows the channel while further messages are stored.
        for serial in 0..50 {
            nodes.first.append(&ada, &channel, "one of many", None, serial);
        }
        let all = BTreeMap::from([(channel.uuid, (1..=50).collect::<Vec<_>>())]);
        assert_eq!(heard(&nodes.second, 50).await, all);
        assert_eq!(heard(&nodes.first, 50).await, all);
        until_subscribed(&redis, &channel.uuid.to_string(), 2).await;
    }
}

#[tokio::test]
async fn a_new_channel_is_told_once_while_its_users_come() {
    const PAIRS: u32 = 50;
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (mut pairs, mut coming) = (Vec::new(), Vec::new());
    for number in 0..PAIRS {
        let ada = nodes.second.user(&format!("Ada {number}")).await;
        let bob = nodes.first.user(&format!("Bob {number}")).await;
        let channel = channel_of(&nodes.second, &ada, &bob).await;
        pairs.push((ada, channel));
    }
    for (serial, (ada, channel)) in (0..).zip(&pairs) {
        // Bob is there; Ada comes, and the node may meet the channel as hers before it is told of it.
        let (node, user) = (Arc::clone(&nodes.first), ada.user.clone());
        coming.push(tokio::spawn(async move {
            node.store.session_started(&user, SessionUuid::random()).await.unwrap();
        }));
        nodes.second.append(ada, channel, "one", None, serial);
        tokio::task::yield_now().await;
    }
    for come in coming {
        come.await.unwrap();
    }
    for (serial, (ada, channel)) in (PAIRS..).zip(&pairs) {
        nodes.second.append(ada, channel, "two", None, serial);
    }
    let all: BTreeMap<_, _> = pairs.iter().map(|(_, channel)| (channel.uuid, vec![1, 2])).collect();
    assert_eq!(heard(&nodes.first, 2 * PAIRS as usize).await, all);
}

#[tokio::test]
async fn first_messages_are_told_after_a_cut() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let ada = nodes.user("Ada").await;
    for number in 0..20 {
        let bob = nodes.second.user(&format!("Bob {number}")).await;
        let channel = channel_of(&nodes.first, &ada, &bob).await;
        redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]).unwrap();
        for serial in 1..=2 {
            nodes.first.append(&ada, &channel, "missed", None, serial);
        }
        let all = BTreeMap::from([(channel.uuid, vec![1, 2])]);
        assert_eq!(heard(&nodes.first, 2).await, all);
        assert_eq!(heard(&nodes.second, 2).await, all);
    }
}

#[tokio::test]
async fn the_sends_of_a_connection_are_answered_in_their_order() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, mut serial) = (nodes.user("Ada").await, 0);
    for number in 0..20 {
        let bob = nodes.second.user(&format!("Bob {number}")).await;
        // A channel that another node has made, and that has no message.
        channel_of(&nodes.second, &bob, &ada).await;
        let found =
            nodes.first.store.find_channel(ada.user.uuid, bob.user.uuid.0, false).await.unwrap();
        let channel = found.channel().unwrap();
        let begin = serial;
        for _ in 0..10 {
            for channel in [&channel, &Channel::GENERAL] {
                nodes.first.append(&ada, channel, "hello", None, serial);
                serial += 1;
            }
        }
        for expected in begin..serial {
            let ticket = nodes.first.event(|event| match event {
                Event::Message { ticket, .. } => ticket,
                _ => None,
            });
            assert_eq!(ticket.await.serial, expected);
        }
    }
}

#[tokio::test]
async fn a_node_follows_the_channels_of_the_users_who_are_there() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let channel = channel_of(&nodes.first, &ada, &bob).await;
    nodes.first.append(&ada, &channel, "hello", None, 1);
    nodes.first.message().await;
    let name = channel.uuid.to_string();
    until_subscribed(&redis, &name, 1).await;
    let again = SessionUuid::random();
    nodes.second.store.session_started(&ada.user, again).await.unwrap();
    until_subscribed(&redis, &name, 2).await;
    nodes.first.store.session_ended(&ada.user, ada.session, None);
    until_subscribed(&redis, &format!("userFeed:{}", ada.user.uuid), 1).await;
    nodes.second.append(&ada, &channel, "for Bob", None, 2);
    assert_eq!(nodes.first.message().await.seq, 2);
    nodes.first.store.session_ended(&bob.user, bob.session, None);
    nodes.second.store.session_ended(&ada.user, again, None);
    until_subscribed(&redis, &name, 0).await;
}

#[tokio::test]
async fn what_was_missed_is_told_once_though_both_of_its_users_are_here() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob, node) =
        (nodes.user("Ada").await, nodes.user("Bob").await, Arc::clone(&nodes.first));
    let channel = channel_of(&node, &ada, &bob).await;
    for seq in 1..=20u32 {
        // Most of the messages come while the node hears nothing.
        redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]).unwrap();
        node.append(&ada, &channel, "missed", None, seq);
        assert_eq!(node.message().await.seq, u64::from(seq));
    }
    node.append(&ada, &channel, "last", None, 21);
    assert_eq!(node.message().await.seq, 21);
}
