//! A reader: sees every message live, and after a break reads what it missed by the last `Seq`.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::client::{Answer, PAGE, Person, text};
use crate::tally::{RETRY, Tally, one_more};

/// What a reader has seen: by channel (the other user's UUID, empty for General) the messages' UUIDs in `Seq` order.
pub type Seen = HashMap<String, Vec<String>>;

/// Reads until the tally says close.
pub struct Reader {
    /// Who reads.
    pub person: Person,
    /// Who writes to this reader alone.
    pub partners: Vec<String>,
    /// Which reader in the tally.
    pub index: usize,
    /// Where it tries to connect, in turn.
    pub nodes: Arc<Vec<SocketAddr>>,
    /// Where it counts.
    pub tally: Arc<Tally>,
}

impl Reader {
    /// Reads, and returns what it saw.
    pub fn run(self) -> Seen {
        let mut seen = Seen::new();
        for at in self.index.. {
            if self.closed() || self.follow(self.nodes[at % self.nodes.len()], &mut seen).is_ok() {
                break;
            }
            thread::sleep(RETRY);
        }
        seen
    }

    fn closed(&self) -> bool {
        self.tally.close.load(Ordering::Relaxed)
    }

    /// One connection: what was missed, then what comes live, until it breaks or all is over.
    fn follow(&self, node: SocketAddr, seen: &mut Seen) -> Result<()> {
        let (mut client, answer) = self.person.resume(node)?;
        self.accepted(&answer)?;
        one_more(&self.tally.reconnects);
        let mut live = Live { reader: self, last: HashMap::new(), early: BTreeMap::new(), seen };
        let inbox = client.ask(&json!({"type": "inbox"}), "inbox", |frame| live.take(frame))?;
        self.accepted(&inbox)?;
        let channels = std::iter::once("").chain(self.partners.iter().map(String::as_str));
        for channel in channels {
            loop {
                let last = live.seen.get(channel).map_or(0, Vec::len) as u64;
                let page = client.after(channel, last, |frame| live.take(frame))?;
                let full = page.len() == PAGE;
                for message in &page {
                    live.keep(message);
                }
                if !full {
                    break;
                }
            }
        }
        while !self.closed() {
            if let Some(frame) = client.read()? {
                live.take(&frame);
            }
        }
        Ok(())
    }

    fn accepted(&self, answer: &Answer) -> Result<()> {
        match answer {
            Answer::Reply(_) => return Ok(()),
            Answer::Error(code) => self.tally.error(*code),
            Answer::Silence => one_more(&self.tally.silences),
        }
        bail!("not now")
    }
}

/// One connection's messages.
struct Live<'a> {
    reader: &'a Reader,
    /// The last live `Seq` of each channel.
    last: HashMap<String, u64>,
    /// What came before the history had closed the gap.
    early: BTreeMap<(String, u64), String>,
    seen: &'a mut Seen,
}

impl Live<'_> {
    /// A frame: on one connection a channel's messages come without hole and without double.
    fn take(&mut self, frame: &Value) {
        if frame["type"] != "channelMessage" {
            return;
        }
        let message = &frame["channelMessage"];
        let seq = message["Seq"].as_u64().unwrap_or_default();
        let before = self.last.insert(Self::channel(message), seq);
        if before.is_some_and(|before| before + 1 != seq) {
            let (name, before) = (&self.reader.person.name, before.unwrap_or_default());
            self.reader.tally.surprise(format!("{name} saw {seq} after {before}"));
        }
        self.keep(message);
    }

    fn channel(message: &Value) -> String {
        if text(&message["RecipientUUID"]).is_empty() {
            return String::new();
        }
        text(&message["SenderUUID"]).to_owned()
    }

    fn keep(&mut self, message: &Value) {
        let channel = Self::channel(message);
        let seq = message["Seq"].as_u64().unwrap_or_default();
        let (uuid, at) = (text(&message["UUID"]), usize::try_from(seq).unwrap_or_default());
        let seen = self.seen.entry(channel.clone()).or_default();
        if let Some(known) = seen.get(at.saturating_sub(1)) {
            if known != uuid {
                self.reader.tally.surprise(format!("two messages have the Seq {seq}"));
            }
            return;
        }
        self.early.insert((channel.clone(), seq), uuid.to_owned());
        while let Some(uuid) = self.early.remove(&(channel.clone(), seen.len() as u64 + 1)) {
            seen.push(uuid);
        }
        if channel.is_empty() {
            self.reader.tally.read[self.reader.index].store(seen.len() as u64, Ordering::Relaxed);
        }
    }
}
