//! Changes of messages on Redis: what is told of those that a node has missed, and what stays behind.

use std::sync::Arc;

use chinwag_store::{
    Change, Channel, ChannelName, Denied, Event, Failure, HistoryPage, MembersAdd, NewChannel, Page,
};
use chinwag_testbed::Redis;
use futures_util::FutureExt;
use jiff::Timestamp;

use crate::node::{Node, Nodes, Person};

const GENERAL: Channel = Channel::GENERAL;

async fn edit(node: &Node, person: &Person, channel: &Channel, seq: u64) -> u64 {
    let change_to = Change::Edit {
        text: Timestamp::now().to_string().into(),
        within: None,
        mentions: Vec::new(),
        mention_all: None,
    };
    node.change(person, channel, seq, change_to).await.unwrap().rev
}

/// A private channel of these two, the first one its owner.
async fn secret(nodes: &Nodes, owner: &Person, member: &Person) -> Channel {
    let new = NewChannel {
        made_by: owner.user.clone(),
        name: Some(ChannelName { shown: "Secret".into(), folded: "secret".to_owned() }),
        topic: "".into(),
        private: true,
        users: vec![member.user.uuid],
        client_uuid: None,
        created_at: Timestamp::now(),
        by_admins: false,
    };
    Channel::of_members(nodes.first.store.create_channel(new).await.unwrap().uuid)
}

/// What a node tells next of messages: `Seq` and 0, or the `Rev`s before and after a change.
async fn heard(node: &Node, channel: &Channel) -> (u64, Option<(u64, u64)>) {
    node.event(|event| match event {
        Event::Message { message, .. } if message.channel.uuid == channel.uuid => {
            Some((message.seq, None))
        }
        Event::Changed { after, message } if message.channel.uuid == channel.uuid => {
            Some((message.seq, Some((after, message.rev()))))
        }
        _ => None,
    })
    .await
}

#[tokio::test]
async fn changes_are_told_after_a_cut() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    let direct = nodes.first.direct(ada.user.uuid, bob.user.uuid).await.unwrap().unwrap();
    for channel in [&GENERAL, &direct] {
        nodes.first.append(&ada, channel, "first", None, 1);
        for node in nodes.each() {
            assert_eq!(heard(node, channel).await, (1, None));
        }
        for round in 0..20 {
            let (seq, rev) = (round + 2, 2 * round);
            redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]).unwrap();
            nodes.first.append(&ada, channel, "missed", None, 1);
            assert_eq!(heard(&nodes.first, channel).await, (seq, None));
            assert_eq!(edit(&nodes.first, &ada, channel, seq).await, rev + 1);
            assert_eq!(edit(&nodes.second, &ada, channel, 1).await, rev + 2);
            assert_eq!(heard(&nodes.second, channel).await, (seq, None));
            for node in nodes.each() {
                assert_eq!(heard(node, channel).await, (seq, Some((rev, rev + 1))));
                assert_eq!(heard(node, channel).await, (1, Some((rev + 1, rev + 2))));
            }
        }
    }
}

/// That of the node which connected last.
fn cut_the_newest_feed(redis: &Redis) {
    let feeds = redis.cli(&["CLIENT", "LIST", "TYPE", "pubsub"]).unwrap();
    let id = |feed: &String| feed.split(' ').next()?.strip_prefix("id=")?.parse::<u64>().ok();
    let newest = feeds.iter().filter_map(id).max().unwrap();
    redis.cli(&["CLIENT", "KILL", "ID", &newest.to_string()]).unwrap();
}

/// Else a reader would have the change first, and then the message as it was.
#[tokio::test]
async fn a_message_is_told_before_changes_to_it_are_read() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    let direct = nodes.first.direct(ada.user.uuid, bob.user.uuid).await.unwrap().unwrap();
    for channel in [&GENERAL, &direct] {
        for round in 1..=20 {
            cut_the_newest_feed(&redis);
            nodes.first.say(&ada, channel, "soon changed").await;
            assert_eq!(edit(&nodes.first, &ada, channel, round).await, round);
            let store = &nodes.second.store;
            if round % 2 == 0 {
                let changes = store.changes(channel, &bob.user, round - 1, 100).await.unwrap();
                assert_eq!((changes.rev, changes.messages.len()), (round, 1));
            } else {
                let page = HistoryPage::of_all(Page::Before(1), 100);
                assert_eq!(store.messages(channel, &bob.user, page).await.unwrap().rev, round);
            }
            let is_it = |event| {
                matches!(event, Event::Message { message, .. } if message.seq == round)
                    .then_some(())
            };
            assert!(nodes.second.event(is_it).now_or_never().is_some(), "round {round}");
        }
    }
}

#[tokio::test]
async fn a_change_that_was_not_heard_is_read_when_the_next_one_comes() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let ada = nodes.user("Ada").await;
    for _ in 1..=2 {
        nodes.first.append(&ada, &GENERAL, "hello", None, 1);
    }
    for node in nodes.each() {
        assert_eq!(heard(node, &GENERAL).await, (1, None));
        assert_eq!(heard(node, &GENERAL).await, (2, None));
    }
    // As if it had been published while the node heard nothing.
    let element = redis.cli(&["LINDEX", "channelMessages:public", "1"]).unwrap().concat();
    let changed = element.replacen('{', r#"{"Rev":1,"EditedAt":"2026-01-02T03:04:05Z","#, 1);
    redis.cli(&["LSET", "channelMessages:public", "1", &changed]).unwrap();
    redis.cli(&["ZADD", "channelChanges:public", "1", "2"]).unwrap();
    redis.cli(&["HSET", "channel:public", "rev", "1"]).unwrap();
    assert_eq!(edit(&nodes.first, &ada, &GENERAL, 1).await, 2);
    for node in nodes.each() {
        assert_eq!(heard(node, &GENERAL).await, (2, Some((0, 1))));
        assert_eq!(heard(node, &GENERAL).await, (1, Some((1, 2))));
    }
}

