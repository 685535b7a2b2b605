//! Sockets that a proxy keeps, for requests of all kinds and from many clients.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;

use crate::files::ask::{bearer, create, on_both_stores, put, send, status, text, upload};
use crate::support::TestServer;
use crate::support::raw_socket::RawSocket;

#[test]
fn a_socket_is_for_files_or_for_the_chat() {
    on_both_stores(|server, _| {
        let mut ada = server.sign_in("Ada");
        let file = upload(server, &mut ada, "", "plan.txt", b"a plan");
        send(&mut ada, "", &[&file]);
        let get = |path: &str| {
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{}\r\n", bearer(&ada.access_key))
        };
        let on_one = |requests: &[String]| {
            let mut socket = TcpStream::connect(server.address()).unwrap();
            socket.write_all(requests.concat().as_bytes()).unwrap();
            let mut answer = String::new();
            socket.read_to_string(&mut answer).unwrap();
            answer
        };
        let file = get(&format!("/files/{file}"));
        // A proxy may send both on one socket: the second kind of answer ends it.
        let answer = on_one(&[get("/healthz"), file.clone(), get("/healthz")]);
        assert_eq!(
            (answer.matches("200 OK").count(), answer.contains("a plan")),
            (2, true),
            "{answer}"
        );
        let answer = on_one(&[file.clone(), file.clone(), get("/healthz"), file.clone()]);
        assert_eq!(answer.matches("200 OK").count(), 3, "{answer}");
        // Only a core takes a WebSocket: the socket moves there.
        let mut kept = RawSocket::connect(server.address());
        for _ in 0..2 {
            kept.say(file.as_bytes()).unwrap();
            let mut answer = Vec::new();
            while !answer.ends_with(b"a plan") {
                let mut byte = [0];
                kept.0.read_exact(&mut byte).unwrap();
                answer.push(byte[0]);
            }
        }
        let mut upgraded = kept.upgrade("127.0.0.1").unwrap();
        let (_, ready) = upgraded.read_frame().unwrap();
        assert!(ready.starts_with(b"{\"type\":\"ready\""), "{ready:?}");
        let sign_in = json!({"type": "signIn", "signIn": {"accessKey": ada.access_key}});
        upgraded.say(&RawSocket::frame(0x81, sign_in.to_string().as_bytes())).unwrap();
        let (_, authorized) = upgraded.read_frame().unwrap();
        assert!(authorized.starts_with(b"{\"type\":\"authorized\""), "{authorized:?}");
        let answer = on_one(&[file.clone(), get("/ws")]);
        assert!(answer.contains("HTTP/1.1 426 "), "{answer}");
    });
}

#[test]
fn a_slow_download_is_not_cut_on_a_socket_that_served_the_page() {
    // Two minutes last 4 s.
    let server = TestServer::in_a_hurry(30);
    let mut ada = server.sign_in("Ada");
    let bytes = vec![7; 24_000_000];
    let up = create(&mut ada, "", "long.bin", bytes.len());
    let piece = usize::try_from(up["piece"].as_u64().unwrap()).unwrap();
    for (number, part) in bytes.chunks(piece).enumerate() {
        assert_eq!(status(&put(&server, &up, number * piece, part)), "204");
    }
    let file = text(&up, "UUID");
    send(&mut ada, "", &[file]);
    let mut socket = TcpStream::connect(server.address()).unwrap();
    let get =
        |path: &str, headers: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\n{headers}\r\n");
    let requests = get("/healthz", "") + &get(&format!("/files/{file}"), &bearer(&ada.access_key));
    socket.write_all(requests.as_bytes()).unwrap();
    let mut some = vec![0; 250_000];
    for _ in 0..50 {
        socket.read_exact(&mut some).unwrap();
        // It is a slow reader.
        sleep(Duration::from_millis(150));
    }
    let mut rest = Vec::new();
    socket.read_to_end(&mut rest).unwrap();
    assert!(50 * some.len() + rest.len() > bytes.len(), "{}", rest.len());
}
