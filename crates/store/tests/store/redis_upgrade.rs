//! A Redis of 0.1.0 is brought up to date, however often that is cut off.

use std::process::{Child, Command, Stdio};

use chinwag_store::redis::{RedisStore, export};
use chinwag_store::transfer::Record;
use chinwag_store::{
    Append, Channel, Event, FoundChannel, HistoryPage, Page, Store, Ticket, User, Wanted,
};
use chinwag_testbed::Redis;
use jiff::Timestamp;

use crate::node::{Node, Nodes, Person};

/// The variables that name the Redis, for the process that opens it, and another number of channels.
const URL: &str = "UPGRADE_URL";
const CHANNELS: &str = "UPGRADE_CHANNELS";

/// How many private channels the large one has: enough to be killed before the last.
const ENOUGH: u64 = 20_000;

const ALL: HistoryPage = HistoryPage::of_all(Page::Last, 100);

/// A Redis that 0.1.0 left.
fn redis_of_0_1_0() -> Redis {
    let redis = Redis::start().unwrap();
    for line in
        include_str!("released/chinwag-0.1.0.txt").lines().filter(|line| !line.starts_with('#'))
    {
        redis_cli(&redis, line);
    }
    redis
}

/// Runs a line as redis-cli reads it.
fn redis_cli(redis: &Redis, line: &str) {
    use std::io::Write;

    let port = redis.address.port().to_string();
    let mut cli = Command::new("redis-cli")
        .args(["-e", "-p", &port])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(cli.stdin.take().unwrap(), "{line}").unwrap();
    assert!(cli.wait().unwrap().success(), "{line}");
}

fn number(redis: &Redis, arguments: &[&str]) -> u64 {
    redis.cli(arguments).unwrap()[0].parse().unwrap()
}

/// What an export has. It reads the keys of 0.1.0, too.
async fn records(redis: &Redis) -> Vec<Record> {
    let mut records = Vec::new();
    let mut sink = |record| {
        records.push(record);
        Ok(())
    };
    assert_eq!(export(&redis.url(), None, &mut sink).await.unwrap().messages, 7);
    records
}

async fn user(node: &Node, name: &str) -> User {
    node.store.account(name).await.unwrap().unwrap().user
}

async fn talks(node: &Node, user: &User) -> Vec<(String, u64, u64, String)> {
    let inbox = node.store.inbox(user, Wanted::Direct).await.unwrap();
    let talk = |entry: chinwag_store::InboxEntry| {
        let with = entry.channel.recipient().map_or("", |user| &user.name).to_owned();
        let last = entry.last_message.map(|message| message.text.to_string());
        (with, entry.total, entry.unread, last.unwrap_or_default())
    };
    inbox.into_iter().map(talk).collect()
}

fn talk(with: &str, total: u64, unread: u64, last: &str) -> (String, u64, u64, String) {
    (with.to_owned(), total, unread, last.to_owned())
}

#[tokio::test]
async fn a_redis_of_0_1_0_is_taken_over() {
    let redis = redis_of_0_1_0();
    let before = records(&redis).await;
    let nodes = Nodes::on(&redis, 0).await;
    assert_eq!(records(&redis).await, before);
    let node = &nodes.first;
    let (ada, bob, zoe) =
        (user(node, "ada").await, user(node, "bob").await, user(node, "zoë").await);
    let general = |unread| talk("", 3, unread, "three");
    assert_eq!(
        talks(node, &ada).await,
        [
            general(2),
            talk("Zoë", 1, 1, "to Ada, from Zoë"),
            talk("Ada", 1, 0, "a note"),
            talk("Bob", 2, 1, "to Ada"),
        ]
    );
    assert_eq!(talks(node, &bob).await, [general(1), talk("Ada", 2, 0, "to Ada")]);
    assert_eq!(talks(node, &zoe).await, [general(0), talk("Ada", 1, 0, "to Ada, from Zoë")]);
    let found = node.store.find_channel(bob.uuid, ada.uuid.0, false).await.unwrap();
    let with_ada = found.channel().unwrap();
    let page = node.store.messages(&with_ada, &bob, ALL).await.unwrap();
    let texts: Vec<_> = page.messages.iter().map(|message| &*message.text).collect();
    assert_eq!(texts, ["to Ada", "to Bob"]);
    // One that was only joined is the same one, too.
    let joined = node.store.find_channel(zoe.uuid, bob.uuid.0, true).await.unwrap();
    let FoundChannel::Channel(joined) = joined else { panic!() };
    assert_eq!(joined.uuid.to_string(), "298a6833-0dff-480b-9353-af07ed601b0a");
    let session = chinwag_protocol::SessionUuid::random();
    node.store.session_started(&ada, session).await.unwrap();
    let person = Person { user: ada.clone(), session };
    let again = Append {
        ticket: Ticket { connection: 7, serial: 0 },
        sender: ada.clone(),
        channel: Channel::GENERAL,
        text: "one".into(),
        client_uuid: Some("first".to_owned()),
        created_at: Timestamp::now(),
        reply_to: None,
        mentions: None,
        files: Vec::new(),
        by_hook: None,
    };
    assert!(node.store.append(vec![again]).is_empty());
    let repeated = node.event(|event| match event {
        Event::Repeated { message, .. } => Some(message.seq),
        _ => None,
    });
    assert_eq!(repeated.await, 1);
    let with_bob = Channel::direct(with_ada.uuid, bob.clone());
    node.append(&person, &with_bob, "and on", None, 1);
    assert_eq!(node.message().await.seq, 3);
    assert_eq!(talks(&nodes.second, &bob).await[1], talk("Ada", 3, 1, "and on"));
    assert_eq!(redis.cli(&["GET", "schema"]).unwrap(), ["2"]);
}

