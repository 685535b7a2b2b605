//! Two people who talk all the while, to see whether anybody else notices an attack.

use std::time::{Duration, Instant};

use crate::support::{TestClient, TestServer};

pub struct Talk {
    pub ada: TestClient,
    pub bob: TestClient,
    /// How long each message took to come back to both.
    took: Vec<Duration>,
}

impl Talk {
    pub fn begin(server: &TestServer) -> Self {
        let (mut ada, mut bob) = (server.sign_in("Ada"), server.sign_in("Bob"));
        ada.join("");
        bob.join("");
        Self { ada, bob, took: Vec::new() }
    }

    /// One says something, and both get it.
    pub fn goes_on(&mut self) {
        self.goes_on_with("still here?");
    }

    /// Returns how long the message's frame was, in bytes.
    pub fn goes_on_with(&mut self, text: &str) -> usize {
        let began = Instant::now();
        self.ada.say("", text);
        let frame = self.bob.until("channelMessage");
        self.ada.until("channelMessage");
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
