//! Two nodes on one Redis are one chat.

use serde_json::json;

use crate::support::{TestRedis, TestServer};

#[test]
fn messages_joins_presence_and_sign_outs_cross_nodes() {
    let redis = TestRedis::start();
    let (first, second) = (TestServer::on(&redis), TestServer::on(&redis));
    let mut ada = first.sign_in("Ada");
    ada.join("");
    let mut bob = second.sign_in("Bob");
    assert_eq!(ada.until_sys("signIn")["sys"]["signIn"]["username"], "Bob");
    let members = bob.join("")["users"].clone();
    assert_eq!(members.as_array().unwrap().len(), 2);
    assert_eq!(
        ada.until_with("sys", |f| f["user"]["Username"] == "Bob")["sys"]["type"],
        "channelJoin"
    );

    bob.say("", "over there");
    let (sent, seen) = (bob.until("channelMessage"), ada.until("channelMessage"));
    assert_eq!(sent["channelMessage"]["UUID"], seen["channelMessage"]["UUID"]);
    assert_eq!(seen["channelMessage"]["Seq"], 1);

    let (ada_uuid, bob_uuid) = (ada.user.clone(), bob.user.clone());
    bob.join(&ada_uuid);
    ada.say(&bob_uuid, "just us");
    assert_eq!(bob.until("channelMessage")["channelMessage"]["Message"], "just us");

    bob.send(&json!({"type": "signOut"}));
    bob.until("signOut");
    assert_eq!(ada.until_sys("signOut")["sys"]["signOut"]["username"], "Bob");
    ada.send(&json!({"type": "users"}));
    assert_eq!(ada.until("users")["users"]["users"][1]["OnLine"], false);
}

#[test]
fn whoever_was_on_a_node_that_died_goes_offline_within_a_minute() {
    let redis = TestRedis::start();
    let (lives, mut dies) = (TestServer::on(&redis), TestServer::on(&redis));
    let mut ada = lives.sign_in("Ada");
    let bob = dies.sign_in("Bob");
    ada.until_sys("signIn");
    dies.kill();
    let nodes = redis.cli(&["SMEMBERS", "nodes"]);
    let had_bob =
        |node: &&String| redis.cli(&["HEXISTS", &format!("nodeUsers:{node}"), &bob.user]) == ["1"];
    let last_word = format!("node:{}", nodes.iter().find(had_bob).unwrap());
    // This long it counts as alive, and then the other node looks after at most 8 s.
    let left: u64 = redis.cli(&["TTL", &last_word])[0].parse().unwrap();
    assert!(left <= 30, "{left} s");
    redis.cli(&["PEXPIRE", &last_word, "1"]);
    assert_eq!(ada.until_sys("signOut")["sys"]["signOut"]["username"], "Bob");
}

#[test]
fn redis_away_is_said_and_survived() {
    let mut redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let mut ada = server.sign_in("Ada");
    ada.join("");
    ada.say("", "before");
    ada.until("channelMessage");
    redis.kill();
    ada.say("", "meanwhile");
    assert_eq!(ada.until("error")["error"]["code"], 30);
    assert!(server.get("/readyz").starts_with("HTTP/1.1 503"));
    redis.restart();
    while !server.get("/readyz").starts_with("HTTP/1.1 200") {}
    ada.say("", "after");
    assert_eq!(ada.until("channelMessage")["channelMessage"]["Message"], "after");
}
