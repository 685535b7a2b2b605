//! Two nodes on one Redis are one chat.

mod support;

use serde_json::json;
use support::{TestRedis, TestServer};

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
