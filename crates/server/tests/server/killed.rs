//! A server killed in mid-conversation has lost nothing that it acknowledged.

use serde_json::json;

use crate::support::TestServer;

#[test]
fn after_a_kill_the_history_is_whole() {
    let mut server = TestServer::with(&[("MESSAGE_RATE", "0")]);
    let mut ada = server.sign_in("Ada");
    for number in 0..300 {
        ada.say("", &number.to_string());
    }
    for _ in 0..200 {
        ada.until("channelMessage");
    }
    server.kill();
    server.restart();
    let mut again = server.connect();
    again.send(&json!({"type": "signIn", "signIn": {"accessKey": ada.access_key}}));
    assert_eq!(again.until("authorized")["authorized"]["userUUID"], ada.user.as_str());
    let mut texts = Vec::new();
    loop {
        let page = json!({"recipientUUID": "", "after": texts.len(), "limit": 100});
        again.send(&json!({"type": "channelMessages", "channelMessages": page}));
        let reply = again.until("channelMessages");
        let messages = reply["channelMessages"]["messages"].as_array().unwrap().clone();
        if messages.is_empty() {
            break;
        }
        texts
            .extend(messages.iter().map(|message| message["Message"].as_str().unwrap().to_owned()));
    }
    assert!(texts.len() >= 200, "{} of 200 acknowledged messages", texts.len());
    let expected: Vec<_> = (0..texts.len()).map(|number| number.to_string()).collect();
    assert_eq!(texts, expected);
}

#[test]
fn a_hang_up_ends_nothing() {
    let server = TestServer::embedded();
    let mut ada = server.sign_in("Ada");
    server.hang_up();
    // Signals are delivered in their order, so that the first would have ended it by then.
    ada.say("", "still here");
    ada.until("channelMessage");
    server.sign_in("Bob");
}

#[test]
fn a_graceful_stop_says_goodbye() {
    let mut server = TestServer::embedded();
    let mut ada = server.sign_in("Ada");
    server.terminate();
    assert_eq!(ada.closed(), 1001);
    assert!(server.stopped().success());
}
