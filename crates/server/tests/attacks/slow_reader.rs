//! Readers that never read.

use std::time::{Duration, Instant};

use crate::Size;
use crate::support::{TestClient, TestServer};
use crate::talk::Talk;

/// What the server may hold for one.
const MOST_HELD: usize = 256 * 1024;

pub fn that_never_reads(server: &TestServer, size: &Size, talk: &mut Talk) {
    let text = "x".repeat(4_000);
    holds(server, talk, &text);
    // The same talk by turns without and with such a reader, so that both meet the same machine.
    let (mut without, mut with) = (Vec::new(), Vec::new());
    let closed = count(server, "chinwag_slow_readers_closed_total");
    talk.p99();
    for _ in 0..size.blocks {
        (0..size.messages).for_each(|_| {
            talk.goes_on_with(&text);
        });
        without.push(talk.p99());
        let reader = enter(server);
        (0..size.messages).for_each(|_| {
            talk.goes_on_with(&text);
        });
        with.push(talk.p99());
        drop(reader);
    }
    let closed = count(server, "chinwag_slow_readers_closed_total") - closed;
    let (without, with) = (median(without), median(with));
    println!(
        "others' p99 without such a reader {without:.1?}, with one {with:.1?}: {:.2} times \
         ({closed} readers closed in {} rounds of {} messages)",
        with.as_secs_f64() / without.as_secs_f64(),
        size.blocks,
        size.messages
    );
}

/// How much is held for one, and how long.
fn holds(server: &TestServer, talk: &mut Talk, text: &str) {
    let open = count(server, "chinwag_connections");
    let closed = count(server, "chinwag_slow_readers_closed_total");
    let mut reader = enter(server);
    let (mut came, mut frame) = (Vec::new(), 0);
    while count(server, "chinwag_slow_readers_closed_total") == closed {
        frame = talk.goes_on_with(text);
        came.push(Instant::now());
    }
    while count(server, "chinwag_connections") > open {
        talk.goes_on();
    }
    let gone = Instant::now();
    // What it gets now was in the kernel's buffers: the rest is what the server held.
    let taken = reader.messages_to_the_end();
    let held = (came.len() - taken) * frame;
    println!(
        "a reader that never reads: {} KiB held for it, gone {:.1} s after its socket was full",
        held >> 10,
        gone.duration_since(came[taken]).as_secs_f64()
    );
    assert!(held <= MOST_HELD, "{held} bytes were held");
}

fn enter(server: &TestServer) -> TestClient {
    let mut reader = server.connect_from("192.0.2.72");
    reader.sign_in("Slow");
    reader.join("");
    reader
}

fn count(server: &TestServer, metric: &str) -> u64 {
    let metrics = server.metrics();
    let mut lines = metrics.lines().filter_map(|line| line.strip_prefix(metric)?.strip_prefix(' '));
    lines.next().unwrap().parse().unwrap()
}

fn median(mut of: Vec<Duration>) -> Duration {
    of.sort_unstable();
    of[of.len() / 2]
}
