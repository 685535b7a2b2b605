//! Files in a bucket of S3, of a server that others wrote.

use std::net::TcpListener;
use std::process::Command;

use chinwag_testbed::Process;

use crate::files::ask::{ask, bearer, create, put, read, send, status, text};
use crate::support::{TestRedis, TestServer};

/// Lists the keys of the bucket.
fn keys(bucket: &str) -> usize {
    let listed = Command::new("curl").args(["-sf", bucket]).output().unwrap();
    String::from_utf8(listed.stdout).unwrap().matches("<Key>").count()
}

#[test]
fn a_bucket_takes_gives_and_deletes_files_of_all_nodes() {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/checks/bin/moto_server");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = Command::new(program);
    command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).env("MOTO_PORT", port.to_string());
    let _moto =
        Process::start(command, &[], "Running on").expect("moto starts: `make programs` brings it");
    let bucket = format!("http://127.0.0.1:{port}/chat");
    let made = Command::new("curl").args(["-sf", "-X", "PUT", &bucket]).status().unwrap();
    assert!(made.success());
    let home = format!("s3://chat/files?region=us-east-1&endpoint=http://127.0.0.1:{port}");
    let redis = TestRedis::start();
    let url = redis.url();
    let node = || {
        TestServer::with(&[
            ("REDIS_URL", &url),
            ("FILES", &home),
            ("AWS_ACCESS_KEY_ID", "AKIA1"),
            ("AWS_SECRET_ACCESS_KEY", "a secret of nobody"),
        ])
    };
    let (here, there) = (node(), node());
    let mut ada = here.sign_in("Ada");
    let bytes: Vec<u8> = (0..1_000_000_u32).map(|number| number.to_le_bytes()[1]).collect();
    let up = create(&mut ada, "", "notes.bin", bytes.len());
    let piece = usize::try_from(up["piece"].as_u64().unwrap()).unwrap();
    assert_eq!(status(&put(&here, &up, 0, &bytes[..piece])), "204");
    let line = format!("HEAD {}", text(&up, "url"));
    let (head, _) = ask(&there, &line, &bearer(text(&up, "token")), b"");
    assert!(head.contains(&format!("upload-offset: {piece}")), "{head}");
    assert_eq!(status(&put(&there, &up, piece, &bytes[piece..])), "204");
    let seq = send(&mut ada, "", &[text(&up, "UUID")])["Seq"].clone();
    assert_eq!(read(&there, &ada, text(&up, "UUID"), "").1, bytes);
    let part = read(&here, &ada, text(&up, "UUID"), "range: bytes=999990-\r\n");
    assert_eq!((status(&part), &part.1[..]), ("206", &bytes[999_990..]));
    assert_eq!(keys(&bucket), 1);
    ada.ask("messageDelete", serde_json::json!({"recipientUUID": "", "seq": seq}));
    while keys(&bucket) > 0 {}
    assert!(!here.log().contains("a secret") && !there.log().contains("a secret"));
}

#[test]
fn a_bucket_that_cannot_be_used_is_told_at_the_start() {
    let variables = [("FILES", "s3://chat"), ("AWS_ACCESS_KEY_ID", "")];
    let said = TestServer::fail(&variables).stderr;
    assert!(said.contains("AWS_ACCESS_KEY_ID"), "{said}");
    let refused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let home = format!("s3://chat?endpoint=http://{refused}");
    let variables =
        [("FILES", &*home), ("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "hidden")];
    let said = TestServer::fail(&variables).stderr;
    assert!(said.contains("(FILES)") && !said.contains("hidden"), "{said}");
}
