//! People who talk all the while, to see whether anybody else notices an attack.

use std::time::{Duration, Instant};

use crate::support::{TestClient, TestServer};

pub struct Talk {
    pub ada: TestClient,
    pub bob: TestClient,
    /// Who writes, by turns, so that nobody runs out of messages.
    writers: Vec<TestClient>,
    pub written: usize,
    /// How long each message took to come back to all three.
    took: Vec<Duration>,
}

/// How many write by turns, at 20 messages a second each.
const WRITERS: usize = 200;

impl Talk {
    pub fn begin(server: &TestServer) -> Self {
        let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
        ada.join("");
        bob.join("");
        let mut writers: Vec<TestClient> = Vec::with_capacity(WRITERS);
        for number in 0..WRITERS {
            // The server closes a connection that is silent for a minute, and a busy machine takes longer to sign all in.
            if number % 20 == 0 {
                let all = writers.iter_mut().chain([&mut ada, &mut bob]);
                all.for_each(|person| drop(person.so_far()));
            }
            // Each from an address of their own, since an address has 60 sign-ins a minute.
            let mut writer = server.connect_from(&format!("203.0.113.{number}"));
            writer.sign_in(&format!("Writer {number}"));
            writers.push(writer);
        }
        Self { ada, bob, writers, written: 0, took: Vec::new() }
    }

    /// One says something, and both get it.
    pub fn goes_on(&mut self) {
        self.goes_on_with("still here?");
    }

    /// Returns how long the message's frame was, in bytes.
    pub fn goes_on_with(&mut self, text: &str) -> usize {
        let writer = &mut self.writers[self.written % WRITERS];
        self.written += 1;
        let began = Instant::now();
        writer.say("", text);
        let frame = self.bob.until("channelMessage");
        self.ada.until("channelMessage");
        writer.until("channelMessage");
        self.took.push(began.elapsed());
        frame.to_string().len()
    }

    /// The time within which 99 of 100 of the messages since the last call came back.
    pub fn p99(&mut self) -> Duration {
        self.took.sort_unstable();
        let p99 = self.took[self.took.len() * 99 / 100];
        self.took.clear();
        p99
    }
}
