//! Members of channels on Redis: what their nodes hear, and when.

use chinwag_protocol::{SessionUuid, UserUuid};
use chinwag_store::{
    Channel, ChannelDetails, ChannelEdit, ChannelName, Event, MembersAdd, NewChannel,
};
use chinwag_testbed::Redis;
use jiff::Timestamp;

use crate::node::{Node, Nodes, Person};

/// A private channel of one owner.
async fn make(node: &Node, by: &Person, users: Vec<UserUuid>) -> ChannelDetails {
    let new = NewChannel {
        made_by: by.user.clone(),
        name: Some(ChannelName { shown: "Secret".into(), folded: "secret".to_owned() }),
        topic: "".into(),
        private: true,
        users,
        client_uuid: None,
        created_at: Timestamp::now(),
        by_admins: false,
    };
    node.store.create_channel(new).await.unwrap()
}

async fn add(node: &Node, asker: &Person, channel: &ChannelDetails, user: &Person) {
    let add = MembersAdd {
        asker: asker.user.uuid,
        channel: channel.uuid,
        users: vec![user.user.uuid],
        owner: None,
        at: Timestamp::now(),
    };
    node.store.add_members(add).await.unwrap();
}

async fn remove(node: &Node, asker: &Person, channel: &ChannelDetails, user: &Person) {
    node.store.remove_member(asker.user.uuid, channel.uuid, user.user.uuid).await.unwrap();
}

/// The next things that a node hears of the channel: `+Name`, `-Name`, or the `Seq` of a message.
async fn heard(node: &Node, channel: &ChannelDetails, count: usize) -> Vec<String> {
    let mut heard = Vec::new();
    while heard.len() < count {
        let more = node.event(|event| match event {
            Event::Members { details, added, removed, .. } if details.uuid == channel.uuid => {
                let added = added.iter().map(|member| format!("+{}", member.user.name));
                Some(added.chain(removed.iter().map(|user| format!("-{}", user.name))).collect())
            }
            Event::Message { message, .. } if message.channel.uuid == channel.uuid => {
                Some(vec![message.seq.to_string()])
            }
            Event::Message { message, .. } if message.channel.uuid.is_general() => {
                Some(vec![message.text.to_string()])
            }
            _ => None,
        });
        heard.extend(more.await);
    }
    heard
}

#[tokio::test]
async fn a_node_hears_of_a_channel_while_its_user_is_a_member() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    for _ in 0..20 {
        let secret = make(&nodes.first, &ada, Vec::new()).await;
        let channel = Channel::of_members(secret.uuid);
        let say = |serial| nodes.first.append(&ada, &channel, "psst", None, serial);
        say(1);
        assert_eq!(heard(&nodes.first, &secret, 1).await, ["1"]);
        add(&nodes.first, &ada, &secret, &bob).await;
        (2..=20).for_each(say);
        let hears: Vec<_> = (2..=20).map(|seq: u32| seq.to_string()).collect();
        assert_eq!(
            heard(&nodes.second, &secret, 20).await,
            [vec!["+Bob".to_owned()], hears.clone()].concat()
        );
        assert_eq!(
            heard(&nodes.first, &secret, 20).await,
            [vec!["+Bob".to_owned()], hears].concat()
        );
        remove(&nodes.second, &bob, &secret, &bob).await;
        say(21);
        nodes.first.append(&ada, &Channel::GENERAL, "to all", None, 22);
        assert_eq!(heard(&nodes.second, &secret, 2).await, ["-Bob", "to all"]);
        assert_eq!(heard(&nodes.first, &secret, 3).await, ["-Bob", "21", "to all"]);
    }
}

#[tokio::test]
async fn who_came_and_went_unheard_is_told_after_a_cut_before_the_messages() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    for _ in 0..10 {
        let secret = make(&nodes.first, &ada, Vec::new()).await;
        let channel = Channel::of_members(secret.uuid);
        let say = |serial| nodes.first.append(&ada, &channel, "psst", None, serial);
        say(1);
        assert_eq!(heard(&nodes.first, &secret, 1).await, ["1"]);
        redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]).unwrap();
        add(&nodes.first, &ada, &secret, &bob).await;
        say(2);
        assert_eq!(heard(&nodes.second, &secret, 2).await, ["+Bob", "2"]);
        redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]).unwrap();
        remove(&nodes.first, &ada, &secret, &bob).await;
        say(3);
        nodes.first.append(&ada, &Channel::GENERAL, "to all", None, 4);
        assert_eq!(heard(&nodes.second, &secret, 2).await, ["-Bob", "to all"]);
        // What the first node has missed of others is of no consequence for its own users.
        let mut rest = vec!["2", "3", "to all"];
        while !rest.is_empty() {
            let heard = heard(&nodes.first, &secret, 1).await;
            rest.retain(|expected| heard != [*expected]);
        }
    }
}

/// The next channel that a node hears of: its topic, and how many members it has.
async fn told(node: &Node) -> (String, u64) {
    let told = node.event(|event| match event {
        Event::Channel { details, .. } | Event::Members { details, .. } => Some(details),
        _ => None,
    });
    let details = told.await;
    (details.topic.to_string(), details.users_total)
}

