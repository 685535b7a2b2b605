//! Many people who sign up at once, then sign in at once.

use std::time::Instant;

use serde_json::json;

use crate::Size;
use crate::support::TestServer;
use crate::talk::Talk;

pub fn at_once(server: &TestServer, size: &Size, talk: &mut Talk) {
    for kind in ["signUp", "signIn"] {
        all(server, size, talk, kind);
    }
}

fn all(server: &TestServer, size: &Size, talk: &mut Talk, kind: &str) {
    let before = server.memory();
    server.forget_memory_height();
    talk.goes_on();
    talk.p99();
    let clients = (0..size.people).map(|number| {
        let mut client = server.connect();
        let account = json!({"username": format!("guest {number}"), "password": "secret"});
        client.send(&json!({"type": kind, kind: account}));
        client
    });
    let mut clients: Vec<_> = clients.collect();
    let began = Instant::now();
    for client in &mut clients {
        assert_eq!(client.answer()["type"], "authorized");
        talk.goes_on();
    }
    println!(
        "{} {kind} at once, in {:.1} s: {} MiB before, {} MiB at the height, others' p99 {:.1?}",
        size.people,
        began.elapsed().as_secs_f64(),
        before >> 20,
        server.memory_at_its_height() >> 20,
        talk.p99()
    );
}
