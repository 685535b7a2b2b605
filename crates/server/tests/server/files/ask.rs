//! What the tests of files ask, and what they find in their home.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{TestClient, TestRedis, TestServer};

pub const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
    \0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82";

/// A request, and its answer: the head, and the body.
pub fn ask(server: &TestServer, line: &str, headers: &str, body: &[u8]) -> (String, Vec<u8>) {
    let mut socket = TcpStream::connect(server.address()).unwrap();
    let length = body.len();
    let head = format!(
        "{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n"
    );
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(body).unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    (String::from_utf8(answer[..end].to_vec()).unwrap(), answer[end + 4..].to_vec())
}

pub fn status(answer: &(String, Vec<u8>)) -> &str {
    &answer.0["HTTP/1.1 ".len()..][..3]
}

pub fn bearer(secret: &str) -> String {
    format!("authorization: Bearer {secret}\r\n")
}

pub fn create(client: &mut TestClient, recipient: &str, name: &str, size: usize) -> Value {
    let payload = json!({"recipientUUID": recipient, "name": name, "size": size});
    client.ask("fileCreate", payload)
}

pub fn text<'a>(upload: &'a Value, property: &str) -> &'a str {
    upload[property].as_str().unwrap()
}

pub fn put(server: &TestServer, upload: &Value, offset: usize, bytes: &[u8]) -> (String, Vec<u8>) {
    let line = format!("PUT {}?offset={offset}", text(upload, "url"));
    ask(server, &line, &bearer(text(upload, "token")), bytes)
}

/// Uploads a file, and returns its UUID.
pub fn upload(
    server: &TestServer,
    client: &mut TestClient,
    to: &str,
    name: &str,
    bytes: &[u8],
) -> String {
    let upload = create(client, to, name, bytes.len());
    assert_eq!(status(&put(server, &upload, 0, bytes)), "204");
    text(&upload, "UUID").to_owned()
}

pub fn send(client: &mut TestClient, to: &str, files: &[&str]) -> Value {
    let payload = json!({"recipientUUID": to, "message": "", "files": files});
    client.ask("channelMessage", payload)
}

pub fn read(
    server: &TestServer,
    client: &TestClient,
    file: &str,
    headers: &str,
) -> (String, Vec<u8>) {
    let headers = format!("{}{headers}", bearer(&client.access_key));
    ask(server, &format!("GET /files/{file}"), &headers, b"")
}

pub fn on_both_stores(test: impl Fn(&TestServer, &Path)) {
    let (redis, folder) = (TestRedis::start(), TempDir::new().unwrap());
    let home = folder.path().to_str().unwrap();
    test(&TestServer::with(&[("REDIS_URL", &redis.url()), ("FILES", home)]), folder.path());
    let folder = TempDir::new().unwrap();
    test(&TestServer::with(&[("FILES", folder.path().to_str().unwrap())]), folder.path());
}

pub fn bytes_in(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(found) if found.is_dir() => bytes_in(&entry.path()),
        Ok(found) => found.len(),
        Err(_) => 0,
    };
    entries.map(size).sum()
}