#[tokio::test]
async fn keys_of_a_newer_version_are_refused() {
    let redis = Redis::start().unwrap();
    redis.cli(&["SET", "schema", "3"]).unwrap();
    let opened = RedisStore::open(&redis.url(), Box::new(|_| ())).await;
    let error = opened.err().unwrap().to_string();
    assert!(error.contains("version 3") && error.contains("use a newer Chinwag"), "{error}");
}

#[tokio::test]
async fn a_node_waits_for_those_of_0_1_0_to_stop() {
    let redis = redis_of_0_1_0();
    redis.cli(&["SADD", "nodes", "old"]).unwrap();
    redis.cli(&["SET", "node:old", "2026-01-02T03:04:05Z"]).unwrap();
    let url = redis.url();
    let mut opening = tokio::spawn(async move { RedisStore::open(&url, Box::new(|_| ())).await });
    // It asks for the old nodes, and changes nothing.
    while number(
        &redis,
        &[
            "EVAL",
            "return redis.call('INFO', 'commandstats'):match('cmdstat_smembers:calls=(%d+)') or 0",
            "0",
        ],
    ) == 0
    {
        tokio::task::yield_now().await;
    }
    assert!(!opening.is_finished());
    assert_eq!(number(&redis, &["EXISTS", "schema"]), 0);
    redis.cli(&["DEL", "node:old"]).unwrap();
    (&mut opening).await.unwrap().unwrap().close().await;
    assert_eq!(redis.cli(&["GET", "schema"]).unwrap(), ["2"]);
}

/// Adds private channels as 0.1.0 wrote them, each of two users of its own.
const FILL: &str = "
    for at = 1, ARGV[1] do
        local function uuid(kind) return string.format('%s0000000-0000-4000-8000-%012x', kind, at) end
        local one, other, channel = uuid('a'), uuid('b'), uuid('c')
        redis.call('SET', 'channelSenderRecipient:' .. one .. ':' .. other, channel)
        redis.call('SET', 'channelSenderRecipient:' .. other .. ':' .. one, channel)
        redis.call('ZADD', 'userChannels:' .. one, at, channel .. ':' .. other)
        redis.call('ZADD', 'userChannels:' .. other, at, channel .. ':' .. one)
    end
    return ARGV[1]";

/// How many of them are as this version writes them.
const COUNT: &str = "
    local count = 0
    for at = 1, ARGV[1] do
        local function uuid(kind) return string.format('%s0000000-0000-4000-8000-%012x', kind, at) end
        local one, other, channel = uuid('a'), uuid('b'), uuid('c')
        local kind, low, high = unpack(redis.call('HMGET', 'channel:' .. channel, 'kind', 'low', 'high'))
        local right = kind == 'direct' and low == one and high == other
        for _, user in ipairs({ one, other }) do
            local talks = redis.call('ZRANGE', 'userChannels:' .. user, 0, -1, 'WITHSCORES')
            right = right and #talks == 2 and talks[1] == channel and tonumber(talks[2]) == at
        end
        if right then count = count + 1 end
    end
    return count";

fn opening(redis: &Redis) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "redis_upgrade::opens_the_store", "--ignored", "--nocapture"])
        .env(URL, redis.url());
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_large_redis_survives_an_upgrade_that_is_cut_off() {
    let redis = redis_of_0_1_0();
    let channels = std::env::var(CHANNELS).unwrap_or_else(|_| ENOUGH.to_string());
    redis.cli(&["EVAL", FILL, "0", &channels]).unwrap();
    let all: u64 = channels.parse().unwrap();
    let before = number(&redis, &["DBSIZE"]);
    // Killed when it has brought so many up to date.
    for done in [1, all / 4, all / 2] {
        let mut upgrade = opening(&redis);
        while number(&redis, &["DBSIZE"]) < before + done && upgrade.try_wait().unwrap().is_none() {
        }
        upgrade.kill().unwrap();
        upgrade.wait().unwrap();
    }
    for upgrade in [opening(&redis), opening(&redis)] {
        let upgrade = upgrade.wait_with_output().unwrap();
        assert!(upgrade.status.success(), "{}", String::from_utf8_lossy(&upgrade.stderr));
    }
    assert_eq!(number(&redis, &["EVAL", COUNT, "0", &channels]), all);
    assert_eq!(redis.cli(&["GET", "schema"]).unwrap(), ["2"]);
}

#[tokio::test]
#[ignore = "it is run by the other, in a process of its own"]
async fn opens_the_store() {
    let url = std::env::var(URL).unwrap();
    RedisStore::open(&url, Box::new(|_| ())).await.unwrap().close().await;
}
