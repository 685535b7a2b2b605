//! Somebody else writes into the same Redis: what is not as documented stops nobody.

mod support;

use serde_json::json;
use support::{TestRedis, TestServer};

#[test]
fn what_others_publish_is_passed_over() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    ada.join("");
    bob.join("");
    let person = json!({"UUID": ada.user, "Username": "Ada"});
    let message = |seq: &str| {
        let uuid = "33333333-3333-4333-8333-333333333333";
        let nil = "00000000-0000-0000-0000-000000000000";
        format!(
            r#"{{"Seq":{seq},"ChannelUUID":"{nil}","Sender":{person},"UUID":"{uuid}","Message":"x","CreatedAt":"2026-01-02T03:04:05Z"}}"#
        )
    };
    let deep = "[".repeat(100_000);
    let wrong = [
        message("0"),
        message("7"),
        message("-1"),
        message("1e9"),
        message("99999999999999999999"),
    ];
    let others = ["", "{", "null", "{\"news\":7}", "{\"Seq\":1}", &deep].map(str::to_owned);
    let feed = format!("userFeed:{}", ada.user);
    for payload in wrong.iter().chain(&others) {
        for channel in ["public", "feed", &feed] {
            redis.cli(&["PUBLISH", channel, payload]);
        }
    }
    ada.say("", "still here");
    let seen = bob.until("channelMessage");
    assert_eq!(
        (&seen["channelMessage"]["Message"], &seen["channelMessage"]["Seq"]),
        (&json!("still here"), &json!(1))
    );
    ada.until("channelMessage");
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    server.until_logged("what is no news");
    for private in ["panicked", &ada.user] {
        assert!(!server.log().contains(private), "{private} is in:\n{}", server.log());
    }
}

#[test]
fn what_others_store_is_an_error_for_who_asks_and_nothing_for_the_rest() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    redis.cli(&["RPUSH", "channelMessages:public", "nonsense"]);
    redis.cli(&["SET", "usersUsernameUUID:bob", "nonsense"]);
    ada.send(&json!({"type": "channelMessages", "channelMessages": {"recipientUUID": ""}}));
    assert_eq!(ada.answer()["error"]["code"], 30);
    let mut again = server.connect();
    again.send(&json!({"type": "signIn", "signIn": {"username": "Bob", "password": "secret"}}));
    assert_eq!(again.answer()["error"]["code"], 30);
    ada.say(&bob.user, "still here");
    ada.until("channelMessage");
    bob.say(&ada.user, "me, too");
    bob.until("channelMessage");
    assert!(!server.log().contains("panicked"), "{}", server.log());
}
