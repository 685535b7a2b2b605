//! A store that comes back with less than it held: everything acknowledged from then on is read by all.

use serde_json::{Value, json};

use crate::support::{TestClient, TestRedis, TestServer};

fn say(client: &mut TestClient, to: &str, text: &str) -> Value {
    client.say(to, text);
    let mine = |frame: &Value| frame["channelMessage"]["Message"] == text;
    client.until_with("channelMessage", mine)["channelMessage"].take()
}

fn texts(client: &mut TestClient, with: &str) -> Vec<String> {
    let page = json!({"recipientUUID": with, "after": 0, "limit": 100});
    client.send(&json!({"type": "channelMessages", "channelMessages": page}));
    let page = client.until("channelMessages")["channelMessages"].take();
    let text = |message: &Value| message["Message"].as_str().unwrap().to_owned();
    page["messages"].as_array().unwrap().iter().map(text).collect()
}

/// The store was set back: closed with 1012, and when to come back.
fn assert_reset(client: &mut TestClient) {
    let (code, reason) = client.closed_because();
    assert_eq!(code, 1012);
    let (_, wait) = reason.split_once("retry=").unwrap();
    wait.parse::<u32>().unwrap();
}

#[test]
fn a_redis_without_its_last_messages_has_another_epoch() {
    let mut redis = TestRedis::start();
    let (first, second) = (TestServer::on(&redis), TestServer::on(&redis));
    let (mut ada, mut bob) = (first.sign_in("Ada"), second.sign_in("Bob"));
    assert_eq!(ada.epoch, bob.epoch);
    bob.join("");
    for text in ["one", "two"] {
        say(&mut ada, "", text);
    }
    redis.snapshot();
    for text in ["lost three", "lost four", "lost five"] {
        say(&mut ada, "", text);
        bob.until_with("channelMessage", |frame| frame["channelMessage"]["Message"] == text);
    }
    redis.set_back();
    for client in [&mut ada, &mut bob] {
        assert_reset(client);
    }
    let before = ada.epoch.clone();
    let (mut ada, mut bob) = (first.sign_in("Ada"), second.sign_in("Bob"));
    assert_ne!(ada.epoch, before);
    assert_eq!((&ada.epoch, &redis.cli(&["GET", "epoch"])[0]), (&bob.epoch, &bob.epoch));
    bob.join("");
    for (seq, text) in (3..).zip(["three", "four", "five", "six"]) {
        assert_eq!(say(&mut ada, "", text)["Seq"], seq);
        assert_eq!(bob.until("channelMessage")["channelMessage"]["Message"], text);
    }
    assert_eq!(texts(&mut bob, "").len(), 6);
}

#[test]
fn a_private_channel_made_after_the_snapshot_is_one_channel_everywhere() {
    let mut redis = TestRedis::start();
    let (first, second) = (TestServer::on(&redis), TestServer::on(&redis));
    let (mut ada, mut bob) = (first.sign_in("Ada"), second.sign_in("Bob"));
    redis.snapshot();
    say(&mut ada, &bob.user, "lost");
    bob.join(&ada.user);
    redis.set_back();
    for client in [&mut ada, &mut bob] {
        assert_reset(client);
    }
    let (mut ada, mut bob) = (first.sign_in("Ada"), second.sign_in("Bob"));
    let (to_bob, to_ada) = (bob.user.clone(), ada.user.clone());
    say(&mut ada, &to_bob, "to Bob");
    say(&mut bob, &to_ada, "to Ada");
    for server in [&first, &second] {
        assert_eq!(texts(&mut server.sign_in("Bob"), &to_ada), ["to Bob", "to Ada"]);
        assert_eq!(texts(&mut server.sign_in("Ada"), &to_bob), ["to Bob", "to Ada"]);
    }
}

#[test]
fn a_private_channel_that_was_only_joined_is_the_same_one_afterwards() {
    let mut redis = TestRedis::start();
    let (first, second) = (TestServer::on(&redis), TestServer::on(&redis));
    let (mut ada, mut bob) = (first.sign_in("Ada"), second.sign_in("Bob"));
    redis.snapshot();
    ada.join(&bob.user);
    bob.join(&ada.user);
    redis.set_back();
    for server in [&first, &second] {
        server.until_logged("the feed follows Redis again");
    }
    let to_bob = bob.user.clone();
    say(&mut ada, &to_bob, "hello");
    assert_eq!(bob.until("channelMessage")["channelMessage"]["Message"], "hello");
}

#[test]
fn an_emptied_redis_is_noticed_without_a_cut() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    say(&mut ada, "", "lost");
    redis.cli(&["FLUSHALL"]);
    ada.say("", "by nobody");
    assert_eq!(ada.until("error")["error"]["code"], 30);
    for client in [&mut ada, &mut bob] {
        assert_reset(client);
    }
    assert_eq!(say(&mut server.sign_in("Ada"), "", "one")["Seq"], 1);
}

#[test]
fn a_shorter_list_is_noticed_without_a_cut() {
    let redis = TestRedis::start();
    let (first, second) = (TestServer::on(&redis), TestServer::on(&redis));
    let (mut ada, mut bob) = (first.sign_in("Ada"), second.sign_in("Bob"));
    bob.join("");
    for text in ["one", "two", "three"] {
        say(&mut ada, "", text);
        bob.until("channelMessage");
    }
    redis.cli(&["LTRIM", "channelMessages:public", "0", "1"]);
    assert_eq!(say(&mut ada, "", "another third")["Seq"], 3);
    for client in [&mut ada, &mut bob] {
        assert_reset(client);
    }
    assert_eq!(texts(&mut second.sign_in("Bob"), ""), ["one", "two", "another third"]);
}

#[test]
fn a_redis_that_lost_nothing_keeps_its_epoch() {
    let mut redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let (mut ada, bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    say(&mut ada, "", "one");
    say(&mut ada, &bob.user, "one");
    redis.kill();
    server.until_logged("the feed lost Redis");
    redis.restart();
    server.until_logged("the feed follows Redis again");
    assert_eq!(say(&mut ada, "", "two")["Seq"], 2);
    assert_eq!(server.sign_in("Ada").epoch, ada.epoch);
}

#[test]
fn an_earlier_database_file_has_another_epoch() {
    let mut server = TestServer::embedded();
    let epoch = server.sign_in("Ada").epoch.clone();
    let database = server.data_dir().join("chinwag.db");
    let mut restart = |replaced: Option<&std::path::Path>| {
        server.terminate();
        assert!(server.stopped().success());
        if let Some(copy) = replaced {
            std::fs::copy(copy, server.data_dir().join("chinwag.db")).unwrap();
        }
        let copy = server.data_dir().join("copy.db");
        std::fs::copy(&database, &copy).unwrap();
        server.restart();
        (server.sign_in("Ada").epoch.clone(), copy)
    };
    let (again, copy) = restart(None);
    assert_eq!(again, epoch);
    let earlier = copy.with_file_name("earlier.db");
    std::fs::rename(copy, &earlier).unwrap();
    assert_eq!(restart(None).0, epoch);
    assert_ne!(restart(Some(&earlier)).0, epoch);
}
