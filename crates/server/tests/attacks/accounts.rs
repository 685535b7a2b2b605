//! One account on many connections.

use std::time::Instant;

use serde_json::json;

use crate::Size;
use crate::support::{TestClient, TestServer};
use crate::talk::Talk;

/// The sessions that a user may have.
const MOST_SESSIONS: usize = 64;

/// Messages at once and a second of a user, by default.
const BURST: u64 = 40;
const RATE: u64 = 20;

/// They write no more than one would, and only 64 of them stay.
pub fn on_many_connections(server: &TestServer, size: &Size, talk: &mut Talk) {
    let mut first = server.connect_from("192.0.2.50");
    first.sign_in("Taker");
    let (own, key) = (first.user.clone(), first.access_key.clone());
    let before = stored(server) - talk.written as u64;
    let began = Instant::now();
    let mut sessions: Vec<TestClient> = Vec::new();
    let mut refused = 0;
    while sessions.len() < size.people {
        let attempt = u32::try_from(sessions.len() + refused).unwrap();
        let mut session = server.connect_from(&address(attempt));
        session.send(&json!({"type": "signIn", "signIn": {"accessKey": key}}));
        if session.answer()["type"] == "authorized" {
            for _ in 0..BURST {
                session.say(&own, "all mine");
            }
            sessions.push(session);
        } else {
            // A user's sign-ins count, too.
            refused += 1;
            talk.goes_on();
        }
    }
    for session in sessions.iter_mut().rev().take(MOST_SESSIONS) {
        // Each is stored or refused.
        (0..BURST).for_each(|_| drop(session.answer()));
    }
    let (written, took) =
        (stored(server) - talk.written as u64 - before, began.elapsed().as_secs() + 1);
    let open = sessions.len().min(MOST_SESSIONS);
    talk.goes_on();
    println!(
        "one account on {} connections ({refused} refused sign-ins): {open} stay, \
         {written} messages stored in {took} s",
        sessions.len(),
    );
    assert!(written <= BURST + RATE * took, "{written} messages in {took} s");
    let mut ended = sessions.into_iter().take(size.people.saturating_sub(MOST_SESSIONS));
    assert!(ended.all(|mut session| session.closed() == 1008));
}

/// As many as connections may come from one address at once.
fn address(attempt: u32) -> String {
    let [_, _, high, low] = (attempt / 50).to_be_bytes();
    format!("198.19.{high}.{low}")
}

fn stored(server: &TestServer) -> u64 {
    let metrics = server.metrics();
    let mut lines = metrics.lines();
    let line = lines.find_map(|line| line.strip_prefix("chinwag_messages_stored_total "));
    line.unwrap().parse().unwrap()
}
