//! Many people who sign up at once, then sign in at once; and guesses at names.

use std::time::Instant;

use serde_json::json;
use tempfile::TempDir;

use crate::Size;
use crate::support::TestServer;
use crate::talk::Talk;

pub fn at_once(server: &TestServer, size: &Size, talk: &mut Talk) {
    for kind in ["signUp", "signIn"] {
        all(server, size, talk, kind);
    }
}

/// How long a wrong password takes, and a name that nobody has, where nobody new may come: a
/// difference would tell the names.
pub fn by_guess(size: &Size) {
    let folder = TempDir::new().unwrap();
    let folder = ("DATA_DIR", folder.path().to_str().unwrap());
    // Each guess is at another account, from one address.
    let rate = ("SIGN_IN_RATE", "100000");
    let mut open = TestServer::with(&[folder, rate]);
    for number in 0..size.people {
        open.sign_in(&format!("guest {number}"));
    }
    open.terminate();
    open.stopped();
    let closed = TestServer::with(&[folder, rate, ("REGISTRATION", "closed")]);
    let median = |name: &str| {
        // A connection that nobody signs in on has 256 requests at once.
        let mut client = closed.connect();
        // One guess at each account, since many at one have to wait.
        let mut took: Vec<_> = (0..size.people)
            .map(|number| {
                let account = json!({"username": format!("{name} {number}"), "password": "wrong"});
                let began = Instant::now();
                client.send(&json!({"type": "signIn", "signIn": account}));
                let answer = client.answer();
                assert_eq!(answer["error"]["code"], 4, "{answer}");
                began.elapsed()
            })
            .collect();
        took.sort_unstable();
        took[took.len() / 2]
    };
    let (known, unknown) = (median("guest"), median("nobody"));
    println!(
        "{} guesses each: a wrong password takes {known:.2?}, an unknown name {unknown:.2?}",
        size.people
    );
}

fn all(server: &TestServer, size: &Size, talk: &mut Talk, kind: &str) {
    let before = server.memory();
    server.forget_memory_height();
    talk.goes_on();
    talk.p99();
    let clients = (0..size.people).map(|number| {
        let mut client = server.connect_from(&format!("198.51.100.{number}"));
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
