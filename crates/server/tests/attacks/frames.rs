//! Frames that are no requests, or announce more than there is.

use std::time::{Duration, Instant};

use crate::Size;
use crate::support::TestServer;
use crate::support::raw_socket::RawSocket;
use crate::talk::Talk;

/// How many malformed frames are sent together.
const TOGETHER: usize = 500;

/// Each is answered with its error.
pub fn malformed(server: &TestServer, size: &Size, talk: &mut Talk) {
    let texts: [&[u8]; 5] =
        [b"", b"{", b"\"}{\"", br#"{"type":"\ud800"}"#, br#"{"type":"signIn","signIn":[[[]]]}"#];
    let frames = (0..TOGETHER).map(|number| RawSocket::frame(0x81, texts[number % texts.len()]));
    let frames = frames.collect::<Vec<_>>().concat();
    let mut socket = RawSocket::upgraded(server.address()).unwrap();
    socket.read_frame().unwrap();
    let (began, mut due) = (Instant::now(), Duration::ZERO);
    for _ in 0..size.malformed / TOGETHER {
        // The attack has its pace; nothing waits for it.
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        due += Duration::from_micros(1_000_000 * TOGETHER as u64)
            .checked_div(u32::try_from(size.rate).unwrap())
            .unwrap_or_default();
        socket.say(&frames).unwrap();
        for _ in 0..TOGETHER {
            let (_, answer) = socket.read_frame().unwrap();
            assert!(answer.starts_with(br#"{"type":"error","error":{"code":1,"#));
        }
        talk.goes_on();
    }
    let took = began.elapsed().as_secs_f64();
    println!(
        "{} malformed frames, each answered, in {took:.0} s ({:.0} a second): others' p99 {:.1?}",
        size.malformed,
        f64::from(u32::try_from(size.malformed).unwrap()) / took,
        talk.p99()
    );
}

/// No memory is taken for what is only announced.
pub fn of_huge_lengths(server: &TestServer, size: &Size, talk: &mut Talk) {
    server.forget_memory_height();
    for _ in 0..size.rounds {
        for (length, code) in
            [(1u64 << 63, 1002), (u64::MAX, 1002), ((1 << 63) - 1, 1009), (1 << 32, 1009)]
        {
            let mut socket = RawSocket::upgraded(server.address()).unwrap();
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
