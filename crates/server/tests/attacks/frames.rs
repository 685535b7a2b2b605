//! Frames that are no requests, or announce more than there is.

use std::time::Instant;

use crate::Size;
use crate::support::TestServer;
use crate::support::raw_socket::RawSocket;
use crate::talk::Talk;

/// As many as one connection is answered before somebody signs in.
const TOGETHER: usize = 256;

/// Each is answered with its error; then the connection is closed.
pub fn malformed(server: &TestServer, size: &Size, talk: &mut Talk) {
    let texts: [&[u8]; 5] =
        [b"", b"{", b"\"}{\"", br#"{"type":"\ud800"}"#, br#"{"type":"signIn","signIn":[[[]]]}"#];
    let frames = (0..TOGETHER).map(|number| RawSocket::frame(0x81, texts[number % texts.len()]));
    let frames = frames.collect::<Vec<_>>().concat();
    let began = Instant::now();
    let rounds = size.malformed / TOGETHER;
    for round in 0..rounds {
        let [_, _, high, low] = u32::try_from(round).unwrap().to_be_bytes();
        let from = format!("198.18.{high}.{low}");
        let mut socket = RawSocket::upgraded_from(server.address(), &from).unwrap();
        socket.read_frame().unwrap();
        socket.say(&frames).unwrap();
        for _ in 0..TOGETHER {
            let (_, answer) = socket.read_frame().unwrap();
            assert!(answer.starts_with(br#"{"type":"error","error":{"code":1,"#));
        }
        talk.goes_on();
    }
    println!(
        "{} malformed frames, {TOGETHER} a connection, each answered, in {:.0} s: others' p99 {:.1?}",
        rounds * TOGETHER,
        began.elapsed().as_secs_f64(),
        talk.p99()
    );
}

/// No memory is taken for what is only announced.
pub fn of_huge_lengths(server: &TestServer, size: &Size, talk: &mut Talk) {
    server.forget_memory_height();
    for round in 0..size.rounds {
        for (length, code) in
            [(1u64 << 63, 1002), (u64::MAX, 1002), ((1 << 63) - 1, 1009), (1 << 32, 1009)]
        {
            let from = format!("198.18.0.{round}");
            let mut socket = RawSocket::upgraded_from(server.address(), &from).unwrap();
            let mut frame = vec![0x81, 0xff];
            frame.extend(length.to_be_bytes());
            frame.extend([0; 4]);
            socket.say(&frame).unwrap();
            assert_eq!(socket.closed(), Some(code), "{length}");
        }
        talk.goes_on();
    }
    println!(
        "{} frames of 4 GiB to 2^64 bytes: {} MiB at the height, others' p99 {:.1?}",
        size.rounds * 4,
        server.memory_at_its_height() >> 20,
        talk.p99()
    );
}

/// One message in more fragments than anybody needs.
pub fn in_empty_fragments(server: &TestServer, size: &Size, talk: &mut Talk) {
    let mut socket = RawSocket::upgraded(server.address()).unwrap();
    socket.say(&RawSocket::frame(0x01, b"")).unwrap();
    let thousand = RawSocket::frame(0x00, b"").repeat(1_000);
    for _ in 0..size.fragments / 1_000 {
        if socket.say(&thousand).is_err() {
            // The server has closed, which its answer below tells more of.
            break;
        }
    }
    // Where it is still sending, the close frame may be lost in a reset.
    assert!(matches!(socket.closed(), Some(1009) | None));
    let mut exactly = RawSocket::upgraded(server.address()).unwrap();
    exactly.say(&RawSocket::frame(0x01, b"")).unwrap();
    exactly.say(&RawSocket::frame(0x00, b"").repeat(1_024)).unwrap();
    assert_eq!(exactly.closed(), Some(1009));
    talk.goes_on();
    println!("up to {} fragments for one message: closed at the 1,025th", size.fragments);
}
