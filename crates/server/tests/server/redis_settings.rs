//! A node says at its start when an acknowledged message could be lost with its Redis.

use crate::support::{TestRedis, TestServer};

const WARNING: &str = "an acknowledged message can be lost if the Redis server dies";

/// What a node logs before it listens, on a Redis with these settings.
fn said(redis: &TestRedis, settings: &[(&str, &str)]) -> String {
    for (name, value) in settings {
        assert_eq!(redis.cli(&["CONFIG", "SET", name, value]), ["OK"]);
    }
    TestServer::on(redis).log()
}

#[test]
fn a_node_warns_where_redis_may_lose_what_was_acknowledged() {
    let redis = TestRedis::start();
    let advice = "set appendonly yes and appendfsync always";
    assert!(!said(&redis, &[]).contains(WARNING));
    for settings in [
        [("appendonly", "yes"), ("appendfsync", "everysec")],
        [("appendonly", "yes"), ("appendfsync", "no")],
        [("appendonly", "no"), ("appendfsync", "always")],
    ] {
        let log = said(&redis, &settings);
        let warning = log.lines().find(|line| line.contains(WARNING));
        let warning = warning.unwrap_or_else(|| panic!("no warning with {settings:?}:\n{log}"));
        assert!(warning.contains("WARN") && warning.contains(advice), "{warning}");
    }
    let log = said(&redis, &[("appendonly", "yes"), ("appendfsync", "always")]);
    assert!(!log.contains(WARNING) && log.contains("listening"), "{log}");
}

#[test]
fn a_redis_that_keeps_its_settings_to_itself_is_not_judged() {
    let redis = TestRedis::start();
    assert_eq!(redis.cli(&["ACL", "SETUSER", "default", "-config"]), ["OK"]);
    let log = said(&redis, &[]);
    assert!(log.contains("failed to read Redis's settings"), "{log}");
    assert!(!log.contains(WARNING), "{log}");
}
