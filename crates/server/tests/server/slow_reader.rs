//! Who does not read loses the connection; who reads too slowly, with the code to come back.

use serde_json::json;

use crate::support::TestServer;

#[test]
fn a_reader_that_does_not_read_is_closed_and_can_catch_up() {
    let server = TestServer::with(&[("MESSAGE_RATE", "0")]);
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    let mut slow = server.sign_in("Slow");
    bob.join("");
    slow.join("");
    let text = "x".repeat(4_000);
    let mut sent = 0;
    while !server.metrics().lines().any(|line| line == "chinwag_slow_readers_closed_total 1") {
        for _ in 0..100 {
            ada.say("", &text);
        }
        for _ in 0..100 {
            sent += 1;
            assert_eq!(bob.until("channelMessage")["channelMessage"]["Seq"], sent);
            ada.until("channelMessage");
        }
    }
    assert_eq!(slow.closed(), 1013);
    let mut again = server.connect();
    again.send(&json!({"type": "signIn", "signIn": {"accessKey": slow.access_key}}));
    again.until("authorized");
    let page = json!({"recipientUUID": "", "after": sent - 1});
    again.send(&json!({"type": "channelMessages", "channelMessages": page}));
    let reply = again.until("channelMessages");
    assert_eq!(reply["channelMessages"]["messages"][0]["Seq"], sent);
}

#[test]
fn a_reader_that_takes_nothing_is_cut_off_though_little_waits_for_it() {
    let server = TestServer::with(&[("MESSAGE_RATE", "0")]);
    let shown = |line: &str| server.metrics().lines().any(|shown| shown == line);
    let (mut ada, mut slow) = (server.sign_in("Ada"), server.sign_in("Slow"));
    slow.join("");
    let text = "x".repeat(4_000);
    // Readers that lag are spared the news of joins: that shows that something waits.
    while shown("chinwag_frames_dropped_total 0") && shown("chinwag_connections 2") {
        for _ in 0..10 {
            ada.say("", &text);
            ada.until("channelMessage");
        }
        ada.join("");
    }
    while !shown("chinwag_connections 1") {
        ada.so_far();
    }
    assert!(shown("chinwag_slow_readers_closed_total 0"), "it did not come to too much");
}
