//! A message that mentions all members is written once, however many there are.

use std::collections::BTreeMap;

use chinwag_protocol::ChannelUuid;
use chinwag_store::{Append, Channel, ChannelName, Mentions, NewChannel, Wanted};
use chinwag_testbed::Redis;
use jiff::Timestamp;
use rusqlite::Connection;

use crate::node::{Nodes, Person, to_append};

/// How many members the large channel has besides its owner.
const CROWD: u32 = 100_000;

/// A named channel of one owner, who has read what is there.
async fn make(nodes: &Nodes, owner: &Person, name: &str) -> Channel {
    let new = NewChannel {
        made_by: owner.user.clone(),
        name: Some(ChannelName { shown: name.into(), folded: name.to_lowercase() }),
        topic: "".into(),
        private: false,
        users: Vec::new(),
        client_uuid: None,
        created_at: Timestamp::now(),
        by_admins: false,
    };
    let channel = Channel::of_members(nodes.first.store.create_channel(new).await.unwrap().uuid);
    nodes.first.append(owner, &channel, "the first", None, 1);
    nodes.first.told("the first").await;
    channel
}

async fn mention_all(nodes: &Nodes, owner: &Person, channel: &Channel) {
    let whom = Mentions { users: Vec::new(), all: true };
    let append = to_append(owner, channel, "@all", None, 2);
    let append = Append { mentions: Some(Box::new(whom)), ..append };
    assert!(nodes.first.store.append(vec![append]).is_empty());
    assert!(nodes.first.told("@all").await.mentions.is_some());
}

async fn counted(nodes: &Nodes, member: &Person, channel: &Channel) -> u64 {
    let inbox = nodes.first.store.inbox(&member.user, Wanted::All).await.unwrap();
    inbox.into_iter().find(|entry| entry.channel.uuid == channel.uuid).unwrap().mentions
}

/// How many rows there are, in messages and in what waits to become one together.
fn rows(db: &Connection) -> BTreeMap<String, i64> {
    let mut tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let mut rows = BTreeMap::new();
    for table in tables.map(Result::unwrap) {
        let count: i64 =
            db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        let name = if table.starts_with("recent_") { "messages".to_owned() } else { table };
        *rows.entry(name).or_default() += count;
    }
    rows
}

#[tokio::test]
async fn on_the_embedded_store() {
    let nodes = Nodes::embedded();
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    let db = Connection::open(nodes.folder().join("chinwag.db")).unwrap();
    for (name, crowd) in [("Small", 0), ("Large", CROWD)] {
        let channel = make(&nodes, &ada, name).await;
        fill_folder(&db, channel.uuid, crowd, &bob);
        let before = rows(&db);
        mention_all(&nodes, &ada, &channel).await;
        let mut after = rows(&db);
        after.retain(|table, count| {
            *count -= before[table];
            *count != 0
        });
        let expected = ["mentions_of_all", "messages"].map(|table| (table.to_owned(), 1));
        assert_eq!(after, expected.into(), "{name}");
        assert_eq!(counted(&nodes, &bob, &channel).await, 1);
    }
}

fn fill_folder(db: &Connection, channel: ChannelUuid, crowd: u32, bob: &Person) {
    let (channel, bob) = (channel.0.as_bytes(), bob.user.uuid.0.as_bytes());
    db.execute(
        "INSERT INTO members (user, channel, read_seq, folded_name, level)
         WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         SELECT iif(i = 0, ?3, randomblob(16)), ?2, 1, 'member ' || i, 1 FROM n",
        (crowd, channel, bob),
    )
    .unwrap();
    db.execute("UPDATE channels SET users_total = ?1 + 2 WHERE uuid = ?2", (crowd, channel))
        .unwrap();
}

/// How often each command that writes has run.
fn writes(redis: &Redis) -> BTreeMap<String, String> {
    const WRITES: [&str; 8] =
        ["hset", "hincrby", "rpush", "lset", "zadd", "zrem", "publish", "zremrangebyrank"];
    let stats = redis.cli(&["INFO", "commandstats"]).unwrap();
    let stats =
        stats.iter().filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(":calls="));
    let stats = stats.filter(|(command, _)| WRITES.contains(command));
    let calls = |text: &str| text.split(',').next().unwrap().to_owned();
    stats.map(|(command, rest)| (command.to_owned(), calls(rest))).collect()
}

#[tokio::test]
async fn on_redis() {
    let redis = Redis::start().unwrap();
    let nodes = Nodes::on(&redis, 0).await;
    let (ada, bob) = (nodes.user("Ada").await, nodes.user("Bob").await);
    for (name, crowd) in [("Small", 0), ("Large", CROWD)] {
        let channel = make(&nodes, &ada, name).await;
        fill_redis(&redis, channel.uuid, crowd, &bob);
        redis.cli(&["CONFIG", "RESETSTAT"]).unwrap();
        mention_all(&nodes, &ada, &channel).await;
        // The message, the sender's read mark, what all are mentioned by, and one announcement.
        let expected = ["hset", "publish", "rpush", "zadd"];
        let expected = expected.map(|command| (command.to_owned(), "1".to_owned()));
        assert_eq!(writes(&redis), expected.into(), "{name}");
        assert_eq!(counted(&nodes, &bob, &channel).await, 1);
    }
}

fn fill_redis(redis: &Redis, channel: ChannelUuid, crowd: u32, bob: &Person) {
    const FILL: &str = "
        local channel, crowd, bob = unpack(ARGV)
        for member = 1, crowd do redis.call('HSET', 'channelUsers:' .. channel, 'member ' .. member, 1) end
        redis.call('HSET', 'channelUsers:' .. channel, bob, 1)
        redis.call('HSET', 'channelRead:' .. channel, bob, 1)
        redis.call('ZADD', 'userMemberships:' .. bob, 1, channel)
        return redis.call('HLEN', 'channelUsers:' .. channel)";
    let (channel, crowd) = (channel.to_string(), crowd.to_string());
    let bob = bob.user.uuid.to_string();
    redis.cli(&["EVAL", FILL, "0", &channel, &crowd, &bob]).unwrap();
}
