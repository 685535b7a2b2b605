//! Access keys in Redis: they lapse by Redis' clock, and are few.

use serde_json::json;

use crate::support::{TestClient, TestRedis, TestServer};

const DAY: i64 = 24 * 60 * 60;

/// Redis' time in seconds.
fn now(redis: &TestRedis) -> i64 {
    redis.cli(&["TIME"])[0].parse().unwrap()
}

fn keys_of(redis: &TestRedis, client: &TestClient) -> (String, Vec<String>) {
    let keys = format!("access_key:{}", client.user);
    let digests = redis.cli(&["HKEYS", &keys]);
    (keys, digests)
}

fn resume(server: &TestServer, key: &str) -> String {
    let mut client = server.connect();
    client.send(&json!({"type": "signIn", "signIn": {"accessKey": key}}));
    client.answer()["type"].as_str().unwrap().to_owned()
}

#[test]
fn a_lapsed_key_is_refused_and_stays_until_another_is_added() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let ada = server.sign_in("Ada");
    let (keys, digests) = keys_of(&redis, &ada);
    let set = |used: i64| redis.cli(&["HSET", &keys, &digests[0], &used.to_string()]);
    set(now(&redis) - 31 * DAY);
    assert_eq!(resume(&server, &ada.access_key), "error");
    // As when the clock was ahead for a minute.
    set(now(&redis) - 29 * DAY);
    assert_eq!(resume(&server, &ada.access_key), "authorized");
    set(now(&redis) - 31 * DAY);
    let again = server.sign_in("Ada");
    let (_, kept) = keys_of(&redis, &again);
    assert_eq!((kept.len(), kept == digests), (1, false));
}

#[test]
fn a_key_of_a_clock_ahead_is_corrected_when_it_is_used() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let ada = server.sign_in("Ada");
    let (keys, digests) = keys_of(&redis, &ada);
    let before = now(&redis);
    redis.cli(&["HSET", &keys, &digests[0], &(before + 40 * DAY).to_string()]);
    assert_eq!(resume(&server, &ada.access_key), "authorized");
    let used: i64 = redis.cli(&["HGET", &keys, &digests[0]])[0].parse().unwrap();
    assert!((before..=now(&redis)).contains(&used));
}

#[test]
fn the_newest_fifty_keys_are_kept() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let ada = server.sign_in("Ada");
    let (keys, _) = keys_of(&redis, &ada);
    let before = now(&redis);
    for age in 1..=60 {
        redis.cli(&["HSET", &keys, &format!("old {age}"), &(before - age * 60).to_string()]);
    }
    let again = server.sign_in("Ada");
    let (_, kept) = keys_of(&redis, &again);
    assert_eq!(kept.len(), 50);
    assert!(kept.contains(&"old 48".to_owned()) && !kept.contains(&"old 49".to_owned()));
    assert_eq!(resume(&server, &again.access_key), "authorized");
}
