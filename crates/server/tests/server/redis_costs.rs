//! What each request costs a Redis: so many round trips and commands, however long the history is and
//! however many users there are. docs/redis.md has the same table.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::support::{TestClient, TestRedis, TestServer};

/// What a node does by itself, for all its sessions together, and for its search index.
const OF_THE_NODE: [&str; 13] = [
    "PING",
    "SADD",
    "SET",
    "SMEMBERS",
    "EXISTS",
    "XRANGE",
    "XREVRANGE",
    "SCAN",
    "HMGET",
    "LLEN",
    "LRANGE",
    "LINDEX",
    "ZRANGEBYSCORE",
];

/// Commands as a node sent them, one or more of them in one round trip, and how many commands its
/// scripts ran.
type Cost = (Vec<String>, usize);

struct Monitor {
    process: Child,
    lines: BufReader<ChildStdout>,
    markers: u32,
}

impl Monitor {
    fn start(redis: &TestRedis) -> Self {
        let mut command = Command::new("redis-cli");
        command.args(["-u", &redis.url(), "MONITOR"]).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        let mut monitor = Self { process, lines, markers: 0 };
        let mut line = String::new();
        monitor.lines.read_line(&mut line).unwrap();
        assert_eq!(line, "OK\n");
        monitor
    }

    fn cost(&mut self, redis: &TestRedis, action: impl FnOnce()) -> Cost {
        self.until_marker(redis);
        action();
        let lines = without_refresh(self.until_marker(redis), redis);
        let (scripted, sent): (Vec<_>, Vec<_>) =
            lines.into_iter().partition(|line| line.contains(" lua] "));
        let name = |line: &String| line.split('"').nth(1).unwrap_or_default().to_uppercase();
        let sent = sent.iter().map(name).filter(|name| !OF_THE_NODE.contains(&name.as_str()));
        let mut sent: Vec<_> = sent.collect();
        // Some are under way together, in either order.
        sent.sort();
        (sent, scripted.len())
    }