#[tokio::test]
async fn a_smaller_rev_is_a_sign_that_redis_was_set_back() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let ada = nodes.user("Ada").await;
    nodes.first.append(&ada, &GENERAL, "hello", None, 1);
    for node in nodes.each() {
        assert_eq!(heard(node, &GENERAL).await, (1, None));
    }
    for _ in 1..=3 {
        edit(&nodes.first, &ada, &GENERAL, 1).await;
    }
    for node in nodes.each() {
        while heard(node, &GENERAL).await != (1, Some((2, 3))) {}
    }
    let epoch = nodes.first.store.epoch();
    redis.cli(&["HSET", "channel:public", "rev", "1"]).unwrap();
    edit(&nodes.first, &ada, &GENERAL, 1).await;
    for node in nodes.each() {
        node.event(|event| matches!(event, Event::Reset).then_some(())).await;
        assert_ne!(node.store.epoch(), epoch);
    }
}

#[tokio::test]
async fn a_node_hears_of_changes_while_its_user_is_a_member() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    let channel = secret(&nodes, &ada, &bob).await;
    nodes.first.append(&ada, &channel, "psst", None, 1);
    for node in nodes.each() {
        assert_eq!(heard(node, &channel).await, (1, None));
    }
    for round in 0..20u64 {
        let rev = 3 * round;
        edit(&nodes.first, &ada, &channel, 1).await;
        assert_eq!(heard(&nodes.second, &channel).await, (1, Some((rev, rev + 1))));
        let store = &nodes.first.store;
        store.remove_member(ada.user.uuid, channel.uuid, bob.user.uuid).await.unwrap();
        edit(&nodes.first, &ada, &channel, 1).await;
        let add = MembersAdd {
            asker: ada.user.uuid,
            channel: channel.uuid,
            users: vec![bob.user.uuid],
            owner: None,
            at: Timestamp::now(),
        };
        store.add_members(add).await.unwrap();
        // What changes behind the adding is told, however soon that is.
        edit(&nodes.first, &ada, &channel, 1).await;
        assert_eq!(heard(&nodes.second, &channel).await, (1, Some((rev + 2, rev + 3))));
    }
}

#[tokio::test]
async fn an_ended_channel_leaves_nothing() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let channel = secret(&nodes, &ada, &bob).await;
    nodes.first.append(&ada, &channel, "psst", Some("1"), 1);
    nodes.first.reply(&bob, &channel, "what?", 1);
    assert_eq!(heard(&nodes.first, &channel).await, (1, None));
    assert_eq!(heard(&nodes.first, &channel).await, (2, None));
    for emoji in ["👍", "🎉"] {
        for person in [&ada, &bob] {
            let react = Change::React { emoji: emoji.into(), on: true };
            nodes.first.change(person, &channel, 1, react).await.unwrap();
        }
    }
    nodes.first.change(&ada, &channel, 2, Change::Pin(true)).await.unwrap();
    let keys = || {
        let mut keys = redis.cli(&["KEYS", &format!("*{}*", channel.uuid)]).unwrap();
        keys.retain(|key| !key.is_empty());
        keys
    };
    assert!(keys().len() > 10, "{:?}", keys());
    for person in [&bob, &ada] {
        let user = person.user.uuid;
        nodes.first.store.remove_member(user, channel.uuid, user).await.unwrap();
    }
    assert_eq!(keys(), [format!("channel:{}", channel.uuid)]);
}

#[tokio::test]
async fn an_element_that_cannot_be_read_is_like_a_deleted_message() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, node) = (nodes.user("Ada").await, Arc::clone(&nodes.first));
    let nobody = r#"{"UUID":"11111111-1111-4111-8111-111111111111","SenderUUID":"22222222-2222-4222-8222-222222222222","RecipientUUID":"","Message":"boo","CreatedAt":"2026-01-02T03:04:05Z"}"#;
    for element in ["nonsense", "{}", nobody] {
        redis.cli(&["RPUSH", "channelMessages:public", element]).unwrap();
    }
    for seq in 1..=3 {
        for made in [Change::Delete, Change::Pin(true)] {
            let made = node.change(&ada, &GENERAL, seq, made).await;
            assert!(matches!(made, Err(Failure::Denied(Denied::NoMessage))), "{made:?}");
        }
        node.reply(&ada, &GENERAL, "to nobody", seq);
    }
    for seq in 1..=6 {
        assert_eq!(heard(&node, &GENERAL).await.0, seq);
        if seq == 6 {
            break;
        }
    }
    let page = HistoryPage::of_all(Page::After(0), 10);
    let page = node.store.messages(&GENERAL, &ada.user, page).await.unwrap();
    for (message, seq) in page.messages.iter().zip(1..) {
        assert_eq!(message.is_unreadable(), seq <= 3);
        let Some(reply) = &message.reply_to else { continue };
        assert_eq!((reply.seq, reply.root, &reply.excerpt), (seq - 3, seq - 3, &None));
    }
}
