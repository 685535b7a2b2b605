//! Posts to a hook and reads of a file, over HTTP and without a pause.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Instant;

use serde_json::json;

use crate::Size;
use crate::ask::{ask, bearer, send, status, text, upload};
use crate::support::{TestClient, TestServer};
use crate::talk::Talk;

/// Posts at once and a second of a hook, by default.
const BURST: u64 = 20;
const RATE: u64 = 5;

/// What the server may hold for all of them.
const MOST_HELD: u64 = 64 * 1024 * 1024;

/// Requests of a connection that are sent before an answer is read.
const TOGETHER: usize = 100;

/// What is posted: the end of the address, the head, the body, and the answer to one that comes in time.
type Post = (&'static str, &'static str, Vec<u8>, &'static str);

const JSON: &str = "content-type: application/json\r\n";

fn posts() -> [Post; 6] {
    let deep = format!(r#"{{"text":{}"#, "[".repeat(200_000));
    let cards = format!(r#"{{"attachments":[{}{{}}]}}"#, r#"{"text":"x"},"#.repeat(15_000));
    [
        ("", "", b"Hello".to_vec(), "200"),
        ("", JSON, deep.into_bytes(), "400"),
        ("", JSON, cards.into_bytes(), "200"),
        ("", JSON, vec![b' '; 256 * 1024 + 1], "413"),
        ("", "content-type: application/x-www-form-urlencoded\r\n", b"payload=%".to_vec(), "400"),
        ("x", "", b"Hello".to_vec(), "404"),
    ]
}

/// It writes no more than its rate, and the rest is refused.
pub fn to_a_hook(server: &TestServer, size: &Size, talk: &mut Talk) {
    let mut owner = owner(server);
    let channel = owner.ask("channelCreate", json!({"name": "posts"}));
    let channel = text(&channel, "UUID");
    let hook = owner.ask("hookCreate", json!({"recipientUUID": channel, "name": "flood"}));
    let (_, path) = text(&hook, "url").split_once("/hooks/").unwrap();
    let (rounds, began) = (size.rounds, Instant::now());
    let answers = from_many(server, size, talk, || {
        let mut answers = Vec::new();
        for (end, head, body, expected) in (0..rounds).flat_map(|_| posts()) {
            let line = format!("POST /hooks/{path}{end}");
            let answer = ask(server, &line, head, &body);
            let found = status(&answer).to_owned();
            assert!([expected, "429"].contains(&&*found), "{expected}: {}", answer.0);
            answers.push(found);
        }
        answers
    });
    let took = began.elapsed().as_secs() + 1;
    let page = owner.ask("channelMessages", json!({"recipientUUID": channel}));
    let written = page["total"].as_u64().unwrap();
    println!(
        "{} posts to a hook: {written} messages stored in {took} s, others' p99 {:.1?}",
        answers.len(),
        talk.p99()
    );
    assert!((1..=BURST + RATE * took).contains(&written), "{written} messages in {took} s");
}

/// Ranges without end, guesses, and readers that never read.
pub fn for_a_file(server: &TestServer, size: &Size, talk: &mut Talk) {
    let mut owner = owner(server);
    // Where the talk doesn't hear of it.
    let own = owner.user.clone();
    let file = upload(server, &mut owner, &own, "large.bin", &vec![7; 700_000]);
    send(&mut owner, &own, &[&file]);
    let key = bearer(&owner.access_key);
    let many = format!("{key}range: bytes=0-0{}\r\n", ",0-0".repeat(2_000));
    server.forget_memory_height();
    let before = server.memory();
    let asked = format!("GET /files/{file} HTTP/1.1\r\nhost: x\r\n{key}\r\n").repeat(TOGETHER);
    let unread: Vec<_> = (0..size.readers).map(|_| begin(server, &asked)).collect();
    let one = format!("GET /files/{file} HTTP/1.1\r\nhost: x\r\n{key}range: bytes=5-5\r\n");
    let ones = format!("{one}\r\n").repeat(TOGETHER) + &one + "connection: close\r\n\r\n";
    let rounds = size.rounds;
    let answers = from_many(server, size, talk, || {
        let read = |line: &str, headers: &str| status(&ask(server, line, headers, b"")).to_owned();
        let mut answers = Vec::new();
        for _ in 0..rounds {
            assert_eq!(answers_206(begin(server, &ones)), TOGETHER + 1);
            answers.push(read(&format!("GET /files/{file}"), &many));
            assert_eq!(answers.last().unwrap(), "200");
            for guess in [format!("GET /files/{file}"), format!("PUT /files/{file}?offset=0")] {
                assert_eq!(read(&guess, &bearer("guess")), "404", "{guess}");
            }
        }
        answers
    });
    let held = server.memory_at_its_height().saturating_sub(before);
    drop(unread);
    println!(
        "{} times {TOGETHER} ranges, and {} readers of a file that never read: {} MiB, others' p99 {:.1?}",
        answers.len(),
        size.readers,
        held >> 20,
        talk.p99()
    );
    assert!(held < MOST_HELD, "{held} bytes were held");
}

fn owner(server: &TestServer) -> TestClient {
    let mut owner = server.connect_from("192.0.2.60");
    owner.sign_in("Owner");
    owner
}

/// The answers that many get at once, while the talk goes on.
fn from_many(
    server: &TestServer,
    size: &Size,
    talk: &mut Talk,
    attack: impl Fn() -> Vec<String> + Sync,
) -> Vec<String> {
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    talk.goes_on();
    talk.p99();
    thread::scope(|scope| {
        let attacks: Vec<_> = (0..size.floods).map(|_| scope.spawn(&attack)).collect();
        while !attacks.iter().all(thread::ScopedJoinHandle::is_finished) {
            talk.goes_on();
        }
        talk.goes_on();
        attacks.into_iter().flat_map(|attack| attack.join().unwrap()).collect()
    })
}

fn begin(server: &TestServer, requests: &str) -> TcpStream {
    let mut socket = TcpStream::connect(server.address()).unwrap();
    socket.write_all(requests.as_bytes()).unwrap();
    socket
}

/// How many of the answers until the end are a part.
fn answers_206(mut socket: TcpStream) -> usize {
    let mut answers = Vec::new();
    socket.read_to_end(&mut answers).unwrap();
    String::from_utf8_lossy(&answers).matches("HTTP/1.1 206").count()
}