#[tokio::test]
async fn what_became_of_a_channel_unheard_is_told_after_a_cut() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    let eve = nodes.user("Eve").await;
    let secret = make(&nodes.first, &ada, vec![bob.user.uuid]).await;
    assert_eq!(told(&nodes.second).await, (String::new(), 2));
    let cut = || redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]).unwrap();
    cut();
    add(&nodes.first, &ada, &secret, &eve).await;
    assert_eq!(told(&nodes.second).await, (String::new(), 3));
    cut();
    remove(&nodes.first, &ada, &secret, &eve).await;
    assert_eq!(told(&nodes.second).await, (String::new(), 2));
    cut();
    let edit = ChannelEdit {
        asker: ada.user.uuid,
        channel: secret.uuid,
        name: None,
        topic: Some("What is new".into()),
        owners_post: None,
        archived: None,
    };
    nodes.first.store.edit_channel(edit).await.unwrap();
    assert_eq!(told(&nodes.second).await, ("What is new".to_owned(), 2));
    // Of a channel to which nothing happened there is nothing to tell.
    nodes.second.event(|event| matches!(event, Event::Interrupted).then_some(())).await;
    cut();
    let is_news = |event: &Event| matches!(event, Event::Channel { .. } | Event::Members { .. });
    let untold = nodes.second.event(|event| match event {
        Event::Interrupted => Some(true),
        event => is_news(&event).then_some(false),
    });
    assert!(untold.await);
}

#[tokio::test]
async fn a_new_channel_is_told_once_to_the_nodes_of_its_members() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    let eve = nodes.second.user("Eve").await;
    // Eve is on both nodes.
    nodes.first.store.session_started(&eve.user, SessionUuid::random()).await.unwrap();
    let people = vec![bob.user.uuid, eve.user.uuid];
    let secrets =
        [make(&nodes.first, &ada, people.clone()).await, make(&nodes.second, &ada, people).await];
    for node in [&nodes.first, &nodes.second] {
        for secret in &secrets {
            let told = node.event(|event| match event {
                Event::Channel { details, new_members } => Some((details.uuid, new_members.len())),
                _ => None,
            });
            assert_eq!(told.await, (secret.uuid, 3));
        }
    }
}

#[tokio::test]
async fn a_channel_that_ended_unheard_is_none_that_was_lost() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob) = (nodes.user("Ada").await, nodes.second.user("Bob").await);
    let secret = make(&nodes.first, &ada, vec![bob.user.uuid]).await;
    let channel = Channel::of_members(secret.uuid);
    nodes.first.append(&ada, &channel, "psst", None, 1);
    assert_eq!(heard(&nodes.second, &secret, 1).await, ["1"]);
    let epoch = nodes.second.store.epoch();
    // Each of the two nodes misses the end.
    redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]).unwrap();
    remove(&nodes.first, &ada, &secret, &bob).await;
    remove(&nodes.first, &ada, &secret, &ada).await;
    assert_eq!(heard(&nodes.second, &secret, 1).await, ["-Bob"]);
    nodes.first.append(&ada, &Channel::GENERAL, "to all", None, 2);
    assert_eq!(heard(&nodes.second, &secret, 1).await, ["to all"]);
    assert_eq!(nodes.second.store.epoch(), epoch);
}

#[tokio::test]
async fn a_channel_that_redis_has_lost_is_noticed_after_a_cut() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let secret = make(&nodes.first, &ada, vec![bob.user.uuid]).await;
    let direct = nodes.first.direct(ada.user.uuid, bob.user.uuid).await.unwrap().unwrap();
    for (serial, channel) in (0..).zip([Channel::of_members(secret.uuid), direct]) {
        nodes.first.append(&ada, &channel, "psst", None, serial);
        nodes.first.message().await;
        let of_channel = ["channel", "channelUsers", "channelMessages"]
            .map(|key| format!("{key}:{}", channel.uuid));
        let of_users = [&ada, &bob].map(|person| {
            let user = person.user.uuid;
            [format!("userChannels:{user}"), format!("userMemberships:{user}")]
        });
        let lost = of_channel.iter().chain(of_users.iter().flatten()).map(String::as_str);
        redis.cli(&std::iter::once("DEL").chain(lost).collect::<Vec<_>>()).unwrap();
        redis.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]).unwrap();
        let reset = |event| matches!(event, Event::Reset).then_some(());
        nodes.first.event(reset).await;
    }
}

#[tokio::test]
async fn sends_are_answered_in_their_order_while_others_become_members() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let mut serial = 0;
    for _ in 0..30 {
        let secret = make(&nodes.first, &ada, Vec::new()).await;
        let found = nodes.first.store.find_channel(ada.user.uuid, secret.uuid.0, false).await;
        let channel = found.unwrap().channel().unwrap();
        let begin = serial;
        let adding = {
            let (node, ada, bob, secret) =
                (nodes.first.clone(), ada.clone(), bob.clone(), secret.clone());
            tokio::spawn(async move { add(&node, &ada, &secret, &bob).await })
        };
        for _ in 0..10 {
            for channel in [&Channel::GENERAL, &channel] {
                nodes.first.append(&ada, channel, "hello", None, serial);
                serial += 1;
            }
            tokio::task::yield_now().await;
        }
        for expected in begin..serial {
            let ticket = nodes.first.event(|event| match event {
                Event::Message { ticket, .. } => ticket,
                _ => None,
            });
            assert_eq!(ticket.await.serial, expected);
        }
        adding.await.unwrap();
    }
}
