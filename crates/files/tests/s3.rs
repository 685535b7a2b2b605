//! A home in a bucket, of a server that others wrote.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

use chinwag_files::{Credentials, Error, Home, Kind, Object, S3};
use chinwag_testbed::Process;
use uuid::Uuid;

const FILE: Uuid = Uuid::from_u128(0x1111_2222_3333_4444_5555_6666_7777_8888);

const PIECE: usize = 768 * 1024;

/// A started server with the bucket `chat`.
struct Moto {
    _process: Process,
    port: u16,
}

fn moto() -> Moto {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/checks/bin/moto_server");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = Command::new(program);
    command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).env("MOTO_PORT", port.to_string());
    let process =
        Process::start(command, &[], "Running on").expect("moto starts: `make programs` brings it");
    let moto = Moto { _process: process, port };
    let made = Command::new("curl").args(["-sf", "-X", "PUT", &moto.endpoint("/chat")]).status();
    assert!(made.unwrap().success());
    moto
}

impl Moto {
    fn endpoint(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn address(&self) -> String {
        format!("s3://chat/a/files?region=us-east-1&endpoint={}", self.endpoint(""))
    }

    fn home(&self) -> S3 {
        open(&self.address()).unwrap()
    }
}

fn open(address: &str) -> Result<S3, Error> {
    S3::open(address, Credentials::new("AKIA1", "a secret of nobody"))
}

fn listed(home: &S3) -> BTreeMap<Object, u64> {
    let mut found = BTreeMap::new();
    home.list(&mut |entry| *found.entry(entry.object).or_default() += entry.size).unwrap();
    found
}

/// Bytes that repeat only after 251 of them, so that no two pieces are the same.
fn content(length: usize) -> Vec<u8> {
    (0..=250).cycle().take(length).collect()
}

#[test]
fn a_file_is_uploaded_to_any_node_read_and_deleted() {
    let moto = moto();
    let (one, other) = (moto.home(), moto.home());
    let all = content(20 * PIECE + 7);
    for (number, piece) in all.chunks(PIECE).enumerate() {
        let node = if number % 2 == 0 { &one } else { &other };
        node.write_piece(FILE, (number * PIECE) as u64, piece).unwrap();
    }
    assert_eq!(listed(&one), [(Object::Upload(FILE), all.len() as u64)].into());
    assert!(matches!(one.open(Object::File(FILE)), Err(Error::NotFound)));
    assert!(matches!(other.finish(FILE, 1), Err(Error::Gap { .. })));
    let finished = other.finish(FILE, all.len() as u64).unwrap();
    assert_eq!((finished.kind, finished.size), (Kind::UNKNOWN, all.len() as u64));
    assert_eq!(one.finish(FILE, all.len() as u64).unwrap(), finished);
    one.put(Object::Preview(FILE), &mut &b"preview"[..]).unwrap();
    assert_eq!(
        listed(&one),
        [(Object::File(FILE), finished.size), (Object::Preview(FILE), 7)].into()
    );
    let opened = one.open(Object::File(FILE)).unwrap();
    assert_eq!(opened.size(), finished.size);
    assert!(opened.read(0..finished.size).unwrap() == all);
    assert_eq!(opened.read(5..9).unwrap(), all[5..9]);
    for object in [Object::File(FILE), Object::Preview(FILE)] {
        other.delete(object).unwrap();
        other.delete(object).unwrap();
    }
    assert!(opened.read(0..1).is_err());
    assert!(matches!(one.finish(FILE, finished.size), Err(Error::NotFound)));
    assert!(listed(&one).is_empty());
}

#[test]
fn a_gap_is_noticed_and_an_upload_is_ended() {
    let moto = moto();
    let home = moto.home();
    home.write_piece(FILE, 0, b"hello, ").unwrap();
    home.write_piece(FILE, 9, b"ld").unwrap();
    assert!(matches!(home.finish(FILE, 11), Err(Error::Gap { received: 7 })));
    home.write_piece(FILE, 7, b"wor").unwrap();
    home.write_piece(FILE, 7, b"wo").unwrap();
    let finished = home.finish(FILE, 11).unwrap();
    assert_eq!(finished.kind, Kind::Other("text/plain"));
    let opened = home.open(Object::File(FILE)).unwrap();
    assert_eq!(opened.read(0..11).unwrap(), b"hello, wold");
    home.write_piece(FILE, 0, b"late").unwrap();
    home.delete(Object::Upload(FILE)).unwrap();
    assert_eq!(listed(&home), [(Object::File(FILE), 11)].into());
}

/// Answers one request as Amazon answers one with an unknown key, which moto can't.
fn refuse(listener: &TcpListener) {
    let body = "<Error><Code>InvalidAccessKeyId</Code><Message>No such key.</Message></Error>";
    let (mut socket, _) = listener.accept().unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        socket.read_exact(&mut byte).unwrap();
        request.extend(byte);
    }
    write!(socket, "HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        .unwrap();
}

#[test]
fn a_wrong_key_or_bucket_is_told_at_the_start() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let strict = format!("s3://chat?endpoint=http://{}", listener.local_addr().unwrap());
    let refused = thread::spawn(move || refuse(&listener));
    let Err(error) = open(&strict) else { panic!("the key is unknown") };
    refused.join().unwrap();
    let text = error.to_string();
    assert!(text.contains("refuses the access key (InvalidAccessKeyId)"), "{text}");
    assert!(text.contains("AWS_ACCESS_KEY_ID") && !text.contains("a secret"), "{text}");
    let moto = moto();
    let Err(error) = open(&moto.address().replace("chat", "other")) else {
        panic!("there is no such bucket")
    };
    assert!(error.to_string().contains("no such bucket"), "{error}");
}
