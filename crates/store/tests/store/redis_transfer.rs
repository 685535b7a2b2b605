//! Groups and named channels out of one Redis and into another.

use chinwag_store::redis::{RedisTarget, export};
use chinwag_store::transfer::{Order, Progress, Record, Target};
use chinwag_store::{
    Channel, ChannelEdit, ChannelName, Level, NewChannel, PreferencesChange, Wanted,
};
use chinwag_testbed::Redis;
use jiff::Timestamp;

use crate::node::{Nodes, Person};

fn new(by: &Person, name: &str, private: bool, users: &[&Person]) -> NewChannel {
    NewChannel {
        made_by: by.user.clone(),
        name: (!name.is_empty())
            .then(|| ChannelName { shown: name.into(), folded: name.to_lowercase() }),
        topic: "what it is about".into(),
        private,
        users: users.iter().map(|person| person.user.uuid).collect(),
        client_uuid: None,
        created_at: Timestamp::now(),
        by_admins: false,
    }
}

async fn records(redis: &Redis) -> Vec<Record> {
    let mut records = Vec::new();
    let mut sink = |record| {
        records.push(record);
        Ok(())
    };
    export(&redis.url(), None, &mut sink).await.unwrap();
    records
}

#[tokio::test]
async fn groups_and_named_channels_move_whole() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob, eve) =
        (nodes.user("Ada").await, nodes.user("Bob").await, nodes.user("Eve").await);
    let store = &nodes.first.store;
    let ops = store.create_channel(new(&ada, "Ops", false, &[&bob])).await.unwrap();
    let old = store.create_channel(new(&eve, "Old", false, &[])).await.unwrap();
    let edit = ChannelEdit {
        asker: eve.user.uuid,
        channel: old.uuid,
        name: None,
        topic: None,
        owners_post: Some(true),
        archived: Some(true),
    };
    store.edit_channel(edit).await.unwrap();
    store.create_channel(new(&ada, "Secret", true, &[&eve])).await.unwrap();
    let group = store.create_channel(new(&bob, "", true, &[&ada, &eve])).await.unwrap();
    for (serial, channel) in (0..).zip([ops.uuid, ops.uuid, group.uuid]) {
        let channel = Channel::of_members(channel);
        nodes.first.append(&ada, &channel, "hello", Some(&serial.to_string()), serial);
        nodes.first.message().await;
    }
    for channel in [Channel::GENERAL, Channel::of_members(ops.uuid)] {
        let change = PreferencesChange {
            user: bob.user.uuid,
            session: bob.session,
            channel,
            level: Some(Level::None),
            muted_until: None,
            pinned: Some(true),
            section: None,
            unread_from: None,
        };
        store.change_preferences(change).await.unwrap();
    }
    let before = records(&redis).await;
    let other = Redis::start().unwrap();
    let mut target = RedisTarget::open(&other.url(), None).await.unwrap();
    let mut order = Order::default();
    let mut items = Vec::new();
    for record in before.clone() {
        items.extend(order.take(record, |name| Ok(name.to_lowercase())).unwrap());
    }
    let progress = Progress { lines: before.len() as u64, digest: "x".to_owned() };
    target.write(items, &progress).await.unwrap();
    target.finish().await.unwrap();
    assert_eq!(records(&other).await, before);
    // It is in use as it was.
    let moved = Nodes::on(&other, 0).await;
    let inbox = async |nodes: &Nodes, person: &Person| {
        nodes.first.store.inbox(&person.user, Wanted::All).await.unwrap()
    };
    for person in [&ada, &bob, &eve] {
        assert_eq!(inbox(&moved, person).await, inbox(&nodes, person).await);
    }
    let store = &moved.first.store;
    let again = store.create_channel(new(&eve, "", true, &[&ada, &bob])).await.unwrap();
    assert_eq!(again.uuid, group.uuid);
    assert!(store.create_channel(new(&ada, "0ps", false, &[])).await.is_err());
}
