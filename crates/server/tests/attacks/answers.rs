//! Large answers, asked for and never read.

use serde_json::{Value, json};

use crate::Size;
use crate::support::TestServer;
use crate::support::raw_socket::RawSocket;
use crate::talk::Talk;

/// What the server may hold for one reader, an answer on its way and one behind it, and what the
/// allocator keeps of those that are being made.
const MOST_HELD: u64 = 640 * 1024;
const SLACK: u64 = 8 * 1024 * 1024;

/// Control characters take six bytes each as JSON.
const DEAREST: &str = "\u{1}";

/// A page of these is as large as an answer gets.
const NOTES: usize = 11;

/// More pages than the kernel's buffers take, within what a user may ask at once.
const PAGES: usize = 20;

pub fn that_nobody_reads(server: &TestServer, size: &Size, talk: &mut Talk) {
    let text = |request: &Value| RawSocket::frame(0x81, request.to_string().as_bytes());
    let requests: Vec<_> = (0..size.readers)
        .map(|number| {
            let mut hoarder = server.connect_from(&format!("198.19.2.{number}"));
            hoarder.sign_in(&format!("Hoarder {number}"));
            for _ in 0..NOTES {
                hoarder.say(&hoarder.user.clone(), &format!("x{}", DEAREST.repeat(3_999)));
                assert_eq!(hoarder.answer()["type"], "channelMessage");
            }
            let sign_in = json!({"type": "signIn", "signIn": {"accessKey": hoarder.access_key}});
            let page = json!({"recipientUUID": hoarder.user, "limit": 100});
            let ask = json!({"type": "channelMessages", "channelMessages": page});
            [text(&sign_in), text(&ask).repeat(PAGES)].concat()
        })
        .collect();
    talk.goes_on();
    server.forget_memory_height();
    let before = server.memory();
    let readers: Vec<_> = requests
        .iter()
        .enumerate()
        .map(|(number, requests)| {
            let from = format!("198.19.1.{number}");
            let mut reader = RawSocket::upgraded_from(server.address(), &from).unwrap();
            reader.say(requests).unwrap();
            reader
        })
        .collect();
    for _ in 0..20 {
        talk.goes_on();
    }
    let held = server.memory_at_its_height().saturating_sub(before);
    println!(
        "{} readers that ask for {PAGES} pages of 256 KiB and read nothing: {} KiB held for each",
        size.readers,
        (held >> 10) / size.readers as u64
    );
    assert!(held < MOST_HELD * size.readers as u64 + SLACK, "{held} bytes in all");
    drop(readers);
}
