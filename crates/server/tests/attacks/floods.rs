//! Connections that send without a pause.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Size;
use crate::support::raw_socket::RawSocket;
use crate::support::{TestClient, TestServer};
use crate::talk::Talk;

/// How many frames are written at once.
const TOGETHER: usize = 3_000;

/// What one more connection may make the server hold, with room for what the allocator keeps.
const MOST_HELD: u64 = 64 * 1024;
const SLACK: u64 = 8 * 1024 * 1024;

/// How often the memory is measured: the allocator keeps some of what it had, now more and now less.
const TIMES: usize = 3;

/// A kind of flood: its name, what it begins with, and the frame that it repeats.
type Kind<'a> = (&'a str, Vec<u8>, Vec<u8>);

/// Each flood comes from many connections at once, on every core. Bystanders on all cores are
/// answered meanwhile, and each connection of the flood is closed with 1008.
pub fn without_a_pause(server: &TestServer, size: &Size, talk: &mut Talk) {
    let flooder = flooder(server);
    let mut people = bystanders(server);
    for kind in at_the_door(&flooder).iter().chain(&of_a_user(&flooder)) {
        of_one_kind(server, size, kind, &mut people, talk);
    }
}

/// Floods of requests that a user pays for, alone.
pub fn of_requests(server: &TestServer, size: &Size, talk: &mut Talk) {
    let flooder = flooder(server);
    let mut people = bystanders(server);
    for kind in of_a_user(&flooder) {
        of_one_kind(server, size, &kind, &mut people, talk);
    }
}

fn flooder(server: &TestServer) -> TestClient {
    let mut flooder = server.connect_from("192.0.2.99");
    flooder.sign_in("Flooder");
    flooder
}

fn text(text: &str) -> Vec<u8> {
    RawSocket::frame(0x81, text.as_bytes())
}

fn sign_in(user: &TestClient) -> Vec<u8> {
    text(&json!({"type": "signIn", "signIn": {"accessKey": user.access_key}}).to_string())
}

