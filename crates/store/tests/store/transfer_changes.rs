//! What has changed of messages, out of each store and into the other one: line for line.

use chinwag_protocol::UserUuid;
use chinwag_store::embedded::{self, EmbeddedTarget};
use chinwag_store::redis::{self, RedisTarget};
use chinwag_store::transfer::{MessageRecord, Order, Progress, Record, Target};
use chinwag_store::{
    Append, Change, Channel, ChannelName, Event, Mentions, NewChannel, NotifyChange, QuietHours,
    ReactorsQuery,
};
use chinwag_testbed::Redis;
use jiff::Timestamp;
use tempfile::TempDir;

use crate::node::{Nodes, Person, to_append};

fn react(emoji: &str, on: bool) -> Change {
    Change::React { emoji: emoji.into(), on }
}

/// A chat in whose channels everything has happened that can happen to a message.
async fn chat(nodes: &Nodes) -> Vec<Person> {
    let node = &nodes.first;
    let mut people = Vec::new();
    for number in 0..7 {
        people.push(nodes.user(&format!("User {number}")).await);
    }
    let (ada, bob) = (&people[0], &people[1]);
    let night = QuietHours { days: "67".to_owned(), from: 22 * 60, to: 1_440 };
    let change = NotifyChange {
        user: bob.user.uuid,
        hides_content: Some(true),
        quiet: Some(vec![night]),
        zone: Some("Europe/Berlin".to_owned()),
        paused_until: Some(Some(Timestamp::now())),
    };
    node.store.change_notify(change).await.unwrap();
    let new = NewChannel {
        made_by: ada.user.clone(),
        name: Some(ChannelName { shown: "Ops".into(), folded: "ops".to_owned() }),
        topic: "".into(),
        private: false,
        users: people[1..].iter().map(|person| person.user.uuid).collect(),
        client_uuid: None,
        created_at: Timestamp::now(),
        by_admins: false,
    };
    let ops = Channel::of_members(node.store.create_channel(new).await.unwrap().uuid);
    let direct = node.direct(ada.user.uuid, bob.user.uuid).await.unwrap().unwrap();
    for channel in [&Channel::GENERAL, &ops, &direct] {
        for seq in 1..=200u64 {
            match seq {
                2 | 150 => node.reply(ada, channel, "an answer", 1),
                151 => node.reply(ada, channel, "an answer to it", 150),
                160 => node.reply(ada, channel, "soon deleted", 3),
                170 | 171 => {
                    let mentions = Mentions { users: vec![bob.user.clone()], all: seq == 171 };
                    let append = to_append(ada, channel, "for Bob", None, 1);
                    let append = Append { mentions: Some(Box::new(mentions)), ..append };
                    assert!(node.store.append(vec![append]).is_empty());
                }
                _ => node.append(ada, channel, "plain \"text\" \\ / ü", None, 1),
            }
        }
        node.event(|event| match event {
            Event::Message { message, .. } => (message.seq == 200).then_some(()),
            _ => None,
        })
        .await;
        node.change(
            ada,
            channel,
            5,
            Change::Edit {
                text: "edited".into(),
                within: None,
                mentions: Vec::new(),
                mention_all: None,
            },
        )
        .await
        .unwrap();
        node.change(ada, channel, 151, Change::Pin(true)).await.unwrap();
        node.change(ada, channel, 160, Change::Delete).await.unwrap();
        let reactors = if channel.recipient().is_some() { &people[..2] } else { &people[..] };
        for person in reactors {
            node.change(person, channel, 1, react("👍", true)).await.unwrap();
        }
        node.change(bob, channel, 1, react("🎉", true)).await.unwrap();
        node.change(ada, channel, 1, react("👍", false)).await.unwrap();
        node.change(ada, channel, 1, react("👍", true)).await.unwrap();
    }
    people
}

/// Fills a store, in pieces, and finishes it.
async fn import(target: &mut dyn Target, records: &[Record]) {
    let mut order = Order::default();
    for (lines, records) in (1..).zip(records.chunks(50)) {
        let taken = records
            .iter()
            .map(|record| order.take(record.clone(), |name| Ok(name.to_lowercase())).unwrap());
        let items = taken.flatten().collect();
        target.write(items, &Progress { lines, digest: "x".to_owned() }).await.unwrap();
    }
    target.finish().await.unwrap();
}

