//! `/readyz` on a Redis that answers and stores nothing: not ready, with Redis' words.

use std::thread::sleep;
use std::time::Duration;

use crate::support::{TestRedis, TestServer};

/// Asks until the answer has this status and these words.
fn until(server: &TestServer, status: u16, words: &str) {
    loop {
        let answer = server.get("/readyz");
        if answer.starts_with(&format!("HTTP/1.1 {status}")) && answer.contains(words) {
            return;
        }
        // An answer is good for a second.
        sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_redis_that_stores_nothing_is_not_ready() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let memory: &[&str] = &["CONFIG", "SET", "maxmemory"];
    let rights: &[&str] = &["ACL", "SETUSER", "default"];
    for (breaks, mends, words) in [
        (vec!["REPLICAOF", "127.0.0.1", "1"], vec!["REPLICAOF", "NO", "ONE"], "read only replica"),
        ([memory, &["1"]].concat(), [memory, &["0"]].concat(), "maxmemory"),
        ([rights, &["-evalsha"]].concat(), [rights, &["+@all"]].concat(), "evalsha"),
        ([rights, &["resetchannels"]].concat(), [rights, &["allchannels"]].concat(), "channel"),
    ] {
        until(&server, 200, "true");
        redis.cli(&breaks);
        until(&server, 503, words);
        redis.cli(&mends);
    }
    until(&server, 200, "true");
}

#[test]
fn what_redis_refuses_is_named_at_the_start() {
    let redis = TestRedis::start();
    let address = redis.url().replace("redis://", "");
    let user = |name: &str, rights: &[&str]| {
        redis.cli(&[&["ACL", "SETUSER", name, "on", ">secret"], rights].concat());
        format!("redis://{name}:secret@{address}")
    };
    let all = ["~*", "&*", "+@all"];
    for (url, words) in [
        (user("unscripted", &[&all[..], &["-evalsha"]].concat()), "'evalsha'"),
        (user("unpublished", &["~*", "resetchannels", "+@all"]), "channel"),
        (user("unsubscribed", &["~*", "resetchannels", "&ready", "&feed", "+@all"]), "channel"),
        (user("elsewhere", &["~other:*", "&*", "+@all"]), "key"),
    ] {
        let stopped = TestServer::fail(&[("REDIS_URL", &url)]);
        let last = stopped.stderr.lines().last().unwrap_or_default();
        assert!(last.contains("ermission") || last.contains("can't"), "{last}");
        assert!(last.contains(words) && !last.contains("import"), "{last}");
    }
    redis.cli(&["CONFIG", "SET", "requirepass", "another"]);
    let stopped = TestServer::fail(&[("REDIS_URL", &redis.url())]);
    let last = stopped.stderr.lines().last().unwrap_or_default();
    assert!(last.contains("NOAUTH") && !last.contains("import"), "{last}");
}

#[test]
fn a_user_without_dangerous_commands_is_enough() {
    let redis = TestRedis::start();
    redis.cli(&["ACL", "SETUSER", "chinwag", "on", ">secret", "~*", "&*", "+@all", "-@dangerous"]);
    let url = redis.url().replace("redis://", "redis://chinwag:secret@");
    let server = TestServer::with(&[("REDIS_URL", &url)]);
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    ada.join("");
    bob.say("", "hello");
    assert_eq!(ada.until("channelMessage")["channelMessage"]["Message"], "hello");
    ada.say(&bob.user, "hello");
    ada.until_with("channelMessage", |frame| frame["channelMessage"]["RecipientUUID"] != "");
    until(&server, 200, "true");
}
