//! Connections are bounded in number, and nobody keeps one without signing in.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::support::TestServer;

/// What an attempt to connect gets back first.
fn answer(server: &TestServer) -> String {
    let mut socket = TcpStream::connect(server.address()).unwrap();
    socket.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    // A refused socket may be reset after its answer.
    let _ = socket.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

fn refuses_the_third(variable: &str) {
    let server = TestServer::with(&[("MAX_CONNECTIONS_PER_ADDRESS", "0"), (variable, "2")]);
    let first = server.sign_in("Ada");
    let mut second = server.sign_in("Bob");
    let refusal = answer(&server);
    assert!(refusal.is_empty() || refusal.starts_with("HTTP/1.1 503"), "{refusal}");
    assert!(second.so_far().is_empty(), "those inside notice nothing");
    drop(first);
    while !answer(&server).starts_with("HTTP/1.1 200") {}
}

#[test]
fn in_all() {
    refuses_the_third("MAX_CONNECTIONS");
}

#[test]
fn from_one_address() {
    refuses_the_third("MAX_CONNECTIONS_PER_ADDRESS");
}

#[test]
fn the_limit_of_open_files_is_never_reached() {
    let variables = [("CONNECTION_RATE", "0"), ("MAX_CONNECTIONS_PER_ADDRESS", "0")];
    let server = TestServer::with_open_files(300, &variables);
    let mut ada = server.sign_in("Ada");
    ada.join("");
    // 256 files are the server's own, so that there is room for 44 sockets.
    let mut sockets: Vec<_> =
        (0..400).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
    for socket in &mut sockets[43..] {
        let mut status = [0; 12];
        // One that is refused may be reset before its answer is read.
        if socket.read_exact(&mut status).is_ok() {
            assert_eq!(&status, b"HTTP/1.1 503");
        }
    }
    ada.say("", "still here");
    ada.until("channelMessage");
    assert!(!server.log().contains("failed to accept"), "{}", server.log());
    drop(sockets);
    while !answer(&server).starts_with("HTTP/1.1 200") {}
    server.sign_in("Bob");
}

#[test]
fn whoever_does_not_sign_in_is_closed() {
    // Ada has to sign in within it, on a busy machine, too.
    let server = TestServer::with(&[("SIGN_IN_DEADLINE", "5")]);
    let mut ada = server.sign_in("Ada");
    assert_eq!(server.connect().closed(), 1008);
    assert!(ada.so_far().is_empty(), "a session lives on");
}

#[test]
fn of_too_many_that_wait_the_oldest_goes() {
    let server =
        TestServer::with(&[("MAX_CONNECTIONS", "64"), ("MAX_CONNECTIONS_PER_ADDRESS", "0")]);
    let mut ada = server.sign_in("Ada");
    let mut oldest = server.connect();
    // A quarter of all places is for them, and each core has its part.
    let others: Vec<_> = (0..17).map(|_| server.connect()).collect();
    assert_eq!(oldest.closed(), 1008);
    assert!(ada.so_far().is_empty());
    drop(others);
}

#[test]
fn whoever_is_slow_to_say_what_they_want_is_closed() {
    let server = TestServer::embedded();
    let mut ada = server.sign_in("Ada");
    let beginnings: [&[u8]; 4] = [
        b"",
        b"G",
        b"GET /ws HTTP/1.1\r\nhost: x\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n",
    ];
    let sockets = beginnings.map(|beginning| {
        let mut socket = TcpStream::connect(server.address()).unwrap();
        socket.write_all(beginning).unwrap();
        socket
    });
    // Each is read to its end, which would not come if the server waited on.
    for mut socket in sockets {
        socket.read_to_end(&mut Vec::new()).unwrap();
    }
    assert!(ada.so_far().is_empty());
}

#[test]
fn a_header_without_end_is_refused() {
    let server = TestServer::embedded();
    for (line, times) in
        [("x: y\r\n".to_owned(), 100), (format!("x: {}\r\n", "y".repeat(10_000)), 2)]
    {
        let mut socket = TcpStream::connect(server.address()).unwrap();
        let header = format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{}\r\n", line.repeat(times));
        socket.write_all(header.as_bytes()).unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
}
