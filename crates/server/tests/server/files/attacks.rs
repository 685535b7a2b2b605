//! Attacks on files: broken pictures, bombs, races, and hundreds of slow uploads.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;

use serde_json::json;

use crate::files::ask::{
    PNG, ask, bearer, bytes_in, create, on_both_stores, put, read, send, status, text, upload,
};
use crate::support::TestServer;

#[test]
fn a_picture_is_what_it_is_to_its_end() {
    on_both_stores(|server, _| {
        let mut ada = server.sign_in("Ada");
        let script = b"<script>alert(1)</script>";
        // Where nobody looks for what a file is.
        let mut behind = [PNG, &vec![0; 100_000]].concat();
        behind.extend(script);
        let file = upload(server, &mut ada, "", "a.png", &behind);
        send(&mut ada, "", &[&file]);
        // Only the picture is left.
        assert_eq!(read(server, &ada, &file, "").1, PNG);
        let polyglot = [b"GIF89a/*", &script[..], b"*/=1"].concat();
        for (name, bytes) in [("a.gif", &polyglot[..]), ("b.png", &PNG[..40])] {
            let file = upload(server, &mut ada, "", name, bytes);
            let sent = send(&mut ada, "", &[&file]);
            assert_eq!(sent["Files"][0]["Type"], "application/octet-stream", "{name}");
            let (head, read) = read(server, &ada, &file, "");
            assert!(head.contains("content-disposition: attachment"), "{head}");
            assert_eq!(read, bytes);
        }
    });
}

#[test]
fn a_bomb_by_its_header_leaves_nothing() {
    on_both_stores(|server, folder| {
        let mut ada = server.sign_in("Ada");
        let mut bomb = PNG.to_vec();
        // Width and height: 20,000 each.
        bomb[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20]);
        let up = create(&mut ada, "", "a.png", bomb.len());
        let (head, body) = put(server, &up, 0, &bomb);
        assert!(head.starts_with("HTTP/1.1 400"), "{head}");
        assert!(String::from_utf8(body).unwrap().contains("100 megapixels"));
        let message = json!({"recipientUUID": "", "message": "", "files": [text(&up, "UUID")]});
        assert_eq!(ada.refused("channelMessage", message), 15);
        let until_gone = || bytes_in(folder) == 0;
        while !until_gone() {
            thread::yield_now();
        }
    });
}

#[test]
fn two_messages_race_for_a_file() {
    on_both_stores(|server, _| {
        let (mut here, mut there) = (server.sign_in("Ada"), server.sign_in("Ada"));
        for _ in 0..10 {
            let file = upload(server, &mut here, "", "plan.txt", b"a plan");
            let send = json!({"recipientUUID": "", "message": "", "files": [file]});
            let request = json!({"type": "channelMessage", "id": "race", "channelMessage": send});
            here.send(&request);
            there.send(&request);
            let answers = [here.until_answer("race"), there.until_answer("race")];
            let refused = answers.iter().filter(|answer| answer["error"]["code"] == 15).count();
            assert_eq!(refused, 1, "{answers:?}");
        }
    });
}

#[test]
fn hundreds_of_slow_uploads_leave_room_for_others() {
    let server =
        TestServer::with(&[("MAX_CONNECTIONS_PER_ADDRESS", "0"), ("CONNECTION_RATE", "0")]);
    let (mut eve, mut ada) = (server.sign_in("Eve"), server.sign_in("Ada"));
    let up = create(&mut eve, "", "slow.bin", 1_000_000);
    let begin = |_| {
        let mut socket = TcpStream::connect(server.address()).unwrap();
        let head = format!(
            "PUT {}?offset=0 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 700000\r\n{}\r\nsome",
            text(&up, "url"),
            bearer(text(&up, "token"))
        );
        socket.write_all(head.as_bytes()).unwrap();
        socket
    };
    let slow: Vec<_> = (0..500).map(begin).collect();
    // Eve has as many places as she may; the rest is refused at once.
    let mut answer = [0; 12];
    let mut last = slow.last().unwrap();
    last.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 503");
    let plan = upload(&server, &mut ada, "", "plan.txt", b"a plan");
    send(&mut ada, "", &[&plan]);
    assert_eq!(read(&server, &ada, &plan, "").1, b"a plan");
    drop(slow);
    assert_eq!(status(&ask(&server, "GET /healthz", "", b"")), "200");
}
