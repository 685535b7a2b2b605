//! Who says nothing any more is given up; who answers pings lives on. By a clock that runs faster.

use std::io::Read;

use serde_json::json;

use crate::support::TestServer;
use crate::support::raw_socket::RawSocket;

#[test]
fn a_peer_that_answers_no_ping_is_given_up() {
    // Ada has 3 s to answer a ping.
    let server = TestServer::in_a_hurry(5);
    let mut ada = server.sign_in("Ada");
    let mut dead = RawSocket::upgraded(server.address()).unwrap();
    let listens = std::thread::spawn(move || dead.0.read_to_end(&mut Vec::new()).unwrap());
    // Ada answers each ping and says nothing besides, for longer than the dead one lives.
    let came = ada.pings_until(|| listens.is_finished());
    assert!(came > 0, "the quiet are asked");
    assert!(listens.join().unwrap() > 0, "the dead one was told \"ready\", and pinged");
    ada.send(&json!({"type": "users"}));
    assert_eq!(ada.until("users")["users"]["total"], 1);
}