    fn until_marker(&mut self, redis: &TestRedis) -> Vec<String> {
        self.markers += 1;
        let marker = format!("marker {}", self.markers);
        redis.cli(&["ECHO", &marker]);
        let lines = self.lines.by_ref().lines().map(Result::unwrap);
        lines.take_while(|line| !line.contains(&marker)).collect()
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        // It may have ended with its Redis.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Leaves out what a node does for all its users every 20 s: the script, and behind it what that runs.
fn without_refresh(lines: Vec<String>, redis: &TestRedis) -> Vec<String> {
    const REFRESH: &str = include_str!("../../../store/src/redis/scripts/refresh.lua");
    let script = redis.cli(&["SCRIPT", "LOAD", REFRESH]).remove(0);
    let mut refreshes = false;
    let others = lines.into_iter().filter(|line| {
        if !line.contains(" lua] ") {
            refreshes = line.contains(&script);
        }
        !refreshes
    });
    others.collect()
}

/// The costs on a node that is warm: it knows its users' names and Redis its scripts.
fn costs(redis: &TestRedis, server: &TestServer) -> Vec<(&'static str, Cost)> {
    let mut monitor = Monitor::start(redis);
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    let (eve, friend) = (server.sign_in("Eve"), ada.user.clone());
    let (user, key) = (eve.user.clone(), eve.access_key.clone());
    let eve_leaves = |ada: &mut TestClient, session: TestClient| {
        drop(session);
        while ada.until("sys")["sys"]["signOut"]["uuid"] != *user {}
    };
    eve_leaves(&mut ada, eve);
    let sign_in = json!({"type": "signIn", "signIn": {"username": "Eve", "password": "secret"}});
    let resume = json!({"type": "signIn", "signIn": {"accessKey": key}});
    let signed_in = |request| {
        let mut client = server.connect();
        client.send(request);
        client.until("authorized");
        client
    };
    let page = |client: &mut TestClient, of: &str, before: u64| {
        let page = json!({"recipientUUID": of, "before": before});
        client.send(&json!({"type": "channelMessages", "channelMessages": page}));
        client.until("channelMessages");
    };
    let say = |client: &mut TestClient, to: &str, id: &str| {
        let payload = json!({"recipientUUID": to, "message": "hello", "clientUUID": id});
        client.send(&json!({"type": "channelMessage", "channelMessage": payload}));
        client.until_with("channelMessage", |frame| frame["channelMessage"]["clientUUID"] == id);
    };
    for client in [&mut ada, &mut bob] {
        client.join("");
    }
    page(&mut ada, "", 200);
    say(&mut bob, &friend, "warm");
    say(&mut ada, "", "warm");
    let fresh = bob.session.clone();
    // Redis gets a script when it is first used.
    eve_leaves(&mut ada, signed_in(&resume));
    let mut eve = None;
    let by_key = monitor.cost(redis, || eve = Some(signed_in(&resume)));
    eve_leaves(&mut ada, eve.take().unwrap());
    let by_password = monitor.cost(redis, || eve = Some(signed_in(&sign_in)));
    eve_leaves(&mut ada, eve.take().unwrap());
    let mut second = None;
    let here = json!({"type": "signIn", "signIn": {"accessKey": bob.access_key}});
    let on_the_node = monitor.cost(redis, || second = Some(signed_in(&here)));
    let channel = json!({"name": "Ops", "private": true});
    ada.send(&json!({"type": "channelCreate", "channelCreate": channel}));
    let channel = ada.until("channelCreate")["channelCreate"]["UUID"].as_str().unwrap().to_owned();
    say(&mut ada, &channel, "warm");
    let in_channel = monitor.cost(redis, || say(&mut ada, &channel, &fresh));
    let page_of_channel = monitor.cost(redis, || page(&mut ada, &channel, 200));
    let costs = vec![
        ("message in General", monitor.cost(redis, || say(&mut ada, "", &fresh))),
        ("message sent again", monitor.cost(redis, || say(&mut ada, "", &fresh))),
        ("private message", monitor.cost(redis, || say(&mut bob, &friend, &fresh))),
        ("message in a channel", in_channel),
        ("history page", monitor.cost(redis, || page(&mut ada, "", 200))),
        ("history page of a channel", page_of_channel),
        ("join of General", monitor.cost(redis, || drop(ada.join("")))),
        ("private join", monitor.cost(redis, || drop(bob.join(&friend)))),
        ("sign-in by key", by_key),
        ("sign-in by password", by_password),
        ("sign-in of a user who is there", on_the_node),
    ];
    let changes = costs_of_changes(redis, &mut monitor, &mut ada);
    [costs, changes, costs_of_mentions(redis, &mut monitor, &mut ada, &mut bob)].concat()
}

/// What it costs to answer General's newest message and to change it.
fn costs_of_changes(
    redis: &TestRedis,
    monitor: &mut Monitor,
    ada: &mut TestClient,
) -> Vec<(&'static str, Cost)> {
    let mut ask = |name: &str, payload: Value| {
        ada.send(&json!({"type": name, name: payload}));
        ada.until(name)[name].take()
    };
    let last = ask("channelMessages", json!({"recipientUUID": "", "limit": 1}));
    let seq = last["messages"][0]["Seq"].as_u64().unwrap();
    let at = json!({"recipientUUID": "", "seq": seq});
    let edit = json!({"recipientUUID": "", "seq": seq, "message": "new"});
    let react = json!({"recipientUUID": "", "seq": seq, "emoji": "👍", "on": true});
    let pin = json!({"recipientUUID": "", "seq": seq, "on": true});
    let first = ask("messagePin", pin.clone());
    let changes = json!({"recipientUUID": "", "after": first["rev"].as_u64().unwrap() - 1});
    ask("channelChanges", changes.clone());
    ask("messagePin", json!({"recipientUUID": "", "seq": seq, "on": false}));
    let id = last["messages"][0]["UUID"].clone();
    let answer = json!({"recipientUUID": "", "message": "hello", "clientUUID": id, "replyTo": seq});
    let mut cost = |name: &str, payload: Value| monitor.cost(redis, || drop(ask(name, payload)));
    vec![
        ("edit", cost("messageEdit", edit)),
        ("reaction", cost("messageReact", react)),
        ("pin", cost("messagePin", pin)),
        ("changes", cost("channelChanges", changes)),
        ("deletion", cost("messageDelete", at)),
        ("reply", cost("channelMessage", answer)),
    ]
}

/// What it costs to mention a user, or all, and to answer one.
fn costs_of_mentions(
    redis: &TestRedis,
    monitor: &mut Monitor,
    ada: &mut TestClient,
    bob: &mut TestClient,
) -> Vec<(&'static str, Cost)> {
    let mut ask = |name: &str, payload: Value| {
        ada.send(&json!({"type": name, name: payload}));
        ada.until(name)[name].take()
    };
    let users = json!({"name": "Bob and I", "private": true, "users": [bob.user]});
    let channel = ask("channelCreate", users)["UUID"].take();
    let fresh = channel.as_str().unwrap();
    let to = |id: &str, text: &str, more: Value| {
        let mut message = json!({"recipientUUID": channel, "message": text});
        message["clientUUID"] = json!(format!("{id}{}", &fresh[1..]));
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        message
    };
    ask("channelMessage", to("0", "warm", json!({})));
    ask("channelMessage", to("1", "@Bob", json!({})));
    let mut cost = |name: &str, payload: Value| monitor.cost(redis, || drop(ask(name, payload)));
    let named = json!({"mentions": [bob.user]});
    let mut costs = vec![
        ("mention by UUID", cost("channelMessage", to("2", "hello", named))),
        ("mention by name", cost("channelMessage", to("3", "@Bob", json!({})))),
        ("mention of all", cost("channelMessage", to("4", "hello", json!({"mentionAll": true})))),
    ];
    let mut activity = || {
        bob.send(&json!({"type": "activity", "activity": {"limit": 2}}));
        assert_eq!(bob.until("activity")["activity"]["items"].as_array().unwrap().len(), 2);
    };
    activity();
    costs.push(("activity", monitor.cost(redis, activity)));
    costs
}

#[test]
fn a_request_costs_the_same_in_a_small_and_in_a_large_chat() {
    let redis = TestRedis::start();
    let server = TestServer::with(&[("REDIS_URL", &redis.url()), ("MESSAGE_RATE", "0")]);
    let small = costs(&redis, &server);
    let sent = |count: usize| vec!["EVALSHA".to_owned(); count];
    let watching =
        |count: usize| [sent(count), vec!["SUBSCRIBE".to_owned(), "ZRANGE".to_owned()]].concat();
    let joining = [sent(2), vec!["HSET".to_owned()]].concat();
    let expected = [
        ("message in General", (sent(1), 10)),
        ("message sent again", (sent(1), 7)),
        ("private message", (sent(1), 11)),
        ("message in a channel", (sent(1), 12)),
        ("history page", (sent(1), 3)),
        ("history page of a channel", (sent(1), 5)),
        ("join of General", (sent(3), 24)),
        ("private join", (joining, 20)),
        ("sign-in by key", (watching(2), 18)),
        ("sign-in by password", (watching(3), 21)),
        ("sign-in of a user who is there", (sent(2), 18)),
        ("edit", (sent(1), 9)),
        ("reaction", (sent(1), 14)),
        ("pin", (sent(1), 11)),
        ("changes", (sent(1), 4)),
        ("deletion", (sent(1), 12)),
        ("reply", (sent(1), 19)),
        ("mention by UUID", (sent(1), 20)),
        ("mention by name", ([sent(1), vec!["MGET".to_owned()]].concat(), 20)),
        ("mention of all", (sent(1), 15)),
        ("activity", (sent(1), 11)),
    ];
    assert_eq!(small, expected);
    // Beyond some full pages of history, and behind many users.
    let mut ada = server.sign_in("Ada");
    for number in 0..300 {
        ada.say("", &number.to_string());
        ada.until("channelMessage");
    }
    for number in 0..300 {
        let user = json!({"UUID": number.to_string(), "Username": number.to_string()});
        redis.cli(&["RPUSH", "users", &user.to_string()]);
    }
    assert_eq!(costs(&redis, &server), small);
}

#[test]
fn fifty_who_join_general_at_once_share_two_reads_of_its_history() {
    let redis = TestRedis::start();
    let server = TestServer::with(&[("REDIS_URL", &redis.url()), ("MESSAGE_RATE", "0")]);
    let mut ada = server.sign_in("Ada");
    // Redis gets a script when it is first used.
    ada.join("");
    ada.say("", "hello");
    ada.until("channelMessage");
    let resume = json!({"type": "signIn", "signIn": {"accessKey": ada.access_key}});
    let mut sessions: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for session in &mut sessions {
        session.send(&resume);
        session.until("authorized");
    }
    let mut monitor = Monitor::start(&redis);
    monitor.until_marker(&redis);
    // Redis keeps all scripts waiting until everybody has asked.
    redis.cli(&["CLIENT", "PAUSE", "20000", "WRITE"]);
    for session in &mut sessions {
        session.send(&json!({"type": "channelJoin", "channelJoin": {"recipientUUID": ""}}));
    }
    // A core greets a newcomer when it has read what came before; newcomers go where the fewest are.
    let cores = std::thread::available_parallelism().unwrap().get();
    let newcomers: Vec<_> = (0..2 * cores).map(|_| server.connect()).collect();
    redis.cli(&["CLIENT", "UNPAUSE"]);
    drop(newcomers);
    for session in &mut sessions {
        let joined = session.until("channelJoin");
        assert_eq!(joined["channelJoin"]["messages"][0]["Message"], "hello");
    }
    let lines = monitor.until_marker(&redis);
    let reads = lines.iter().filter(|line| line.contains("\"public\" \"last\"")).count();
    // The first one's, and one for all who asked while that was under way.
    assert_eq!(reads, 2);
}

#[test]
fn a_cold_inbox_is_one_round_trip_however_many_channels_it_lists() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let mut ada = server.sign_in("Ada");
    for number in 0..10 {
        let mut other = server.sign_in(&format!("Other {number}"));
        other.say(&ada.user, "hello");
        other.until("channelMessage");
        other.say("", "hello, all");
        other.until("channelMessage");
    }
    // Redis gets a script when it is first used.
    ada.send(&json!({"type": "inbox"}));
    ada.until("inbox");
    let cold = TestServer::on(&redis);
    let mut ada = cold.sign_in("Ada");
    let (mut monitor, mut channels) = (Monitor::start(&redis), 0);
    let (sent, _) = monitor.cost(&redis, || {
        ada.send(&json!({"type": "inbox"}));
        channels = ada.until("inbox")["inbox"]["channels"].as_array().unwrap().len();
    });
    assert_eq!((channels, sent), (11, vec!["EVALSHA".to_owned()]));
}

#[test]
fn an_inbox_with_groups_and_named_channels_is_one_round_trip() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    bob.say(&ada.user, "hello");
    bob.until("channelMessage");
    let mut monitor = Monitor::start(&redis);
    let mut costs = |ada: &mut TestClient, wants: &[&str]| {
        let mut channels = 0;
        let cost = monitor.cost(&redis, || {
            ada.send(&json!({"type": "inbox", "inbox": {"wants": wants}}));
            channels = ada.until("inbox")["inbox"]["channels"].as_array().unwrap().len();
        });
        (channels, cost)
    };
    let sent = || vec!["EVALSHA".to_owned()];
    // Redis gets the script when it is first used, and the node reads of which channels the user is a member.
    costs(&mut ada, &["channels"]);
    assert_eq!(costs(&mut ada, &[]), (2, (sent(), 17)));
    assert_eq!(costs(&mut ada, &["channels"]), (2, (sent(), 20)));
    let users = json!({"name": "Ops", "private": true, "users": [ada.user]});
    bob.send(&json!({"type": "channelCreate", "channelCreate": users}));
    let channel = bob.until("channelCreate")["channelCreate"]["UUID"].as_str().unwrap().to_owned();
    bob.say(&channel, "hello");
    bob.until("channelMessage");
    assert_eq!(costs(&mut ada, &["channels"]), (3, (sent(), 31)));
}
