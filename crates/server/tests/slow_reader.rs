//! Who does not read loses the connection, with the code to come back; nobody else notices.

mod support;

use serde_json::json;
use support::TestServer;

#[test]
fn a_reader_that_does_not_read_is_closed_and_can_catch_up() {
    let server = TestServer::with(&[("MESSAGE_RATE", "0")]);
    let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
    let mut slow = server.sign_in("Slow");
    bob.join("");
    slow.join("");
    let text = "x".repeat(4_000);
    let mut sent = 0;
    while !server.get("/metrics").lines().any(|line| line == "chinwag_slow_closes_total 1") {
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
