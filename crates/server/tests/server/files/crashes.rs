//! Kills and moved clocks: what was acknowledged lasts, and what is left over goes.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use crate::files::ask::{bytes_in, create, put, read, send, status, upload};
use crate::support::{TestClient, TestRedis, TestServer};

/// A file that was sent or deleted, as the server acknowledged it.
enum Acknowledged {
    Sent(String, Vec<u8>),
    /// The deletion was asked for: until it is acknowledged the file may be there or not.
    Deleting(String),
    Deleted(String),
}

/// Sends files and deletes each other one, until the server is killed.
fn work(server: &TestServer, ada: &mut TestClient, round: u32, done: &Sender<Acknowledged>) {
    for number in 0_u32.. {
        let bytes = format!("{round} {number} ").repeat(200 + number as usize).into_bytes();
        let file = upload(server, ada, "", "plan.txt", &bytes);
        let seq = send(ada, "", &[&file])["Seq"].clone();
        done.send(Acknowledged::Sent(file.clone(), bytes)).unwrap();
        if number % 2 == 0 {
            done.send(Acknowledged::Deleting(file.clone())).unwrap();
            ada.ask("messageDelete", json!({"recipientUUID": "", "seq": seq}));
            done.send(Acknowledged::Deleted(file)).unwrap();
        }
    }
}

fn kills_lose_nothing(variables: &[(&str, &str)], folder: &Path) {
    let mut server = TestServer::with(variables);
    let (mut there, mut gone) = (BTreeMap::new(), Vec::new());
    for round in 0..6 {
        let (done, acknowledged) = channel();
        let mut ada = server.sign_in("Ada");
        thread::scope(|threads| {
            let server = &server;
            threads.spawn(move || {
                // It fails when the server is killed.
                drop(catch_unwind(AssertUnwindSafe(|| work(server, &mut ada, round, &done))));
            });
            for (count, acknowledged) in acknowledged.iter().enumerate() {
                match acknowledged {
                    Acknowledged::Sent(file, bytes) => drop(there.insert(file, bytes)),
                    Acknowledged::Deleting(file) => drop(there.remove(&file)),
                    Acknowledged::Deleted(file) => gone.push(file),
                }
                if count == 5 + 3 * round as usize {
                    server.begin_to_kill();
                }
            }
        });
        server.kill();
        server.restart();
        let ada = server.sign_in("Ada");
        for (file, bytes) in &there {
            assert_eq!(&read(&server, &ada, file, "").1, bytes, "{file} is lost");
        }
        for file in &gone {
            assert_eq!(status(&read(&server, &ada, file, "")), "404", "{file} is back");
        }
    }
    assert!(bytes_in(folder) > 0);
}

#[test]
fn kills_lose_no_file_and_bring_none_back() {
    let folder = TempDir::new().unwrap();
    let home = folder.path().to_str().unwrap();
    kills_lose_nothing(&[("FILES", home), ("MESSAGE_RATE", "0")], folder.path());
    let (redis, folder) = (TestRedis::start(), TempDir::new().unwrap());
    let (url, home) = (redis.url(), folder.path().to_str().unwrap());
    let variables = [("FILES", home), ("MESSAGE_RATE", "0"), ("REDIS_URL", &url)];
    kills_lose_nothing(&variables, folder.path());
}

/// Which bytes are there an hour after uploads that no message holds, and such as the store doesn't know.
fn left_overs_go(variables: &[(&str, &str)], folder: &Path) {
    let mut server = TestServer::with(variables);
    let mut ada = server.sign_in("Ada");
    let sent = upload(&server, &mut ada, "", "plan.txt", b"a plan");
    send(&mut ada, "", &[&sent]);
    let complete = upload(&server, &mut ada, "", "draft.txt", b"a draft");
    let begun = create(&mut ada, "", "half.txt", 9);
    assert_eq!(status(&put(&server, &begun, 0, b"half")), "204");
    let uploads = folder.join("uploads");
    let unknown = uploads.join("0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b");
    fs::write(&unknown, "unknown").unwrap();
    let unknown_file = folder.join("0b/0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b");
    fs::create_dir_all(unknown_file.parent().unwrap()).unwrap();
    fs::write(&unknown_file, "unknown").unwrap();
    assert_eq!(bytes_in(folder), 6 + 7 + 4 + 7 + 7);
    server.kill();
    let later = [variables, &[("FAKETIME", "+61m")]].concat();
    let server = TestServer::with_faketime(&later);
    while bytes_in(folder) > 6 {
        thread::sleep(Duration::from_millis(20));
    }
    let mut ada = server.sign_in("Ada");
    assert_eq!(read(&server, &ada, &sent, "").1, b"a plan");
    let message = json!({"recipientUUID": "", "message": "", "files": [complete]});
    assert_eq!(ada.refused("channelMessage", message), 15);
    assert_eq!(status(&put(&server, &begun, 4, b" more")), "404");
}

#[test]
fn what_no_message_holds_goes_after_an_hour() {
    let (folder, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (home, data) = (folder.path().to_str().unwrap(), data.path().to_str().unwrap());
    left_overs_go(&[("FILES", home), ("DATA_DIR", data)], folder.path());
    let (redis, folder) = (TestRedis::start(), TempDir::new().unwrap());
    let (url, home) = (redis.url(), folder.path().to_str().unwrap());
    left_overs_go(&[("FILES", home), ("REDIS_URL", &url)], folder.path());
}
