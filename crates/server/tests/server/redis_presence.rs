//! Presence and joins on a Redis in which something fails: nothing is left half done, and nobody else suffers.

use serde_json::json;

use crate::support::{TestRedis, TestServer};

#[test]
fn a_join_that_failed_has_changed_nothing() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    ada.join("");
    bob.join("");
    ada.say(&bob.user, "hello");
    ada.until("channelMessage");
    let pair = format!("channelSenderRecipient:{}:{}", ada.user, bob.user);
    let channel = redis.cli(&["GET", &pair])[0].clone();
    redis.cli(&["SET", &format!("channelUsers:{channel}"), "no hash"]);
    bob.so_far();
    ada.send(&json!({"type": "channelJoin", "channelJoin": {"recipientUUID": bob.user}}));
    assert_eq!(ada.answer()["error"]["code"], 30);
    let heard = bob.so_far();
    assert!(heard.is_empty(), "{heard:?}");
    // She is in General, once.
    let sessions = format!("generalSessions:{}", ada.user);
    assert_eq!(redis.cli(&["HVALS", &sessions]), ["1"]);
    let mut second = server.sign_in("Ada");
    assert_eq!(second.join("")["usersTotal"], 2);
    ada.send(&json!({"type": "channelLeave", "channelLeave": {"recipientUUID": ""}}));
    ada.until("channelLeave");
    assert_eq!(redis.cli(&["HVALS", &sessions]), ["1"]);
    assert_eq!(redis.cli(&["ZCARD", "channelMembers:public"]), ["2"]);
}

#[test]
fn a_user_whose_presence_is_unreadable_holds_nobody_up() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let eve = server.sign_in("Eve");
    let mut ada = server.sign_in("Ada");
    let (key, gone) = (eve.access_key.clone(), eve.user.clone());
    drop(eve);
    while ada.until_sys("signOut")["sys"]["signOut"]["uuid"] != *gone {}
    redis.cli(&["SET", &format!("userSessions:{gone}"), "no hash"]);
    let mut again = server.connect();
    again.send(&json!({"type": "signIn", "signIn": {"accessKey": key}}));
    assert_eq!(again.answer()["error"]["code"], 30);
    server.sign_in("Bob");
    redis.cli(&["DEL", &format!("userSessions:{gone}")]);
    again.send(&json!({"type": "signIn", "signIn": {"accessKey": key}}));
    again.until("authorized");
}

#[test]
fn a_node_that_woke_up_is_not_buried() {
    const PRESENCE: &str = concat!(
        include_str!("../../../store/src/redis/scripts/publish.lua"),
        include_str!("../../../store/src/redis/scripts/presence.lua"),
    );
    const BURY: &str = include_str!("../../../store/src/redis/scripts/bury.lua");
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let ada = server.sign_in("Ada");
    let node = redis.cli(&["SMEMBERS", "nodes"])[0].clone();
    let buried = ["EVAL", PRESENCE, "0", &ada.user, &node, "0", "0", "-1", "now", "{}", ""];
    assert_eq!(redis.cli(&buried), ["-1"]);
    assert_eq!(redis.cli(&["EVAL", BURY, "0", &node]), ["0"]);
    assert_eq!(redis.cli(&["HVALS", &format!("userSessions:{}", ada.user)]), ["1"]);
    assert_eq!(redis.cli(&["HVALS", "nodeSessions"]), ["1"]);
}
