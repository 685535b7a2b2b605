//! Somebody else writes into the same Redis: what is not as documented stops nobody.

use serde_json::{Value, json};

use crate::support::{TestRedis, TestServer};

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
    server.until_logged("malformed Pub/Sub message");
    for private in ["panicked", &ada.user] {
        assert!(!server.log().contains(private), "{private} is in:\n{}", server.log());
    }
}

/// What stands for an element that can't be read.
fn placeholder(seq: u64) -> Value {
    let nil = "00000000-0000-0000-0000-000000000000";
    json!({
        "UUID": format!("00000000-0000-8000-8000-{seq:012}"), "Seq": seq, "Message": "",
        "SenderUUID": nil, "Sender": {"UUID": nil, "Username": ""},
        "RecipientUUID": "", "CreatedAt": "1970-01-01T00:00:00Z",
        "DeletedAt": "1970-01-01T00:00:00Z"
    })
}

#[test]
fn an_element_that_cannot_be_read_has_a_placeholder_and_ends_nothing() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    bob.join("");
    let nobody = r#"{"UUID":"11111111-1111-4111-8111-111111111111","SenderUUID":"22222222-2222-4222-8222-222222222222","RecipientUUID":"","Message":"boo","CreatedAt":"2026-01-02T03:04:05Z"}"#;
    for (seq, element) in (1..).zip(["{}", "nonsense", nobody]) {
        redis.cli(&["RPUSH", "channelMessages:public", element]);
        // While it is the last one.
        ada.send(&json!({"type": "inbox"}));
        let general = &ada.until("inbox")["inbox"]["channels"][0];
        assert_eq!(general["lastMessage"], placeholder(seq));
    }
    ada.say("", "still here");
    let said = ada
        .until_with("channelMessage", |frame| frame["channelMessage"]["Message"] == "still here");
    assert_eq!(said["channelMessage"]["Seq"], 4);
    for seq in 1..=4 {
        assert_eq!(bob.until("channelMessage")["channelMessage"]["Seq"], seq);
    }
    let joined = ada.join("");
    assert_eq!(joined["messages"][0]["Message"], "still here");
    let before: Vec<_> = [3, 2, 1].map(placeholder).into();
    assert_eq!(joined["messages"].as_array().unwrap()[1..], before);
    let page =
        json!({"type": "channelMessages", "channelMessages": {"recipientUUID": "", "after": 0}});
    ada.send(&page);
    assert_eq!(ada.answer()["channelMessages"]["messages"][0], placeholder(1));
    let export = std::process::Command::new(env!("CARGO_BIN_EXE_chinwag"))
        .args(["export", "/dev/null"])
        .env("REDIS_URL", redis.url())
        .output()
        .unwrap();
    let error = String::from_utf8(export.stderr).unwrap();
    assert!(error.contains("index 0 of channelMessages:public"), "{error}");
    assert_eq!(server.log().matches("an element is unreadable").count(), 3, "{}", server.log());
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[test]
fn a_private_channel_goes_on_behind_an_element_that_cannot_be_read() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    bob.send(&json!({"type": "inbox"}));
    bob.until("inbox");
    ada.say(&bob.user, "one");
    ada.until("channelMessage");
    bob.until("channelMessage");
    let pair = format!("channelSenderRecipient:{}:{}", ada.user, bob.user);
    let channel = redis.cli(&["GET", &pair])[0].clone();
    redis.cli(&["RPUSH", &format!("channelMessages:{channel}"), "{}"]);
    // What no node writes stands beside it.
    redis.cli(&["ZADD", &format!("userChannels:{}", bob.user), "1", "nonsense"]);
    redis.cli(&["SET", "channelMessages:33333333-3333-4333-8333-333333333333", "no list"]);
    let talk = "33333333-3333-4333-8333-333333333333";
    redis.cli(&["ZADD", &format!("userChannels:{}", bob.user), "1", talk]);
    ada.say(&bob.user, "three");
    assert_eq!(ada.until("channelMessage")["channelMessage"]["Seq"], 3);
    assert_eq!(bob.until("channelMessage")["channelMessage"]["Seq"], 3);
    let page = json!({"recipientUUID": ada.user, "after": 1, "limit": 1});
    bob.send(&json!({"type": "channelMessages", "channelMessages": page}));
    let unreadable = bob.answer()["channelMessages"]["messages"][0].take();
    assert_eq!((&unreadable["Seq"], &unreadable["Message"]), (&json!(2), &json!("")));
    assert_eq!(unreadable["RecipientUUID"], ada.user.as_str());
    for session in [&mut server.sign_in("Bob"), &mut bob] {
        session.send(&json!({"type": "inbox"}));
        assert_eq!(session.until("inbox")["inbox"]["channels"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn a_user_who_cannot_be_read_is_an_error_for_who_asks_and_nothing_for_the_rest() {
    let redis = TestRedis::start();
    let server = TestServer::on(&redis);
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    redis.cli(&["SET", "usersUsernameUUID:bob", "nonsense"]);
    let mut again = server.connect();
    again.send(&json!({"type": "signIn", "signIn": {"username": "Bob", "password": "secret"}}));
    assert_eq!(again.answer()["error"]["code"], 30);
    // A user without a name.
    let add = "return redis.call('ZADD', 'usersOffline', 0, 'eve\\000' .. ARGV[1])";
    redis.cli(&["EVAL", add, "0", "22222222-2222-4222-8222-222222222222"]);
    ada.send(&json!({"type": "users"}));
    assert_eq!(ada.answer()["users"]["received"], 3);
    ada.say(&bob.user, "still here");
    ada.until("channelMessage");
    bob.say(&ada.user, "me, too");
    bob.until("channelMessage");
    assert!(!server.log().contains("panicked"), "{}", server.log());
}
