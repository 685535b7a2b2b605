//! A writer: one message after the other, each sent again with its clientUUID until it is acknowledged.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use anyhow::Result;
use serde_json::Value;

use crate::client::{Answer, Client, Person, text};
use crate::tally::{RETRY, Tally, one_more};

/// Every so many messages go to the partner, the others to General.
const PRIVATE: u64 = 4;

/// A send that its writer saw come back.
#[derive(Debug)]
pub struct Acknowledged {
    /// The partner's UUID, empty for General.
    pub to: String,
    /// What was written: the writer's name and a number that counts up.
    pub text: String,
    /// Its place.
    pub seq: u64,
    /// Its UUID.
    pub uuid: String,
}

/// Writes until the tally says stop.
pub struct Writer {
    /// Who writes.
    pub person: Person,
    /// To whom, besides General.
    pub partner: String,
    /// Which writer in the tally.
    pub index: usize,
    /// Where it tries to connect, in turn.
    pub nodes: Arc<Vec<SocketAddr>>,
    /// Where it counts.
    pub tally: Arc<Tally>,
}

impl Writer {
    /// Writes, and returns what was acknowledged.
    pub fn run(self) -> Vec<Acknowledged> {
        let (mut acknowledged, mut line) = (Vec::new(), Line { at: self.index, client: None });
        for number in 0.. {
            let to = if number % PRIVATE == PRIVATE - 1 { self.partner.as_str() } else { "" };
            let text = format!("{} {number}", self.person.name);
            let Some(frame) = self.deliver(&mut line, to, &text) else { break };
            acknowledged.push(self.count(to, text, &frame));
        }
        acknowledged
    }

    fn count(&self, to: &str, written: String, frame: &Value) -> Acknowledged {
        let message = &frame["channelMessage"];
        let seq = message["Seq"].as_u64().unwrap_or_default();
        if to.is_empty() {
            self.tally.newest.fetch_max(seq, Ordering::Relaxed);
        }
        one_more(&self.tally.acknowledged[self.index]);
        let uuid = text(&message["UUID"]).to_owned();
        Acknowledged { to: to.to_owned(), text: written, seq, uuid }
    }

    /// The frame that came back; nothing if the crowd was stopped before.
    fn deliver(&self, line: &mut Line, to: &str, text: &str) -> Option<Value> {
        while !self.tally.stopped() {
            match self.attempt(line, to, text) {
                Ok(Answer::Reply(frame)) => return Some(frame),
                Ok(Answer::Error(code)) => self.tally.error(code),
                Ok(Answer::Silence) => {
                    one_more(&self.tally.silences);
                    line.client = None;
                }
                Err(_) => line.lost(),
            }
            thread::sleep(RETRY);
        }
        None
    }

    fn attempt(&self, line: &mut Line, to: &str, text: &str) -> Result<Answer> {
        if line.client.is_none() {
            let node = self.nodes[line.at % self.nodes.len()];
            let (client, answer) = self.person.resume(node)?;
            if !matches!(answer, Answer::Reply(_)) {
                return Ok(answer);
            }
            one_more(&self.tally.reconnects);
            line.client = Some(client);
        }
        let client = line.client.as_mut().expect("it was connected just now");
        client.say(to, text)
    }
}

/// A writer's connection, and which node it is to.
struct Line {
    at: usize,
    client: Option<Client>,
}

impl Line {
    /// The next attempt goes to the next node.
    fn lost(&mut self) {
        self.at += 1;
        self.client = None;
    }
}