fn at_the_door(flooder: &TestClient) -> [Kind<'static>; 6] {
    let unknown_key = json!({"type": "signIn", "signIn": {"accessKey": "A".repeat(54)}});
    let guess = json!({"type": "linkCheck", "linkCheck": {"link": "A".repeat(22)}});
    [
        ("of pings by nobody", Vec::new(), text(r#"{"type":"ping"}"#)),
        ("of sign-ins by nobody's key", Vec::new(), text(&unknown_key.to_string())),
        ("of guessed links", Vec::new(), text(&guess.to_string())),
        ("of single letters", Vec::new(), text("x")),
        ("of pings by a user", sign_in(flooder), text(r#"{"type":"ping"}"#)),
        ("of control pings", Vec::new(), RawSocket::frame(0x89, b"")),
    ]
}

fn of_a_user(flooder: &TestClient) -> [Kind<'static>; 6] {
    let request = |name, kind: &str, payload: Value| -> Kind {
        (name, sign_in(flooder), text(&json!({"type": kind, kind: payload}).to_string()))
    };
    let words: Vec<_> = ('a'..='z').map(String::from).collect();
    let reaction = json!({"recipientUUID": "", "seq": 1, "emoji": "👍", "on": true});
    let file = json!({"recipientUUID": "", "name": "../\u{202e}a", "size": 1_000_000});
    [
        ("of searches for 26 beginnings", "search", json!({"query": words.join(" ")})),
        ("of reactions", "messageReact", reaction),
        ("of changes", "channelChanges", json!({"recipientUUID": "", "after": 0, "limit": 100})),
        ("of uploads that begin", "fileCreate", file),
        ("of an admin's requests", "userEdit", json!({"userUUID": flooder.user, "role": "admin"})),
        ("of reports", "report", json!({"recipientUUID": "", "seq": 1, "reason": "x"})),
    ]
    .map(|(name, kind, payload)| request(name, kind, payload))
}

fn of_one_kind(
    server: &TestServer,
    size: &Size,
    kind: &Kind,
    people: &mut [TestClient],
    talk: &mut Talk,
) {
    let mut closed = 0;
    let mut waits = Vec::new();
    let mut more = [0; TIMES].map(|_: u64| {
        // Compared with one connection at a time, so that what all need together isn't counted for each.
        let (one, ..) = floods(server, kind, 1, size.rounds, people, talk);
        let (all, ended, waited) = floods(server, kind, size.floods, size.rounds, people, talk);
        closed += ended;
        waits.extend(waited);
        all.saturating_sub(one)
    });
    waits.sort_unstable();
    more.sort_unstable();
    let (more, others) = (more[TIMES / 2], size.floods as u64 - 1);
    println!(
        "{} connections at once, {} times, with a flood {}: {closed} closed with 1008, \
         {} KiB for each more than one, median of {TIMES}, bystanders on all cores: p99 {:.1?} of {}",
        size.floods,
        TIMES * size.rounds,
        kind.0,
        (more >> 10) / others,
        waits[waits.len() * 99 / 100],
        waits.len()
    );
    assert!(more < MOST_HELD * others + SLACK, "{more} bytes more than for one");
}

/// Floods from several connections at once, again and again. Returns the server's memory at its
/// height, in bytes, how many connections were closed with 1008, and how long the bystanders waited.
fn floods(
    server: &TestServer,
    (_, begin, frame): &Kind,
    connections: usize,
    rounds: usize,
    people: &mut [TestClient],
    talk: &mut Talk,
) -> (u64, usize, Vec<Duration>) {
    server.forget_memory_height();
    let chunk = frame.repeat(TOGETHER);
    let (running, closed) = (AtomicUsize::new(connections), AtomicUsize::new(0));
    let waits = thread::scope(|scope| {
        for number in 0..connections {
            let (running, closed, chunk) = (&running, &closed, &chunk);
            scope.spawn(move || {
                for round in 0..rounds {
                    let from = format!("198.18.{number}.{round}");
                    let code = flood(server.address(), &from, begin, chunk);
                    // A socket that still sends may be reset before its close frame is read.
                    assert!(matches!(code, Some(1008) | None), "{code:?}");
                    closed.fetch_add(usize::from(code == Some(1008)), Ordering::Relaxed);
                }
                running.fetch_sub(1, Ordering::Relaxed);
            });
        }
        waits(people, talk, || running.load(Ordering::Relaxed) > 0)
    });
    (server.memory_at_its_height(), closed.into_inner(), waits)
}

/// Sends until the server closes, and returns the code that it closes with.
fn flood(address: &str, from: &str, begin: &[u8], chunk: &[u8]) -> Option<u16> {
    let mut socket = RawSocket::upgraded_from(address, from)?;
    socket.say(begin).ok()?;
    let mut reader = RawSocket(socket.0.try_clone().unwrap());
    let closed = thread::spawn(move || reader.closed());
    while !closed.is_finished() && socket.say(chunk).is_ok() {}
    closed.join().unwrap()
}

/// People on all cores: newcomers go where the fewest are.
fn bystanders(server: &TestServer) -> Vec<TestClient> {
    let cores = thread::available_parallelism().unwrap().get();
    let person = |number| {
        let mut person = server.connect_from(&format!("203.0.113.{}", 100 + number));
        person.sign_in(&format!("Bystander {number}"));
        person
    };
    (0..2 * cores).map(person).collect()
}

/// How long these people wait for answers while the flood lasts.
fn waits(people: &mut [TestClient], talk: &mut Talk, lasts: impl Fn() -> bool) -> Vec<Duration> {
    let mut waits = Vec::new();
    loop {
        for person in &mut *people {
            let began = Instant::now();
            person.so_far();
            waits.push(began.elapsed());
        }
        // A client that says nothing for a minute is given up.
        talk.goes_on();
        if !lasts() {
            return waits;
        }
        // Within what a user may ask: 200 pings a second.
        thread::sleep(Duration::from_millis(20));
    }
}