async fn into_redis(records: &[Record]) -> (Redis, Vec<Record>) {
    let redis = Redis::start().unwrap();
    let mut target = RedisTarget::open(&redis.url(), None).await.unwrap();
    import(&mut target, records).await;
    let mut found = Vec::new();
    let mut sink = |record| {
        found.push(record);
        Ok(())
    };
    redis::export(&redis.url(), None, &mut sink).await.unwrap();
    (redis, found)
}

async fn into_folder(records: &[Record]) -> Vec<Record> {
    let dir = TempDir::new().unwrap();
    let mut target = EmbeddedTarget::open(dir.path()).unwrap();
    import(&mut target, records).await;
    drop(target);
    let mut found = Vec::new();
    let mut sink = |record| {
        found.push(record);
        Ok(())
    };
    embedded::export(dir.path(), &mut sink).unwrap();
    found
}

#[tokio::test]
async fn an_embedded_store_moves_to_redis_and_back() {
    let nodes = Nodes::embedded();
    let people = chat(&nodes).await;
    let before = nodes.records().await;
    let (redis, moved) = into_redis(&before).await;
    assert_eq!(moved, before);
    assert_eq!(into_folder(&moved).await, before);
    // It goes on where it was.
    let moved = Nodes::on(&redis, 0).await;
    let query = |limit| ReactorsQuery {
        asker: people[0].user.clone(),
        channel: Channel::GENERAL,
        seq: 1,
        emoji: "👍".into(),
        offset: 0,
        limit,
    };
    let names = async |nodes: &Nodes| {
        let page = nodes.first.store.reactors(query(9)).await.unwrap();
        page.users.iter().map(|status| status.user.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(&moved).await, names(&nodes).await);
    for nodes in [&nodes, &moved] {
        nodes.first.change(&people[2], &Channel::GENERAL, 1, react("👍", false)).await.unwrap();
        nodes.first.change(&people[2], &Channel::GENERAL, 1, react("👍", true)).await.unwrap();
        nodes.first.reply(&people[0], &Channel::GENERAL, "one more", 3);
        nodes
            .first
            .event(|event| match event {
                Event::Changed { message, .. } => (message.seq == 3).then_some(()),
                _ => None,
            })
            .await;
    }
    assert_eq!(names(&moved).await, names(&nodes).await);
    let page = async |nodes: &Nodes| {
        let store = &nodes.second.store;
        store.changes(&Channel::GENERAL, &people[2].user, 0, 100).await.unwrap()
    };
    assert_eq!(page(&moved).await.rev, page(&nodes).await.rev);
}

#[tokio::test]
async fn a_reply_to_nothing_and_a_reaction_of_nobody_are_refused() {
    let nodes = Nodes::embedded();
    chat(&nodes).await;
    let records = nodes.records().await;
    let is_reply =
        |record: &Record| matches!(record, Record::Message { message } if message.seq == 2);
    let is_root =
        |record: &Record| matches!(record, Record::Message { message } if message.seq == 1);
    let refused = |at: usize, change: &dyn Fn(&mut MessageRecord)| {
        let mut order = Order::default();
        let mut take = |record| order.take(record, |name| Ok(name.to_lowercase()));
        for record in &records[..at] {
            take(record.clone()).unwrap();
        }
        let Record::Message { mut message } = records[at].clone() else { panic!() };
        change(&mut message);
        take(Record::Message { message }).unwrap_err()
    };
    let reply = records.iter().position(is_reply).unwrap();
    let nothing = "a message answers one that is not there";
    for seq in [0, 2, 3] {
        assert_eq!(refused(reply, &|message| message.reply_to = Some(seq)), nothing);
        assert_eq!(refused(reply, &|message| message.root = Some(seq)), nothing);
    }
    let root = records.iter().position(is_root).unwrap();
    assert_eq!(refused(root, &|message| message.root = Some(2)), nothing);
    let by_nobody = |message: &mut MessageRecord| {
        let state = message.state.as_mut().unwrap();
        state.reactions[0].1.push(UserUuid::random());
    };
    assert_eq!(refused(root, &by_nobody), "a reaction is of a user who is not there");
}

#[tokio::test]
async fn a_redis_moves_to_an_embedded_store_and_back() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    chat(&nodes).await;
    let before = nodes.records().await;
    let moved = into_folder(&before).await;
    assert_eq!(moved, before);
    assert_eq!(into_redis(&moved).await.1, before);
}
