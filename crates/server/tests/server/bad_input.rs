//! Bad input gets one clear error, and the connection lives on.

use serde_json::{Value, json};
use tungstenite::Message;

use crate::support::TestServer;

#[test]
fn each_mistake_has_its_code() {
    let server = TestServer::embedded();
    let mut ada = server.connect();
    ada.send(&json!({"type": "users"}));
    assert_eq!(ada.read()["error"]["code"], 20);
    ada.sign_in("Ada");
    let nobody = "123e4567-e89b-12d3-a456-426614174000";
    for (request, code) in [
        (json!([]), 1),
        (json!({"type": "channelJoin"}), 1),
        (json!({"type": "dance"}), 2),
        (json!({"type": "signUp", "signUp": {"username": "ADA", "password": "x"}}), 5),
        (json!({"type": "signIn", "signIn": {"username": "ada", "password": "wrong"}}), 4),
        (json!({"type": "signUp", "signUp": {"username": "Ad\u{430}", "password": "x"}}), 5),
        (json!({"type": "signIn", "signIn": {"username": "Ad\u{430}", "password": "secret"}}), 5),
        (
            json!({"type": "channelMessage", "channelMessage": {"recipientUUID": "", "message": " "}}),
            7,
        ),
        (json!({"type": "channelJoin", "channelJoin": {"recipientUUID": nobody}}), 10),
        (json!({"type": "channelLeave", "channelLeave": {"recipientUUID": ""}}), 11),
        (json!({"type": "users", "userUUID": nobody}), 21),
        (json!({"type": "users", "SUUID": nobody}), 21),
    ] {
        ada.send(&request);
        assert_eq!(ada.read()["error"]["code"], code, "{request}");
    }
    ada.send_frame(Message::text("{\"type\":"));
    assert_eq!(ada.read()["error"]["code"], 1);
    ada.send_frame(Message::binary(vec![0xff; 300]));
    assert_eq!(ada.read()["error"]["code"], 1);
    assert_eq!(ada.so_far(), Vec::<Value>::new());
    // Too large to be read, and little more than is thrown away before the socket is closed.
    ada.send_frame(Message::text("x".repeat(1_050_000)));
    assert_eq!(ada.closed(), 1009);
}

#[test]
fn a_request_that_is_too_large_is_named_in_its_refusal() {
    let server = TestServer::embedded();
    let mut ada = server.sign_in("Ada");
    let message = json!({"recipientUUID": "", "message": "x".repeat(100_000)});
    for id in [json!(7), json!("the last property")] {
        ada.send(&json!({"type": "channelMessage", "channelMessage": message, "id": id}));
        let refused = ada.read();
        assert_eq!((&refused["id"], &refused["error"]["code"]), (&id, &json!(23)));
        assert_eq!(refused["error"]["payload"], "channelMessage");
    }
    ada.send_frame(Message::text("x".repeat(100_000)));
    let refused = ada.read();
    assert_eq!((refused.get("id"), &refused["error"]["code"]), (None, &json!(23)));
    ada.say("", "still here");
    assert_eq!(ada.until("channelMessage")["channelMessage"]["Message"], "still here");
}
