//! The conversation of the seed, frame for frame, with a client that knows nothing else.

use serde_json::{Value, json};

use crate::support::{TestRedis, TestServer};

#[test]
fn the_conversation_of_the_seed_on_the_embedded_store() {
    converse(&TestServer::embedded());
}

#[test]
fn the_conversation_of_the_seed_on_redis() {
    let redis = TestRedis::start();
    converse(&TestServer::on(&redis));
    let users = redis.cli(&["LRANGE", "users", "0", "-1"]);
    let ada: Value = serde_json::from_str(&users[0]).unwrap();
    assert_eq!(ada["Username"], "Ada");
    assert!(ada["Password"].as_str().unwrap().starts_with("$argon2id$"));
    assert_eq!(redis.cli(&["GET", "usersUsernameListIndex:ada"]), ["0"]);
    let uuid = ada["UUID"].as_str().unwrap();
    assert_eq!(redis.cli(&["GET", &format!("usersUUIDListIndex:{uuid}")]), ["0"]);
    let stored: Value =
        serde_json::from_str(&redis.cli(&["LINDEX", "channelMessages:public", "0"])[0]).unwrap();
    let mut keys: Vec<_> = stored.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["CreatedAt", "Message", "RecipientUUID", "SenderUUID", "UUID"]);
    assert_eq!(redis.cli(&["GET", &format!("channelSenderRecipient:{uuid}:public")]), ["public"]);
}

fn converse(server: &TestServer) {
    let mut ada = server.connect();
    ada.send(&json!({"type": "signUp", "signUp": {"username": "Ada", "password": "secret"}}));
    let authorized = ada.read();
    assert_eq!(authorized["type"], "authorized");
    let (user, session) = (authorized["authorized"]["userUUID"].clone(), ada.session.clone());
    let sign_in = json!({"type": "signIn", "signIn": {"uuid": user, "username": "Ada"}});
    assert_eq!(ada.read(), json!({"type": "sys", "sys": sign_in}));

    ada.send(&json!({
        "userUUID": user, "sessionUUID": session, "type": "channelJoin", "channelJoin": {"recipientUUID": ""}
    }));
    let person = json!({"UUID": user, "Username": "Ada", "OnLine": true});
    let mut reply = ada.read();
    // What the seed doesn't know.
    for addition in ["usersTotal", "rev"] {
        assert!(reply["channelJoin"].as_object_mut().unwrap().remove(addition).is_some());
    }
    let view = json!({"recipientUUID": "", "messages": [], "users": [person]});
    assert_eq!(reply, json!({"type": "channelJoin", "channelJoin": view}));
    let join = json!({"type": "channelJoin", "channelJoin": {"recipientUUID": ""}});
    let news =
        json!({"type": "sys", "SUUID": session, "userUUID": user, "user": person, "sys": join});
    assert_eq!(ada.read(), news);

    let payload = json!({"recipientUUID": "", "message": "Message text"});
    ada.send(&json!({"userUUID": user, "type": "channelMessage", "channelMessage": payload}));
    let frame = ada.read();
    let message = &frame["channelMessage"];
    assert_eq!(frame["type"], "channelMessage");
    assert_eq!(message["Sender"], person);
    assert_eq!(message["SenderUUID"], user);
    assert_eq!(message["RecipientUUID"], "");
    assert_eq!(message["Recipient"], Value::Null);
    assert_eq!(message["Message"], "Message text");
    assert!(message["CreatedAt"].as_str().unwrap().ends_with('Z'));

    ada.send(&json!({"userUUID": user, "type": "users"}));
    let page = json!({"total": 1, "received": 1, "users": [person]});
    assert_eq!(ada.read(), json!({"type": "users", "users": page}));

    let leave = json!({
        "SUUID": session, "type": "channelLeave", "userUUID": user, "channelLeave": {"recipientUUID": ""}
    });
    ada.send(&leave);
    assert_eq!(ada.read(), leave);

    ada.send(&json!({"type": "signOut", "userUUID": user}));
    assert_eq!(ada.read(), json!({"type": "signOut", "signOut": {"uuid": user}}));
    ada.send(&json!({"type": "users"}));
    assert_eq!(ada.until("error")["error"]["code"], 20);
}
