//! Transfers under way end with the rights of those who make them, on every node.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::files::ask::{bearer, create, put, read, send, status, text};
use crate::files::messages::become_admin;
use crate::support::{TestClient, TestRedis, TestServer};

/// Begins a piece of which only the first bytes come.
fn begin_piece(server: &TestServer, upload: &Value, offset: usize) -> TcpStream {
    let mut socket = TcpStream::connect(server.address()).unwrap();
    let head = format!(
        "PUT {}?offset={offset} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 700000\r\n{}\r\nsome",
        text(upload, "url"),
        bearer(text(upload, "token"))
    );
    socket.write_all(head.as_bytes()).unwrap();
    socket
}

/// The status of an answer that comes while the piece is still on its way.
fn answer_in_mid_stream(mut socket: &TcpStream) -> String {
    let mut head = [0; 12];
    socket.read_exact(&mut head).unwrap();
    String::from_utf8_lossy(&head[9..]).into_owned()
}

/// A piece on its way and one that comes later are refused once Bob may not go on, at another node than that where
/// that was said.
fn ends_uploads(variables: &[(&str, &str)], end: impl Fn(&mut TestClient, &mut TestClient, &str)) {
    let here = TestServer::with(variables);
    let has_two_nodes = variables.iter().any(|(name, url)| *name == "REDIS_URL" && !url.is_empty());
    let other = has_two_nodes.then(|| TestServer::with(variables));
    let there = other.as_ref().unwrap_or(&here);
    let (mut ada, mut bob) = (here.sign_in("Ada"), there.sign_in("Bob"));
    let channel = json!({"name": "plans", "users": [bob.user]});
    let channel = ada.ask("channelCreate", channel)["UUID"].as_str().unwrap().to_owned();
    become_admin(&here.data_dir(), variables, &mut ada);
    let (slow, later) = (
        create(&mut bob, &channel, "slow.bin", 1_000_000),
        create(&mut bob, &channel, "later.bin", 9),
    );
    assert_eq!(status(&put(there, &later, 0, b"half")), "204");
    let piece = begin_piece(there, &slow, 0);
    end(&mut ada, &mut bob, &channel);
    assert_eq!(status(&put(there, &later, 4, b" rest")), "404");
    assert_eq!(answer_in_mid_stream(&piece), "404");
}

fn in_every_store(test: impl Fn(&[(&str, &str)])) {
    for redis in [None, Some(TestRedis::start())] {
        let url = redis.as_ref().map(TestRedis::url).unwrap_or_default();
        let folder = TempDir::new().unwrap();
        test(&[("FILES", folder.path().to_str().unwrap()), ("REDIS_URL", &url)]);
    }
}

#[test]
fn a_deactivated_users_uploads_end_in_mid_stream() {
    in_every_store(|variables| {
        ends_uploads(variables, |ada, bob, _| {
            ada.ask("userEdit", json!({"userUUID": bob.user, "deactivated": true}));
        });
    });
}

#[test]
fn a_removed_members_uploads_end_in_mid_stream() {
    in_every_store(|variables| {
        ends_uploads(variables, |ada, bob, channel| {
            ada.ask("memberRemove", json!({"recipientUUID": channel, "userUUID": bob.user}));
        });
    });
}

#[test]
fn uploads_end_in_mid_stream_with_their_access_key() {
    in_every_store(|variables| {
        ends_uploads(variables, |_, bob, _| drop(bob.ask("signOut", Value::Null)));
    });
}

#[test]
fn a_download_ends_in_mid_stream_with_the_right_to_read() {
    in_every_store(|variables| {
        let server = &TestServer::with(variables);
        let (mut ada, bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
        // More than the sockets on both sides hold.
        let bytes = vec![7; 24_000_000];
        let up = create(&mut ada, "", "long.bin", bytes.len());
        let piece = usize::try_from(up["piece"].as_u64().unwrap()).unwrap();
        for (number, part) in bytes.chunks(piece).enumerate() {
            assert_eq!(status(&put(server, &up, number * piece, part)), "204");
        }
        let file = text(&up, "UUID").to_owned();
        let seq = send(&mut ada, "", &[&file])["Seq"].clone();
        assert_eq!(read(server, &bob, &file, "").1.len(), bytes.len());
        let mut reading = TcpStream::connect(server.address()).unwrap();
        let head = format!(
            "GET /files/{file} HTTP/1.1\r\nhost: localhost\r\n{}\r\n",
            bearer(&bob.access_key)
        );
        reading.write_all(head.as_bytes()).unwrap();
        assert_eq!(answer_in_mid_stream(&reading), "200");
        ada.ask("messageDelete", json!({"recipientUUID": "", "seq": seq}));
        // The server looks twice a second, so that all would be read before that by more than a byte at a time.
        let (mut length, mut one) = (0, [0; 1]);
        // It may end with an error as well.
        while let Ok(read @ 1..) = reading.read(&mut one) {
            length += read;
        }
        assert!(length < bytes.len(), "{length}");
    });
}

#[test]
fn an_upload_goes_on_with_a_new_access_key() {
    in_every_store(|variables| {
        let server = &TestServer::with(variables);
        let mut ada = server.sign_in("Ada");
        let new = json!({"recipientUUID": "", "name": "plan.txt", "size": 9, "clientUUID": "f-1"});
        let before = ada.ask("fileCreate", new.clone());
        assert_eq!(status(&put(server, &before, 0, b"half")), "204");
        let change = json!({"password": "secret", "newPassword": "another secret"});
        let key = ada.ask("changePassword", change)["accessKey"].as_str().unwrap().to_owned();
        ada.access_key = key;
        assert_eq!(status(&put(server, &before, 4, b" rest")), "404");
        let again = ada.ask("fileCreate", new);
        assert_eq!((&again["UUID"], &again["received"]), (&before["UUID"], &json!(4)));
        assert_eq!(status(&put(server, &again, 4, b" rest")), "204");
        let file = text(&again, "UUID");
        send(&mut ada, "", &[file]);
        assert_eq!(read(server, &ada, file, "").1, b"half rest");
    });
}
