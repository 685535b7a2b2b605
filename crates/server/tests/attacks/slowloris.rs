//! Sockets that begin something and never end it.

use std::io::Read;
use std::time::Instant;

use crate::Size;
use crate::support::TestServer;
use crate::support::raw_socket::RawSocket;
use crate::talk::Talk;

/// How a socket begins, and what becomes of it.
struct Kind {
    name: &'static str,
    upgraded: bool,
    beginning: Vec<u8>,
    /// Whether the server closes it within seconds; else it may wait, within bounds.
    closes: bool,
}

fn kinds() -> [Kind; 6] {
    let kind = |name, upgraded, beginning: &[u8], closes| Kind {
        name,
        upgraded,
        beginning: beginning.to_vec(),
        closes,
    };
    let half_a_frame = &RawSocket::frame(0x81, &[b' '; 100])[..50];
    let page = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n".repeat(64);
    [
        kind("that say nothing", false, b"", true),
        kind("with half a first line", false, b"GET / HT", true),
        kind("with half a header", false, b"GET / HTTP/1.1\r\nhost: x\r\nx: ", true),
        kind("that ask and never read", false, &page, false),
        kind("on which nobody signs in", true, b"", false),
        kind("with half a frame", true, half_a_frame, false),
    ]
}

/// All sockets of a kind are open at once.
pub fn of_each_kind(server: &TestServer, size: &Size, talk: &mut Talk) {
    for kind in kinds() {
        server.forget_memory_height();
        let mut held = Vec::with_capacity(size.slow);
        for number in 0..size.slow {
            let mut socket = if kind.upgraded {
                let [_, _, high, low] = u32::try_from(number).unwrap().to_be_bytes();
                RawSocket::upgraded_from(server.address(), &format!("198.18.{high}.{low}"))
                    .expect("there is room for all")
            } else {
                RawSocket::connect(server.address())
            };
            // It may have been closed to make room.
            let _ = socket.say(&kind.beginning);
            held.push(socket);
            if number % 50 == 0 {
                talk.goes_on();
            }
        }
        talk.goes_on();
        let (height, p99) = (server.memory_at_its_height() >> 20, talk.p99());
        let closed = if kind.closes && size.patient { closed(held) } else { String::new() };
        println!(
            "{} sockets {}: {height} MiB at the height, others' p99 {p99:.1?}{closed}",
            size.slow, kind.name
        );
    }
}

/// Waits until the server has closed all, which it would not if it waited on.
fn closed(held: Vec<RawSocket>) -> String {
    let began = Instant::now();
    for mut socket in held {
        // Whether it ends by a close or a reset is no matter.
        let _ = socket.0.read_to_end(&mut Vec::new());
    }
    format!(", the last closed {:.1} s later", began.elapsed().as_secs_f64())
}
