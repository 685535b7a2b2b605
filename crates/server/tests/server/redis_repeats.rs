//! A `clientUUID` in Redis: remembered for a day at least, and not for ever.

use serde_json::json;

use crate::support::{TestClient, TestRedis, TestServer};

const DAY: u64 = 24 * 60 * 60;

/// Sends it and returns its `Seq`.
fn say(client: &mut TestClient, id: &str) -> u64 {
    let payload = json!({"recipientUUID": "", "message": "hello", "clientUUID": id});
    client.send(&json!({"type": "channelMessage", "channelMessage": payload}));
    client.until("channelMessage")["channelMessage"]["Seq"].as_u64().unwrap()
}

/// Lets Redis believe that what it remembers is of an earlier day.
fn a_day_later(redis: &TestRedis) {
    redis.cli(&["HINCRBY", "messageClient:public", "", "-1"]);
}

#[test]
fn a_repeated_send_is_known_for_a_day_and_then_forgotten() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let mut ada = server.sign_in("Ada");
    assert_eq!((say(&mut ada, "one"), say(&mut ada, "one")), (1, 1));
    a_day_later(&redis);
    assert_eq!((say(&mut ada, "one"), say(&mut ada, "two")), (1, 2));
    let kept = |key: &str| redis.cli(&["HKEYS", key]).len();
    assert_eq!((kept("messageClient:public:before"), kept("messageClient:public")), (2, 2));
    a_day_later(&redis);
    assert_eq!((say(&mut ada, "two"), say(&mut ada, "one")), (2, 3));
    for key in ["messageClient:public", "messageClient:public:before"] {
        let left: u64 = redis.cli(&["TTL", key])[0].parse().unwrap();
        assert!((1..=2 * DAY).contains(&left), "{key}: {left}");
    }
}

#[test]
fn what_version_0_1_remembered_counts_and_goes() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let mut ada = server.sign_in("Ada");
    assert_eq!(say(&mut ada, "one"), 1);
    redis.cli(&["DEL", "messageClient:public"]);
    redis.cli(&["HSET", "messageClient:public", &format!("{}:one", ada.user), "1"]);
    assert_eq!((say(&mut ada, "one"), say(&mut ada, "two"), say(&mut ada, "one")), (1, 2, 1));
    assert_eq!(redis.cli(&["HLEN", "messageClient:public:before"]), ["1"]);
}
