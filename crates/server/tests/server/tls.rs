//! TLS that is built in: the page and the chat by it, a new certificate without anybody's notice,
//! and what is rude.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use serde_json::json;

use crate::support::TestServer;
use crate::support::raw_socket::RawSocket;
use crate::support::test_certificate::TestCertificate;

fn server(certificate: &TestCertificate, more: &[(&str, &str)]) -> TestServer {
    let variables = certificate.variables();
    let variables = variables.iter().map(|(name, value)| (*name, &value[..]));
    TestServer::with(&variables.chain(more.iter().copied()).collect::<Vec<_>>())
}

fn get(certificate: &TestCertificate, server: &TestServer, path: &str) -> String {
    let mut stream = certificate.connect(server.address());
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    String::from_utf8_lossy(&response).into_owned()
}

#[test]
fn the_page_comes_by_tls_and_only_by_tls_from_then_on() {
    let certificate = TestCertificate::new();
    let server = server(&certificate, &[]);
    for path in ["/", "/healthz", "/nowhere.js"] {
        let response = get(&certificate, &server, path);
        assert!(response.contains("strict-transport-security: max-age=31536000"), "{response}");
    }
    let plain = TestServer::embedded().get("/healthz");
    assert!(!plain.contains("strict-transport-security"), "{plain}");
}

#[test]
fn the_health_check_of_the_same_settings_comes_by_tls() {
    let certificate = TestCertificate::new();
    let server = server(&certificate, &[]);
    let mut health = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    health.arg("health").env("SERVER_ADDRESS", server.address()).envs(certificate.variables());
    let health = health.output().unwrap();
    assert!(health.status.success(), "{health:?}");
}

#[test]
fn people_talk_by_tls() {
    let certificate = TestCertificate::new();
    let server = server(&certificate, &[("MESSAGE_RATE", "0")]);
    let mut ada = certificate.sign_in(&server, "Ada");
    let mut bob = certificate.sign_in(&server, "Bob");
    ada.join("");
    bob.join("");
    // Texts of all sizes around those of records and buffers, and many at once.
    let texts: Vec<_> = [1, 100, 4_000].iter().cycle().take(300).map(|&n| "x".repeat(n)).collect();
    for text in &texts {
        ada.say("", text);
    }
    for text in &texts {
        assert_eq!(bob.until("channelMessage")["channelMessage"]["Message"], text.as_str());
    }
    let page = json!({"recipientUUID": "", "limit": 100});
    bob.send(&json!({"type": "channelMessages", "channelMessages": page}));
    assert_eq!(bob.until("channelMessages")["channelMessages"]["received"], 100);
    drop(ada);
    assert_eq!(bob.until_sys("signOut")["sys"]["signOut"]["username"], "Ada");
}

#[test]
fn a_new_certificate_drops_nobody() {
    let mut certificate = TestCertificate::new();
    let server = server(&certificate, &[]);
    let mut ada = certificate.sign_in(&server, "Ada");
    certificate.change();
    server.hang_up();
    server.until_logged("new clients get the new certificate");
    let mut bob = certificate.sign_in(&server, "Bob");
    ada.join("");
    bob.say("", "by the new one");
    ada.until("channelMessage");
    fs::write(certificate.key(), "no key at all").unwrap();
    server.hang_up();
    server.until_logged("the old certificate stays");
    certificate.sign_in(&server, "Eve").say("", "still by the new one");
    ada.until("channelMessage");
}

#[test]
fn files_that_change_are_read_again_by_themselves() {
    let mut certificate = TestCertificate::new();
    let server = server(&certificate, &[]);
    certificate.change();
    server.until_logged("new clients get the new certificate");
    certificate.sign_in(&server, "Ada");
}

#[test]
fn whoever_does_not_shake_hands_is_closed_and_others_notice_nothing() {
    let certificate = TestCertificate::new();
    let server = server(&certificate, &[]);
    let mut ada = certificate.sign_in(&server, "Ada");
    // A record that announces a handshake of 512 bytes, and its beginning.
    let half_a_hello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 7, 7, 7];
    let beginnings: [&[u8]; 3] = [b"", &half_a_hello[..3], &half_a_hello];
    let sockets = beginnings.map(|beginning| {
        let mut socket = RawSocket::connect(server.address());
        socket.say(beginning).unwrap();
        socket
    });
    // Each is read to its end, which would not come if the server waited on.
    for mut socket in sockets {
        socket.0.read_to_end(&mut Vec::new()).unwrap();
    }
    let mut plain = TcpStream::connect(server.address()).unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    plain.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("only TLS"), "{answer}");
    assert!(ada.so_far().is_empty());
}

#[test]
fn who_shakes_hands_takes_a_place() {
    let certificate = TestCertificate::new();
    let server = server(&certificate, &[("MAX_CONNECTIONS", "3")]);
    let mut ada = certificate.sign_in(&server, "Ada");
    let shaking = [(); 2].map(|()| RawSocket::connect(server.address()));
    let mut refused = RawSocket::connect(server.address());
    assert!(refused.0.read_to_end(&mut Vec::new()).is_ok_and(|read| read == 0));
    assert!(ada.so_far().is_empty());
    drop(shaking);
}
