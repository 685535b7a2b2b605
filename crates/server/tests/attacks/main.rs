//! All attacks on one server: it serves on, grows by no more than [`max_growth`], and never restarts.
//!
//! `make test` runs them small; `make attack` runs them in full and prints the figures.

mod accounts;
mod answers;
#[path = "../server/files/ask.rs"]
#[expect(dead_code, reason = "the tests of files use the rest")]
mod ask;
mod costs;
mod floods;
mod frames;
mod posts;
mod sign_ins;
mod silent;
mod slow_reader;
mod slowloris;
mod strangers;
#[path = "../support/mod.rs"]
mod support;
mod talk;

use std::thread::available_parallelism;

use support::{TestRedis, TestServer};
use talk::Talk;
use tempfile::TempDir;

/// What a server may hold more afterwards, in bytes: 19 MiB for each core that has hashed a password since, and what
/// the allocator keeps of three attacks with some 20 MiB each: posts, readers of a file, and readers of pages.
fn max_growth() -> u64 {
    let cores = available_parallelism().map_or(1, usize::from) as u64;
    (60 + 19 * cores) * 1024 * 1024
}

/// How large the attacks are.
pub struct Size {
    /// Half-begun sockets of each kind at once.
    slow: usize,
    /// Connections that send without a pause at once.
    floods: usize,
    /// Malformed frames.
    malformed: usize,
    /// Readers that ask for much and read nothing.
    readers: usize,
    /// Fragments of one message.
    fragments: usize,
    /// Of what is done again and again.
    rounds: usize,
    /// Who signs in at once.
    people: usize,
    /// Messages of the talk beside a slow reader, and how often without and with one.
    messages: usize,
    blocks: usize,
    /// Whether to wait for what takes a minute.
    patient: bool,
}

impl Size {
    fn chosen() -> Self {
        if std::env::var_os("CHINWAG_ATTACK").is_some() {
            Self {
                slow: 5_000,
                floods: 30,
                malformed: 600_000,
                readers: 50,
                fragments: 1_000_000,
                rounds: 50,
                people: 200,
                messages: 1_000,
                blocks: 9,
                patient: true,
            }
        } else {
            Self {
                slow: 50,
                floods: 8,
                malformed: 5_000,
                readers: 10,
                fragments: 10_000,
                rounds: 2,
                people: 40,
                messages: 20,
                blocks: 1,
                patient: false,
            }
        }
    }
}

#[test]
fn it_serves_on_after_all_attacks_together() {
    let size = Size::chosen();
    // Behind a trusted proxy an attack comes from as many addresses as it likes.
    // All other settings are the default ones.
    let mut server = TestServer::with(&[("TRUSTED_PROXIES", "127.0.0.1")]);
    let mut talk = Talk::begin(&server);
    talk.goes_on();
    let before = server.memory();
    floods::without_a_pause(&server, &size, &mut talk);
    accounts::on_many_connections(&server, &size, &mut talk);
    posts::to_a_hook(&server, &size, &mut talk);
    posts::for_a_file(&server, &size, &mut talk);
    answers::that_nobody_reads(&server, &size, &mut talk);
    slowloris::of_each_kind(&server, &size, &mut talk);
    frames::malformed(&server, &size, &mut talk);
    frames::of_huge_lengths(&server, &size, &mut talk);
    frames::in_empty_fragments(&server, &size, &mut talk);
    strangers::with_strange_texts(&server, &mut talk);
    strangers::from_wrong_origins(&server, &mut talk);
    sign_ins::at_once(&server, &size, &mut talk);
    slow_reader::that_never_reads(&server, &size, &mut talk);
    if size.patient {
        silent::dead_peers(&server, &mut talk);
    }
    serves_on(&mut server, "all together", before);
    server.connect_from("192.0.2.200").sign_in("Late");
    drop(server);
    sign_ins::by_guess(&size);
    costs::of_each_request(&size);
}

/// What a store has to do with.
#[test]
fn it_serves_on_with_redis_after_floods_of_requests() {
    let (size, redis, files) = (Size::chosen(), TestRedis::start(), TempDir::new().unwrap());
    let (url, files) = (redis.url(), files.path().to_str().unwrap());
    let settings = [("TRUSTED_PROXIES", "127.0.0.1"), ("REDIS_URL", &url), ("FILES", files)];
    let mut server = TestServer::with(&settings);
    let mut talk = Talk::begin(&server);
    talk.goes_on();
    let before = server.memory();
    floods::of_requests(&server, &size, &mut talk);
    accounts::on_many_connections(&server, &size, &mut talk);
    posts::to_a_hook(&server, &size, &mut talk);
    posts::for_a_file(&server, &size, &mut talk);
    serves_on(&mut server, "with Redis", before);
}

/// The server has grown by no more than it may since it held `before`, and was never restarted.
fn serves_on(server: &mut TestServer, attacked: &str, before: u64) {
    let after = server.memory();
    println!("{attacked}: {} MiB before, {} MiB after, no restart", before >> 20, after >> 20);
    assert!(after < before + max_growth(), "{before} bytes before, {after} bytes after");
    assert!(server.is_running());
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
}
