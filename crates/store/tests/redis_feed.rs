//! The feed on Redis, where other commands come between its steps.

#[path = "contract/node.rs"]
#[expect(dead_code, reason = "the contract uses the rest")]
mod node;

use std::sync::Arc;
use std::time::Duration;

use chinwag_protocol::{SessionUuid, UserUuid};
use chinwag_store::{Channel, Creation, User};
use chinwag_testbed::Redis;
use node::{Nodes, account};
use tokio::time::sleep;

#[tokio::test]
async fn a_first_private_message_is_told_while_its_receiver_signs_in() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (bob, node) = (nodes.user("Bob").await, Arc::clone(&nodes.first));
    let ada = User { uuid: UserUuid::random(), name: "Ada".into() };
    assert_eq!(node.store.create_account(account(&ada)).await.unwrap(), Creation::Created);
    let channel = node.direct(bob.user.uuid, ada.uuid).await.unwrap().unwrap();
    // Redis gets a script when it is first used.
    node.append(&bob, &Channel::GENERAL, "warm", None, 0);
    node.message().await;
    // Redis stores the message, and then looks up Ada's channels, once it has subscribed her feed.
    redis.cli(&["CLIENT", "PAUSE", "20000", "WRITE"]).unwrap();
    node.append(&bob, &channel, "welcome", None, 1);
    let watching = {
        let (node, ada) = (Arc::clone(&node), ada.clone());
        tokio::spawn(async move { node.store.session_started(&ada, SessionUuid::random()).await })
    };
    let feed = format!("userFeed:{}", ada.uuid);
    while redis.cli(&["PUBSUB", "NUMSUB", &feed]).unwrap()[1] != "1" {
        sleep(Duration::from_millis(1)).await;
    }
    redis.cli(&["CLIENT", "UNPAUSE"]).unwrap();
    watching.await.unwrap().unwrap();
    let message = node.message().await;
    assert_eq!((&*message.text, message.seq), ("welcome", 1));
}

#[tokio::test]
async fn what_was_missed_is_told_once_though_both_of_its_users_are_here() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob, node) =
        (nodes.user("Ada").await, nodes.user("Bob").await, Arc::clone(&nodes.first));
    let channel = node.direct(ada.user.uuid, bob.user.uuid).await.unwrap().unwrap();
    for seq in 1..=20u32 {
        // Most of the messages come while the node hears nothing.
        redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]).unwrap();
        node.append(&ada, &channel, "missed", None, seq);
        assert_eq!(node.message().await.seq, u64::from(seq));
    }
    node.append(&ada, &channel, "last", None, 21);
    assert_eq!(node.message().await.seq, 21);
}
