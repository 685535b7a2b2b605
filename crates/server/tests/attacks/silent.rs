//! Peers that are gone without a word.

use std::io::Read;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::TestServer;
use crate::support::raw_socket::RawSocket;
use crate::talk::Talk;

/// None answers a ping. How long they live is measured here, which takes a minute;
/// `tests/silence.rs` sees the same by a clock that runs faster.
pub fn dead_peers(server: &TestServer, talk: &mut Talk) {
    let began = Instant::now();
    let mut socket = RawSocket::upgraded(server.address()).unwrap();
    socket.0.set_read_timeout(None).unwrap();
    let dead = thread::spawn(move || socket.0.read_to_end(&mut Vec::new()));
    while !dead.is_finished() {
        talk.goes_on();
        // The talk has its pace; nothing waits for it.
        thread::sleep(Duration::from_millis(100));
    }
    println!("a peer that answers no ping: given up after {:.0} s", began.elapsed().as_secs_f64());
}
